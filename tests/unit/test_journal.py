"""The journal is told closed kinds and short facts, and nothing by which a person could be found."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from jikim.domain import journal
from jikim.domain.errors import Misused
from jikim.domain.journal import KINDS_OF, LEAVES, Leaf, NotALeaf, NotYourLeaf, Role, check_leaf, to_the_hour
from tests.support.leaves import EXAMPLES

ABOUT_PEOPLE = {"record", "record_id", "receipt", "name", "email", "item", "content", "session_id", "kid", "subject"}
HOUR = datetime(2026, 10, 5, 14, tzinfo=UTC)


def test_no_kind_has_a_field_for_a_record_or_a_person() -> None:
    assert {kind for kind, fields in LEAVES.items() if fields.keys() & ABOUT_PEOPLE} == set()


def test_a_leaf_has_exactly_the_fields_of_its_kind() -> None:
    check_leaf("answer", {"on": "2026-10-05", "count": 1})
    for body in ({}, {"on": "2026-10-05"}, {"on": "2026-10-05", "count": 1, "who": "kim"}):
        with pytest.raises(Misused, match="no journal leaf answer"):
            check_leaf("answer", body)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Misused, match="no journal leaf gossip"):
        check_leaf("gossip", {})


@pytest.mark.parametrize("value", ["x" * 81, None, 1.5, ["a"], {"a": 1}, b"bytes", "2026-13-01", "20261005", True])
def test_a_value_that_is_no_short_fact_is_refused(value: object) -> None:
    with pytest.raises(Misused, match="journal identifiers, not content"):
        check_leaf("reopen", {"on": value})


def test_entries_are_timed_to_the_hour() -> None:
    instant = datetime(2026, 10, 5, 14, 59, 59, 999999, tzinfo=UTC)
    assert to_the_hour(instant) == HOUR
    assert journal.hour(instant) == "2026-10-05T14:00:00Z"
    delhi = instant.astimezone(timezone(timedelta(hours=5, minutes=30)))  # whose whole hours are not UTC's
    assert journal.hour(delhi) == "2026-10-05T14:00:00Z"
    with pytest.raises(Misused, match="without a time zone"):
        journal.hour(instant.replace(tzinfo=None))


@pytest.mark.parametrize("kind", LEAVES)
def test_every_kind_of_leaf_reads_back_as_it_was_written(kind: str) -> None:
    leaf = Leaf(kind, HOUR, EXAMPLES[kind])
    assert journal.read(journal.write(leaf)) == leaf


@pytest.mark.parametrize("kind", LEAVES)
@pytest.mark.parametrize(
    "words", ["Kim Min-su asked for it", "kim@example.kr", "010-1234-5678", "김민수", "a b", "", "1\n2"]
)
def test_no_field_of_any_kind_takes_free_text(kind: str, words: str) -> None:
    for field, shape in LEAVES[kind].items():
        if words or not shape.fits(""):
            with pytest.raises(Misused, match=f"^{field} of a {kind} leaf is not "):
                check_leaf(kind, {**EXAMPLES[kind], field: words})


def test_the_bytes_of_a_leaf_are_frozen() -> None:
    assert journal.write(Leaf("erase-rows", HOUR, {"values": 3, "on": "2026-10-05"})) == (
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","type":"erase-rows","v":1,"values":3}'
    )


def test_the_longest_leaf_stays_within_two_kilobytes() -> None:
    groups = [{"class": "C", "mirrors": 2**53 - 1, "pending": 2**53 - 1}] * 8
    longest = {**EXAMPLES["destroy.done"], "groups": groups, "category": "c" * 40}
    assert len(journal.write(Leaf("destroy.done", HOUR, longest))) <= journal.LEAF_BYTES


@pytest.mark.parametrize(
    "data",
    [
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","type":"reopen","v":1} ',
        b'{"on":"2026-10-05","at":"2026-10-05T14:00:00Z","type":"reopen","v":1}',
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","on":"2026-10-05","type":"reopen","v":1}',
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","type":"reopen","v":1.0}',
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","type":"reopen","v":2}',
        b'{"at":"2026-10-05T14:30:00Z","on":"2026-10-05","type":"reopen","v":1}',
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","type":["reopen"],"v":1}',
        b'{"at":"2026-10-05T14:00:00Z","on":"2026-10-05","v":1}',
        b'{"on":"2026-10-05","type":"reopen","v":1}',
        b"[1]",
        b"\xff",
        b"",
        b"[" * 100_000,
    ],
)
def test_bytes_that_this_journal_would_not_write_are_no_leaf(data: bytes) -> None:
    with pytest.raises(NotALeaf):
        journal.read(data)


def test_each_role_tells_only_its_own_leaves() -> None:
    tellers = {kind: {role for role, kinds in KINDS_OF.items() if kind in kinds} for kind in LEAVES}
    assert tellers["destroy.done"] == tellers["approve"] == {Role.KEYD}
    assert tellers["custody"] == {Role.CUSTODIAN}
    assert tellers["separate"] == {Role.WORKER}
    for kind in tellers.keys() - KINDS_OF[Role.PUBLIC]:
        with pytest.raises(NotYourLeaf, match=f"^the role public does not tell {kind} leaves"):
            journal.check_role(Role.PUBLIC, kind)


def test_what_happens_to_one_inquiry_is_told_only_as_a_count_of_the_day() -> None:
    told = frozenset().union(*KINDS_OF.values())
    assert set(LEAVES) - told == {"intake", "open", "answer", "resolve", "reopen"}
