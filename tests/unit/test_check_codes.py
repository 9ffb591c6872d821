"""Each code is found where it is, and only there."""

import pytest

from jikim.language import compile as compiler
from jikim.language import html, page
from jikim.language.check import Report
from jikim.language.findings import CODES
from tests.support.faults import FAULTS
from tests.support.mutation import Changed, draft

NEAR = [pytest.param(name, fault.passes, id=name) for name, fault in FAULTS.items()]
WRONG = [
    pytest.param(name, changed, id=f"{name}-{number}")
    for name, fault in FAULTS.items()
    for number, changed in enumerate(fault.fails, start=1)
]


def found(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def test_every_code_has_two_policies_that_have_it_and_one_that_comes_near() -> None:
    assert set(FAULTS) == set(CODES)
    assert {len(fault.fails) for fault in FAULTS.values()} == {2}
    assert all(fault.fails[0].edits != fault.fails[1].edits for fault in FAULTS.values())


@pytest.mark.parametrize(("name", "changed"), WRONG)
def test_a_fault_is_found_and_nothing_else_with_it(name: str, changed: Changed) -> None:
    report = changed.report()
    if name.startswith("N-"):
        assert name in {note.code for note in report.notes}
        assert found(report) == changed.codes
    else:
        assert found(report) == {name} | changed.codes


@pytest.mark.parametrize(("name", "changed"), NEAR)
def test_what_only_comes_near_is_not_found(name: str, changed: Changed) -> None:
    report = changed.report()
    assert name not in found(report)
    assert found(report) <= changed.codes


def test_the_policy_the_faults_are_made_from_has_none() -> None:
    assert Changed({}).report().findings == ()


@pytest.mark.parametrize(("name", "changed"), [*WRONG, *NEAR])
def test_a_policy_that_may_be_published_compiles_and_can_be_read(name: str, changed: Changed) -> None:
    assert name in CODES
    if changed.report().blocks:
        return
    policy = compiler.compile(draft(changed.edits).raw)
    for language in policy.languages:
        assert policy.controller.name.say(language) in html.fragment(page.build(policy, language, on=changed.on))


@pytest.mark.parametrize(("name", "changed"), [row for row in WRONG if not str(row.values[0]).startswith("N-")])
def test_every_finding_says_where_what_and_the_next_step(name: str, changed: Changed) -> None:
    for finding in changed.report().findings:
        assert finding.path
        assert finding.message
        assert finding.hint
        assert finding.severity is CODES[finding.code].severity
        if CODES[name].source:
            assert finding.code != name or finding.citation


def test_a_version_that_cannot_be_does_not_drown_the_other_findings() -> None:
    assert [finding.code for finding in Changed({"policy.version": 10**18}).report().findings] == ["E-VALUE"]


def test_many_silent_versions_are_counted_and_not_told_one_by_one() -> None:
    report = Changed({"policy.version": 999_999}).report()
    assert {finding.code for finding in report.findings} == {"E-HISTORY"}
    assert len(report.findings) <= 30
    assert "999977 more versions" in report.findings[-1].message


def test_an_unknown_language_is_one_finding_and_not_one_for_each_text() -> None:
    assert [finding.path for finding in Changed({"policy.languages": ["ko", "fr"]}).report().findings] == [
        "policy.languages.1"
    ]


def test_whoever_overrides_a_note_is_told_that_there_is_no_need() -> None:
    row = {"code": "N-NOT-YET", "path": "cookies", "reason": {"ko": "까닭", "en": "Why"}}
    (finding,) = Changed({"override": [row]}).report().findings
    assert finding.hint == "remove it: a note stops nothing"


@pytest.mark.parametrize("reason", ["글" * 4001, "\x00까닭", 3])
def test_what_a_check_lets_through_compiles_and_so_do_the_reasons_in_it(reason: object) -> None:
    row = {"code": "E-DATE", "path": "policy.effective", "reason": {"ko": reason, "en": "There is a reason"}}
    changed = Changed({"policy.effective": "2026", "history.2.effective": "2026", "override": [row]})
    assert changed.report().blocks
    with pytest.raises(compiler.Uncompilable):
        compiler.compile(draft(changed.edits).raw)
