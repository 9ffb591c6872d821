"""The policies we ship: each reads, compiles, speaks both languages, and is as free of findings as it claims."""

from datetime import date, datetime
from pathlib import Path

import pytest

from jikim.domain.period import SEOUL
from jikim.domain.terms import Event, LegalBasis, Severity
from jikim.language import check, schema
from jikim.language import compile as compiler
from jikim.language.canonical import canonical, fingerprint, restore
from jikim.language.load import read

POLICIES = Path(__file__).resolve().parents[2] / "policies"
FILES = sorted(POLICIES.rglob("*.toml"))
AFTER_THE_BODY_ENDED = date(2026, 11, 1)  # the prosecutors' office ended on 1 October 2026


def test_the_four_policies_are_shipped() -> None:
    assert [str(file.relative_to(POLICIES)) for file in FILES] == [
        "example/1.toml",
        "staff.toml",
        "utracs/1.toml",
        "utracs/2.toml",
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(POLICIES)))
def test_every_shipped_policy_reads_compiles_and_comes_back_from_its_canonical_form(file: Path) -> None:
    raw = read(file).raw
    assert schema.problems(raw) == ()
    policy = compiler.compile(raw)
    assert policy.sha256 == fingerprint(raw)
    assert compiler.compile(restore(canonical(raw))) == policy


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(POLICIES)))
def test_every_shipped_policy_speaks_both_languages_everywhere(file: Path) -> None:
    draft = read(file)
    for path, _ in draft.leaves():
        if path[-1] in ("ko", "en"):
            assert set(draft.spoken(path[:-1])) == {"ko", "en"}, path


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(POLICIES)))
def test_every_item_a_shipped_policy_collects_has_a_purpose_that_ends(file: Path) -> None:
    policy = compiler.compile(read(file).raw)
    for collection in policy.collections:
        for item in collection.items:
            assert policy.purpose_of(item).ends in Event


def test_the_reference_as_published_says_what_its_sentences_say() -> None:
    policy = compiler.compile(read(POLICIES / "utracs" / "1.toml").raw)
    assert [item.name for item in policy.items] == ["subject", "email", "content", "attachments", "access_log"]
    assert policy.in_force_at == datetime(2023, 1, 1, tzinfo=SEOUL)
    periods = {rule.records: (str(rule.period), rule.why.value) for rule in policy.retention.rules}
    assert periods == {
        "unauthorized-use": ("P1Y", "internal"),
        "contract-withdrawal": ("P5Y", "law"),
        "payment-supply": ("P5Y", "law"),
        "e-financial": ("P5Y", "law"),
        "complaint-dispute": ("P3Y", "law"),
    }
    assert policy.remedies == (
        "kr:dispute-mediation",
        "kr:infringement-report",
        "kr:prosecutors-cyber",
        "kr:police-ecrm",
    )
    assert policy.cookies.modes == ("accept-all", "confirm-each", "refuse-all")
    assert policy.sharing.kinds == ("delivery", "installation", "after-sales")
    assert policy.rights.minors_under == 14


def test_the_reference_as_published_can_receive_and_end_an_inquiry() -> None:
    policy = compiler.compile(read(POLICIES / "utracs" / "1.toml").raw)
    form = policy.collection("inquiry")
    assert (form.required, form.optional, form.automatic) == (
        ("subject", "email", "content"),
        ("attachments",),
        ("access_log",),
    )
    assert {policy.purpose_of(item).ends for item in form.items} == {Event.INQUIRY_CLOSED}
    assert policy.retention.rules_for("general") == ()
    assert policy.retention.rules_for("e-financial") == ()  # binds only companies that answer that they are one
    assert [rule.items for rule in policy.retention.rules_for("complaint-dispute")] == [("subject", "email", "content")]


def test_the_mended_reference_names_a_basis_for_every_purpose() -> None:
    policy = compiler.compile(read(POLICIES / "utracs" / "2.toml").raw)
    assert {purpose.basis for purpose in policy.purposes} >= {LegalBasis.CONSENT, LegalBasis.STATUTE}
    assert None not in {purpose.basis for purpose in policy.purposes}


# --- what a check says of them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["example/1.toml", "staff.toml", "utracs/2.toml"])
def test_a_policy_to_copy_has_no_findings(name: str) -> None:
    assert check.check(read(POLICIES / name), on=AFTER_THE_BODY_ENDED).findings == ()


def test_the_reference_as_published_leaves_no_finding_without_a_reason_and_no_reason_without_a_finding() -> None:
    report = check.check(read(POLICIES / "utracs" / "1.toml"), on=AFTER_THE_BODY_ENDED)
    assert [finding.code for finding in report.findings if not finding.overridden] == []
    assert len([finding for finding in report.findings if finding.severity is Severity.ERROR]) > 30
    assert not report.blocks


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("E-LAW-ENDED", "policy.laws"),
        ("E-DATE", "policy.effective"),
        ("E-SPLIT", "purpose"),
        ("E-BASIS", "purpose.inquiry.basis"),
        ("W-VAGUE", "purpose.inquiry.label.en"),
        ("E-PURPOSE-END", "purpose.inquiry.ends"),
        ("E-LOG-PERIOD", "item.access_log"),
        ("E-RULE-ITEMS", "retention.rule.contract-withdrawal.items"),
        ("E-RULE-APPLIES", "retention.rule.e-financial.applies_if"),
        ("W-SMALL-TRANSACTIONS", "retention.rule.e-financial"),
        ("E-RULE-APPLIES", "retention.rule.complaint-dispute.applies_if"),
        ("E-PROCESSORS", "sharing.consignment.processors"),
        ("E-CONTENT", "safety.measures"),
        ("E-HISTORY", "history.1"),
        ("E-PHONE", "officer.phone"),
        ("E-CONTENT", "department.access"),
        ("E-DEADLINE", "rights.deadline.access"),
        ("W-BROWSER", "cookies.browser_help"),
        ("E-BODY-ENDED", "remedies.bodies"),
        ("E-MEMBERSHIP", "rights.membership.items"),
        ("W-SILENT", "sharing.overseas"),
        ("W-SILENT", "statement.sensitive"),
        ("W-SILENT", "statement.automated-decisions"),
    ],
)
def test_every_known_fault_of_the_reference_is_found(code: str, path: str) -> None:
    report = check.check(read(POLICIES / "utracs" / "1.toml"), on=AFTER_THE_BODY_ENDED)
    assert (code, path) in {(finding.code, finding.path) for finding in report.findings}
