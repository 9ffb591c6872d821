"""How long a rule keeps what: floors by the Civil Act, several rules at once, and rules that keep nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jikim.domain.policy import Policy
from jikim.domain.separation import Fate, clock_of, needs_start_event, rolling_years
from jikim.domain.terms import Event, Reason, Why
from tests.support.records import POLICY, facts, rule, value, with_rules

ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "period", "last_day", "keep_until", "destroy_by"),
    [
        (date(2027, 2, 28), "P1Y", date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 5)),
        (date(2026, 4, 30), "P6M", date(2026, 10, 31), date(2026, 11, 2), date(2026, 11, 5)),  # a Saturday rolls
        (date(2024, 2, 29), "P5Y", date(2029, 2, 28), date(2029, 2, 28), date(2029, 3, 5)),
        (date(2023, 9, 30), "P3Y", date(2026, 9, 30), date(2026, 9, 30), date(2026, 10, 5)),
        (date(2023, 9, 26), "P3Y", date(2026, 9, 26), date(2026, 9, 28), date(2026, 10, 1)),  # the day after Chuseok
    ],
)
def test_a_floor_is_a_civil_act_period(
    start: date, period: str, last_day: date, keep_until: date, destroy_by: date
) -> None:
    policy = with_rules(rule("kept", period))
    closed = facts(received=start, resolved=start, record_class="complaint-dispute", start=start)
    kept = clock_of(value("content", start), closed, policy).kept
    assert kept is not None
    assert (kept.last_day, kept.keep_until, kept.destroy_by) == (last_day, keep_until, destroy_by)


def test_a_companys_own_rule_neither_rolls_nor_is_a_floor() -> None:
    policy = with_rules(rule("own", "P6M", why=Why.INTERNAL))
    start = date(2026, 4, 30)
    closed = facts(received=start, resolved=start, record_class="complaint-dispute", start=start)
    clock = clock_of(value("content", start), closed, policy)
    assert clock.kept is not None
    assert clock.kept.keep_until is None
    assert clock.destroyed_from == date(2026, 11, 1)  # a Sunday, and no reason to wait


def _two_rules() -> Policy:
    payment = rule("payment", "P5Y", items=("email", "subject"))
    return with_rules(payment, rule("complaint", "P3Y", items=("email", "content")))


@pytest.mark.parametrize(
    ("item", "by", "years"), [("content", "complaint", 3), ("subject", "payment", 5), ("email", "payment", 5)]
)
def test_two_rules_on_one_record_keep_each_item_for_its_longest(item: str, by: str, years: int) -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    clock = clock_of(value(item), closed, _two_rules())
    assert clock.rule == by
    assert clock.kept is not None
    assert clock.kept.last_day == date(2026 + years, 10, 12)


def test_a_rolled_floor_outlasts_an_own_rule_that_ends_a_day_later() -> None:
    saturday = date(2026, 10, 31)
    policy = with_rules(rule("law", "P6M"), rule("own", "P185D", why=Why.INTERNAL))
    start = date(2026, 4, 30)
    closed = facts(received=start, resolved=start, record_class="complaint-dispute", start=start)
    clock = clock_of(value("content", start), closed, policy)
    assert clock.kept is not None
    assert clock.kept.last_day == saturday + ONE_DAY  # the own rule's Sunday
    assert clock.kept.keep_until == date(2026, 11, 2)
    assert (clock.destroyed_from, clock.rule) == (date(2026, 11, 3), "law")


def test_a_rule_that_ended_before_the_purpose_sets_nothing_aside() -> None:
    policy = with_rules(rule("kept", "P1M"))
    closed = facts(
        received=date(2020, 1, 6), resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2020, 1, 6)
    )
    clock = clock_of(value("content"), closed, policy)
    assert clock.fate(date(2026, 10, 19)) == Fate.KEEP
    assert clock.fate(date(2026, 10, 20)) == Fate.DESTROY
    assert (clock.rule, clock.reason) == ("", Reason.PURPOSE_ACHIEVED)


def test_a_rule_that_does_not_bind_the_company_keeps_nothing() -> None:
    off = replace(rule("e-finance", "P5Y"), applies=False)
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    assert clock_of(value("content"), closed, with_rules(off)).fate(date(2026, 10, 20)) == Fate.DESTROY


@pytest.mark.parametrize(
    ("event", "first_day"),
    [
        (Event.COLLECTED, date(2026, 10, 5)),
        (Event.INQUIRY_CLOSED, date(2026, 10, 12)),
        (Event.PURPOSE_ACHIEVED, date(2026, 10, 19)),
        (Event.CONTRACT_ENDED, date(2026, 10, 9)),
    ],
)
def test_a_period_counts_from_its_own_event(event: Event, first_day: date) -> None:
    policy = with_rules(rule("kept", "P3Y", start=event))
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 9))
    assert clock_of(value("content"), closed, policy).started_on == first_day


def test_only_classes_kept_by_law_ask_for_the_day_their_period_starts() -> None:
    asked = {kind.name: needs_start_event(kind.name, POLICY) for kind in POLICY.record_classes}
    assert asked == {
        "general": False,
        "contract-withdrawal": True,
        "payment-supply": True,
        "e-financial": False,  # a law that does not bind this company
        "complaint-dispute": True,
        "unauthorized-use": False,
    }


def test_the_holidays_a_clock_can_meet_are_those_of_its_last_year_and_the_next() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    assert rolling_years(value("content"), closed, POLICY) == {2029, 2030}
    assert rolling_years(value("attachments"), closed, POLICY) == set()


def test_a_class_without_rules_keeps_nothing() -> None:
    assert POLICY.retention.rules_for("general") == ()
    assert [kept.name for kept in POLICY.retention.rules_for("complaint-dispute")] == ["complaint-dispute"]


def test_a_law_that_does_not_bind_the_company_is_no_rule_of_its_class() -> None:
    assert POLICY.retention.rules_for("e-financial") == ()


def test_a_rule_that_ends_with_the_purpose_keeps_nothing_longer() -> None:
    policy = with_rules(rule("kept", "P7D", why=Why.INTERNAL, start=Event.INQUIRY_CLOSED))
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute")
    assert clock_of(value("content"), closed, policy).rule == ""
    longer = with_rules(rule("kept", "P8D", why=Why.INTERNAL, start=Event.INQUIRY_CLOSED))
    assert clock_of(value("content"), closed, longer).rule == "kept"


def test_of_two_rules_that_end_together_the_law_is_named() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    policy = with_rules(rule("z-own", "P3Y", why=Why.INTERNAL), rule("a-law", "P3Y"))
    assert clock_of(value("content"), closed, policy).rule == "a-law"


def test_before_a_purpose_ends_no_holiday_is_asked_for() -> None:
    endless = replace(POLICY, purposes=tuple(replace(purpose, inactive_after=None) for purpose in POLICY.purposes))
    assert rolling_years(value("content"), facts(), endless) == frozenset()
