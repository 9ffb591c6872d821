"""Laws of `policy check`: it judges any tree, twice the same way, and prints nothing wider than a terminal."""

from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from jikim.cli.policy_check import as_json, as_text
from jikim.cli.terminal import COLUMNS, indented, width
from jikim.domain.terms import Answer, Event, ItemKind, LegalBasis, Why
from jikim.language import compile as compiler
from jikim.language import load
from jikim.language.check import Report, check
from jikim.language.coverage import coverage
from jikim.language.draft import Draft
from jikim.language.findings import CODES
from tests.support.mutation import CLEAN, TODAY, clean, put

WORDS = [*Event, *ItemKind, *LegalBasis, *Why, *Answer]
PATHS = load.read(CLEAN).leaf_paths()
KEYS = st.sampled_from(sorted({key for path in PATHS for key in path.split(".")})) | st.text(max_size=6)
SCALARS = (
    st.text(max_size=20)
    | st.sampled_from([*map(str, WORDS), "P1Y", "P0D", "2026", "kr:pipa", "kr:ecommerce-contract", "none", "삼 년"])
    | st.integers(-(2**63), 2**63)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
)
TREES = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=4)),
    max_size=6,
)


def judged(raw: dict[str, Any], on: date = TODAY) -> Report:
    return check(Draft(name="any.toml", source="", raw=raw), on=on)


@example(raw={"[key]": []}, on=TODAY)  # how pydantic marks a wrong key
@given(raw=TREES, on=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
@settings(max_examples=200, deadline=None)
def test_any_tree_is_judged_and_never_raises(raw: dict[str, Any], on: date) -> None:
    report = judged(raw, on)
    assert report.blocks  # no random tree is a policy: it lacks its name at least
    assert {finding.code for finding in (*report.findings, *report.notes)} <= set(CODES)


@given(path=st.sampled_from(PATHS), value=SCALARS | TREES | st.lists(SCALARS, max_size=3))
@settings(max_examples=150, deadline=None)
def test_anything_at_any_place_of_a_good_policy_is_judged(path: str, value: object) -> None:
    raw = clean()
    put(raw, path, value)
    report = judged(raw)
    if not report.blocks:
        assert compiler.compile(raw).items


@given(path=st.sampled_from(PATHS), value=SCALARS)
@settings(max_examples=40, deadline=None)
def test_the_same_file_is_judged_the_same_way_twice(path: str, value: object) -> None:
    one, other = clean(), clean()
    put(one, path, value)
    put(other, path, value)
    assert judged(one) == judged(other)


@given(raw=TREES)
@settings(max_examples=60, deadline=None)
def test_every_fact_of_the_language_is_kept_or_not_and_counted_once(raw: dict[str, Any]) -> None:
    covered = coverage(Draft(name="any.toml", source="", raw=raw))
    assert set(covered.kept) & set(covered.unkept) == set()
    assert 0 <= covered.percent <= 100


@given(path=st.sampled_from(PATHS), value=SCALARS)
@settings(max_examples=60, deadline=None)
def test_nothing_printed_is_wider_than_a_terminal_or_steers_it(path: str, value: object) -> None:
    raw = clean()
    put(raw, path, value)
    for line in as_text(judged(raw), "any.toml", TODAY):
        assert width(line) <= COLUMNS
        assert line.isprintable()


@given(words=st.text(max_size=300), by=st.integers(0, 20), label=st.text(alphabet="abc: ", max_size=20))
def test_wrapping_loses_no_word(words: str, by: int, label: str) -> None:
    shown = "".join(char if char.isprintable() else "?" for char in label + words)
    lines = list(indented(words, by=by, label=label))
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert all(width(line) <= COLUMNS for line in lines)


def test_what_programs_get_is_the_whole_report() -> None:
    report = judged(clean())
    told = as_json(report, "any.toml", TODAY)
    assert told["coverage"]["percent"] == report.coverage.percent
    assert len(told["findings"]) == told["errors"] + told["warnings"] + told["overridden"]
