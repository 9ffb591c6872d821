"""The journal is told closed kinds and short facts, and nothing by which a person could be found."""

from datetime import UTC, datetime

import pytest

from jikim.domain.errors import Misused
from jikim.domain.journal import LEAVES, check_leaf, to_the_hour

ABOUT_PEOPLE = {"record", "record_id", "receipt", "name", "email", "item", "content", "desk_link_id"}


def test_no_kind_has_a_field_for_a_record_or_a_person() -> None:
    assert {kind for kind, fields in LEAVES.items() if fields & ABOUT_PEOPLE} == set()


def test_a_leaf_has_exactly_the_fields_of_its_kind() -> None:
    check_leaf("answer", {"on": "2026-10-05", "count": 1})
    for body in ({}, {"on": "2026-10-05"}, {"on": "2026-10-05", "count": 1, "who": "kim"}):
        with pytest.raises(Misused, match="no journal leaf answer"):
            check_leaf("answer", body)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Misused, match="no journal leaf gossip"):
        check_leaf("gossip", {})


@pytest.mark.parametrize("value", ["x" * 81, None, 1.5, ["a"], {"a": 1}, b"bytes"])
def test_a_value_that_is_no_short_fact_is_refused(value: object) -> None:
    with pytest.raises(Misused, match="journal identifiers, not content"):
        check_leaf("reopen", {"on": value})


def test_entries_are_timed_to_the_hour() -> None:
    instant = datetime(2026, 10, 5, 14, 59, 59, 999999, tzinfo=UTC)
    assert to_the_hour(instant) == datetime(2026, 10, 5, 14, tzinfo=UTC)
