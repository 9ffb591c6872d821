"""What becomes of a value when its purpose ends: days, not minutes, and never before a floor."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jikim.domain.errors import Misused
from jikim.domain.period import Period
from jikim.domain.policy import Policy
from jikim.domain.separation import Fate, Reason, achieved_on, clock_of, needs_start_event, rolling_years
from jikim.domain.terms import Event, Why
from tests.support.records import POLICY, facts, rule, value, with_rules

ONE_DAY = timedelta(days=1)


def test_an_open_inquiry_has_no_clock_but_its_inactivity() -> None:
    clock = clock_of(value("content"), facts(last_word=date(2026, 10, 5)), POLICY)
    assert clock.fate(date(2027, 4, 3)) == Fate.KEEP  # the 180th day of silence
    assert clock.fate(date(2027, 4, 4)) == Fate.DESTROY
    assert clock.reason == Reason.ABANDONED


def test_without_a_rule_a_value_is_destroyed_after_the_quiet_days() -> None:
    clock = clock_of(value("content"), facts(resolved=date(2026, 10, 12), record_class="general"), POLICY)
    assert clock.fate(date(2026, 10, 19)) == Fate.KEEP  # the seventh quiet day
    assert clock.fate(date(2026, 10, 20)) == Fate.DESTROY
    assert clock.whole is not None
    assert clock.whole.keep_until is None
    assert clock.whole.destroy_by == date(2026, 10, 24)
    assert clock.reason == Reason.PURPOSE_ACHIEVED


def test_a_word_after_resolving_starts_the_quiet_days_again() -> None:
    spoken = facts(resolved=date(2026, 10, 12), last_word=date(2026, 10, 15), record_class="general")
    assert achieved_on(spoken, POLICY) == date(2026, 10, 22)


def test_a_word_before_resolving_does_not_lengthen_the_quiet_days() -> None:
    spoken = facts(resolved=date(2026, 10, 12), last_word=date(2026, 10, 7), record_class="general")
    assert achieved_on(spoken, POLICY) == date(2026, 10, 19)


def test_a_complaint_keeps_what_its_rule_names_and_nothing_else() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    day = date(2026, 10, 20)
    fates = {
        item: clock_of(value(item), closed, POLICY).fate(day) for item in ("email", "subject", "content", "attachments")
    }
    assert fates == {
        "email": Fate.SET_ASIDE,
        "subject": Fate.SET_ASIDE,
        "content": Fate.SET_ASIDE,
        "attachments": Fate.DESTROY,
    }


def test_an_access_log_dies_by_its_own_clock_while_the_inquiry_is_open() -> None:
    clock = clock_of(value("access_log", date(2026, 11, 30)), facts(last_word=date(2027, 2, 20)), POLICY)
    assert clock.fate(date(2027, 2, 28)) == Fate.KEEP  # three months from 30 November end with February
    assert clock.fate(date(2027, 3, 1)) == Fate.DESTROY
    assert clock.reason == Reason.PERIOD_ENDED


def test_an_access_log_is_kept_when_a_rule_of_the_class_names_it() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="unauthorized-use", start=date(2026, 10, 10))
    clock = clock_of(value("access_log", date(2026, 10, 5)), closed, POLICY)
    assert clock.fate(date(2027, 1, 6)) == Fate.SET_ASIDE
    assert clock.rule == "unauthorized-use"
    assert clock.destroyed_from == date(2027, 10, 11)


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


def test_work_that_stood_still_ten_days_is_destroyed_at_once_not_moved_first() -> None:
    policy = with_rules(rule("kept", "P1M"))
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    clock = clock_of(value("content"), closed, policy)
    assert clock.fate(date(2026, 11, 12)) == Fate.SET_ASIDE
    assert clock.fate(date(2026, 11, 22)) == Fate.DESTROY


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


def test_an_item_of_two_purposes_stays_for_the_longer() -> None:
    inquiry, security = POLICY.purpose("inquiry"), POLICY.purpose("security")
    longer = replace(security, items=("access_log", "content"), period=Period(years=1))
    others = tuple(p for p in POLICY.purposes if p.name not in ("inquiry", "security"))
    policy = replace(POLICY, purposes=(inquiry, longer, *others))
    clock = clock_of(value("content"), facts(resolved=date(2026, 10, 12), record_class="general"), policy)
    assert clock.leaves_on == date(2027, 10, 6)


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


def test_a_class_without_the_day_it_was_given_is_refused() -> None:
    with pytest.raises(Misused, match="has a class and is not resolved"):
        facts(record_class="general")


def test_an_item_no_clause_names_is_refused() -> None:
    with pytest.raises(Misused, match="no purpose names the item serial"):
        clock_of(value("serial"), facts(), POLICY)


def test_the_holidays_a_clock_can_meet_are_those_of_its_last_year_and_the_next() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    assert rolling_years(value("content"), closed, POLICY) == {2029, 2030}
    assert rolling_years(value("attachments"), closed, POLICY) == set()
