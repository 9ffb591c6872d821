"""Clause coverage: whatever falls out of the policy or of the code changes it, and is named."""

from collections.abc import Iterator

import pytest

from jikim.language import load, schema
from jikim.language.check import check
from jikim.language.coverage import NO_CLAUSE, Coverage, coverage, promises, reference
from jikim.language.draft import Draft
from jikim.language.keepers import KEEPERS, NOT_YET, Promise
from jikim.language.path import Path, dotted
from tests.support.mutation import CLEAN, GONE, POLICIES, TODAY, clean, draft, put

REFERENCE = load.read(CLEAN)
WHOLE = coverage(REFERENCE)


def tables(value: object, path: Path = ()) -> Iterator[str]:
    """Walk every table of a policy, by path."""
    if isinstance(value, dict):
        if path:
            yield dotted(path)
        for key, below in value.items():
            yield from tables(below, (*path, key))


def without(path: str) -> Coverage:
    raw = clean()
    put(raw, path, GONE)
    return coverage(Draft(name="changed.toml", source="", raw=raw))


def named(covered: Coverage) -> set[str]:
    return {*covered.missing, *covered.silent}


@pytest.mark.parametrize("path", REFERENCE.leaf_paths())
def test_a_fact_that_falls_out_of_the_reference_changes_coverage_and_is_named(path: str) -> None:
    less = without(path)
    assert less != WHOLE
    assert (less.stated, len(less.kept)) != (WHOLE.stated, len(WHOLE.kept)) or path in NO_CLAUSE
    assert path in named(less)


@pytest.mark.parametrize("path", list(tables(REFERENCE.raw)))
def test_a_table_that_falls_out_of_the_reference_changes_coverage_and_is_named(path: str) -> None:
    less = without(path)
    assert less != WHOLE
    assert any(name == path or name.startswith(f"{path}.") for name in less.missing)
    assert not any(name == path or name.startswith(f"{path}.") for name in WHOLE.missing)


@pytest.mark.parametrize("pattern", list(KEEPERS))
def test_a_keeper_that_falls_out_of_the_code_changes_coverage_and_is_named(pattern: str) -> None:
    fewer = {each: code for each, code in KEEPERS.items() if each != pattern}
    less = coverage(REFERENCE, keepers=fewer)
    assert less != WHOLE
    assert less.ownerless == (pattern,)
    assert len(less.kept) <= len(WHOLE.kept)


@pytest.mark.parametrize("promise", NOT_YET, ids=lambda promise: promise.name)
def test_a_promise_that_is_no_longer_admitted_is_named_until_code_keeps_it(promise: Promise) -> None:
    fewer = tuple(each for each in NOT_YET if each is not promise)
    assert set(coverage(REFERENCE, not_yet=fewer).ownerless) == set(promise.patterns)


def test_every_fact_of_the_language_has_a_keeper_or_stands_among_the_promises_and_never_both() -> None:
    admitted = [pattern for promise in NOT_YET for pattern in promise.patterns]
    assert len(admitted) == len(set(admitted))
    assert set(KEEPERS) & set(admitted) == set()
    assert {*KEEPERS, *admitted, *NO_CLAUSE} == set(schema.leaf_patterns())


def test_the_list_of_the_reference_is_the_reference() -> None:
    assert reference() == REFERENCE.leaf_paths(), "write the paths of policies/utracs/2.toml into reference.txt"


def test_the_reference_misses_nothing_and_nothing_lacks_an_owner() -> None:
    assert (WHOLE.missing, WHOLE.ownerless) == ((), ())
    assert WHOLE.stated == len(WHOLE.kept) + len(WHOLE.unkept) == len(REFERENCE.leaf_paths()) - 1  # schema is no clause
    assert WHOLE.percent == 100 * len(WHOLE.kept) // WHOLE.stated


def test_nothing_stated_is_nothing_kept() -> None:
    assert coverage(Draft(name="empty.toml", source="", raw={})).percent == 0


def test_one_hundred_per_cent_means_every_fact() -> None:
    every = dict.fromkeys(schema.leaf_patterns(), "kept")
    assert coverage(REFERENCE, keepers=every).percent == 100
    assert coverage(REFERENCE, keepers={**every, "statement.*": "kept"}).unkept == ()
    one_less = {pattern: code for pattern, code in every.items() if pattern != "policy.id"}
    assert coverage(REFERENCE, keepers=one_less).percent == 99
    assert coverage(REFERENCE, keepers=one_less).unkept == ("policy.id",)


def test_another_policy_is_not_measured_by_the_reference() -> None:
    example = load.read(POLICIES / "example" / "1.toml")
    assert coverage(example).missing == ()


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("item.email", "item.email"),
        ("purpose.inquiry", "purpose.inquiry"),
        ("record.contract", "record.contract"),
        ("history.1", "history.1"),
        ("safety", "safety.measures"),
        ("policy.effective", "policy.effective"),
        ("retention.rule.complaint.period", "retention.rule.complaint.period"),
    ],
)
def test_in_any_policy_what_others_lean_on_and_what_the_law_wants_is_named(path: str, missing: str) -> None:
    raw = load.read(POLICIES / "example" / "1.toml").raw
    put(raw, path, GONE)
    assert missing in coverage(Draft(name="changed.toml", source="", raw=raw)).missing


def test_what_could_be_said_in_a_table_that_is_there_is_listed_as_silent() -> None:
    silent = coverage(draft({"item.subject.max_chars": GONE, "item.tastes.choices": GONE})).silent
    assert {"item.subject.max_chars", "item.tastes.choices.*", "item.subject.hint"} <= set(silent)
    assert not {"item.email.max_chars", "item.subject.choices.*", "purpose.inquiry.balancing"} & set(silent)


def test_a_translation_that_is_not_there_is_named_by_its_language() -> None:
    assert "item.subject.label.en" in coverage(draft({"item.subject.label.en": GONE})).silent


def test_promises_not_kept_yet_are_notes_and_no_findings() -> None:
    report = check(REFERENCE, on=TODAY)
    told = [note for note in report.notes if note.code == "N-NOT-YET"]
    assert [note.path for note in told] == [promise.name for promise in promises(REFERENCE)]
    assert report.findings == ()


def test_a_promise_the_policy_does_not_make_is_not_told() -> None:
    silent = draft({"rights.membership": GONE})
    assert "membership" in {promise.name for promise in promises(REFERENCE)}
    assert "membership" not in {promise.name for promise in promises(silent)}


@pytest.mark.parametrize("promise", NOT_YET, ids=lambda promise: promise.name)
def test_every_promise_not_kept_is_told_in_one_plain_sentence_or_two_in_both_languages(promise: Promise) -> None:
    for language in ("ko", "en"):
        assert promise.text.say(language).endswith(".")
        assert promise.text.say(language).count(".") <= 2
