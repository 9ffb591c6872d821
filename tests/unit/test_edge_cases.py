"""What a careful privacy officer would try: days that months do not have, days off, and reasons not to destroy."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from jikim.domain.destruction import live_action, plan
from jikim.domain.hold import Hold, HoldReason, HoldRefused, check_new, held_by, lift, withhold
from jikim.domain.period import SEOUL, Period, last_day, legal_day
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.separation import Fate, achieved_on, clock_of
from jikim.domain.terms import Event, Why
from tests.support.holds import BEFORE, HANDLER, LIVING, OFFICER, VALUE, hold
from tests.support.plans import DAY, action
from tests.support.records import POLICY, facts, rule, value, with_rules


def test_a_year_from_the_last_day_of_february_ends_with_february_in_a_leap_year_too() -> None:
    assert last_day(date(2027, 2, 28), Period(years=1)) == date(2028, 2, 29)


def test_six_months_from_the_end_of_april_end_with_october() -> None:
    assert last_day(date(2026, 4, 30), Period(months=6)) == date(2026, 10, 31)


def test_five_years_from_a_leap_day_end_with_february() -> None:
    assert last_day(date(2024, 2, 29), Period(years=5)) == date(2029, 2, 28)


def test_a_floor_that_ends_on_a_saturday_lasts_until_monday_night_and_its_five_days_run_from_saturday() -> None:
    saturday, monday = date(2026, 10, 31), date(2026, 11, 2)
    closed = facts(resolved=date(2026, 4, 30), record_class="complaint-dispute", start=date(2026, 4, 30))
    closed = replace(closed, received_on=date(2026, 4, 1), last_word_on=date(2026, 4, 30))
    clock = clock_of(value("content", date(2026, 4, 1)), closed, with_rules(rule("law", "P6M")))
    assert clock.whole is not None
    assert (clock.whole.last_day, clock.whole.keep_until) == (saturday, monday)
    assert clock.fate(monday) == Fate.SET_ASIDE
    assert clock.fate(monday + timedelta(days=1)) == Fate.DESTROY
    assert clock.whole.destroy_by == saturday + timedelta(days=5)


def test_a_period_of_the_company_s_own_does_not_roll_over_a_saturday() -> None:
    closed = facts(resolved=date(2026, 4, 30), record_class="complaint-dispute", start=date(2026, 4, 30))
    closed = replace(closed, received_on=date(2026, 4, 1), last_word_on=date(2026, 4, 30))
    own = with_rules(rule("own", "P6M", why=Why.INTERNAL))
    clock = clock_of(value("content", date(2026, 4, 1)), closed, own)
    assert clock.fate(date(2026, 10, 31)) == Fate.SET_ASIDE
    assert clock.fate(date(2026, 11, 1)) == Fate.DESTROY


def test_half_past_eleven_at_night_in_london_is_the_next_day_in_seoul() -> None:
    assert legal_day(datetime(2026, 9, 30, 23, 30, tzinfo=UTC)) == date(2026, 10, 1)


def test_a_hold_set_in_time_refuses_destruction_and_five_days_after_its_end_nothing_is_left() -> None:
    check_new(hold(), HANDLER, OFFICER, living=LIVING, today=BEFORE)
    later = DAY + timedelta(days=300)
    assert withhold([action(1)], [hold(review_on=later)], later)[0] == ()
    lifted = lift(hold(review_on=later), OFFICER, today=later)
    ((released,), held) = withhold([action(1)], [lifted], later)
    assert held == ()
    assert (released.due_on, released.due_by) == (later, later + timedelta(days=4))
    assert plan(later, [released]).overdue == ()


def test_a_hold_set_after_the_day_is_refused_for_what_is_destroyed() -> None:
    with pytest.raises(HoldRefused, match="what is destroyed does not come back"):
        check_new(hold(), HANDLER, OFFICER, living=LIVING - {VALUE}, today=BEFORE)


def test_a_hold_set_after_the_last_day_holds_and_says_that_it_came_too_late() -> None:
    overdue = action(1, on=DAY - timedelta(days=30))
    late = hold(set_on=DAY)
    check_new(late, HANDLER, OFFICER, living=LIVING, today=DAY)
    _, (withheld,) = withhold([overdue], [late], DAY)
    assert withheld.late


def test_a_hold_is_never_dated_back() -> None:
    with pytest.raises(HoldRefused, match="begins on the day it is set"):
        check_new(hold(set_on=DAY - timedelta(days=1)), HANDLER, OFFICER, living=LIVING, today=DAY)


def test_an_erasure_refused_for_a_hold_goes_through_by_itself_once_it_is_lifted() -> None:
    assert [found.reason for found in held_by(VALUE, [hold()], DAY)] == [HoldReason.LAWSUIT]
    assert held_by(VALUE, [lift(hold(), OFFICER, today=DAY)], DAY) == ()


def test_of_two_holds_the_second_still_stands_when_the_first_is_lifted() -> None:
    other: Hold = replace(hold(), id=UUID(int=91), reason=HoldReason.MEDIATION)
    first = lift(hold(), OFFICER, today=DAY)
    going, held = withhold([action(1)], [first, other], DAY)
    assert going == ()
    assert [one.holds for one in held] == [(other.id,)]
    both = lift(other, OFFICER, today=DAY + timedelta(days=9))
    ((released,), _) = withhold([action(1)], [first, both], DAY + timedelta(days=9))
    assert released.due_on == DAY + timedelta(days=9)


def access_logs(months: int, *, on: date) -> Policy:
    """Return a next version that keeps access logs so long."""
    security = replace(POLICY.purpose("security"), period=Period(months=months))
    purposes = tuple(security if purpose.name == "security" else purpose for purpose in POLICY.purposes)
    return replace(POLICY, version=3, purposes=purposes, in_force_at=datetime(on.year, on.month, on.day, tzinfo=SEOUL))


def test_a_revision_that_shortens_a_period_destroys_what_it_ends_within_five_days_of_its_first_day() -> None:
    log, first = value("access_log", date(2027, 1, 5)), date(2027, 3, 1)
    shorter = (access_logs(1, on=first),)  # it would have ended on 5 February, told was 5 April
    assert live_action(log, facts(), POLICY, first - timedelta(days=1), shorter) is None
    brought = live_action(log, facts(), POLICY, first, shorter)
    assert brought is not None
    assert (brought.due_on, brought.due_by) == (first, date(2027, 3, 5))


def test_a_revision_that_lengthens_a_period_leaves_what_was_agreed_to() -> None:
    log = value("access_log", date(2027, 1, 5))
    assert clock_of(log, facts(), POLICY, (access_logs(12, on=date(2027, 3, 1)),)) == clock_of(log, facts(), POLICY)


def shorter_quiet(*rules: RetentionRule, on: date) -> Policy:
    """Return a next version without quiet days, with these rules."""
    purposes = tuple(replace(purpose, quiet=Period()) for purpose in POLICY.purposes)
    revised = replace(with_rules(*rules), version=3, purposes=purposes)
    return replace(revised, in_force_at=datetime(on.year, on.month, on.day, tzinfo=SEOUL))


CLOSED = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
EARLY = date(2026, 10, 13)


def test_a_floor_counted_from_the_end_of_the_purpose_does_not_move_when_the_purpose_ends_sooner() -> None:
    law = rule("law", "P1Y", start=Event.PURPOSE_ACHIEVED)
    clock = clock_of(value("content"), CLOSED, with_rules(law), (shorter_quiet(law, on=EARLY),))
    assert clock.leaves_on == date(2026, 10, 13)  # set aside at once, in place of seven quiet days
    assert clock.kept is not None
    assert clock.kept.last_day == date(2027, 10, 19)
    assert clock.started_on == date(2026, 10, 19)


def test_a_rule_of_the_company_s_own_counts_from_the_end_that_is_sooner() -> None:
    own = rule("own", "P1Y", why=Why.INTERNAL, start=Event.PURPOSE_ACHIEVED)
    clock = clock_of(value("content"), CLOSED, with_rules(own), (shorter_quiet(own, on=EARLY),))
    assert clock.destroyed_from == date(2027, 10, 13)


def test_a_rule_of_the_company_s_own_that_is_given_up_keeps_nothing_any_more() -> None:
    own = rule("own", "P1Y", why=Why.INTERNAL, start=Event.PURPOSE_ACHIEVED)
    clock = clock_of(value("content"), CLOSED, with_rules(own), (shorter_quiet(on=date(2027, 3, 1)),))
    assert clock.destroyed_from == date(2027, 3, 1)
    assert clock.whole is not None
    assert clock.whole.destroy_by == date(2027, 3, 5)


def test_a_period_once_shortened_stays_short_for_what_was_held_then() -> None:
    log = value("access_log", date(2027, 2, 20))
    versions = (access_logs(1, on=date(2027, 3, 1)), access_logs(12, on=date(2027, 3, 10)))
    assert clock_of(log, facts(), POLICY, versions).leaves_on == date(2027, 3, 21)


def test_a_law_that_a_later_version_names_shorter_or_not_at_all_keeps_what_it_kept() -> None:
    law = rule("law", "P3Y")
    for revised in (shorter_quiet(rule("law", "P1Y"), on=EARLY), shorter_quiet(on=EARLY)):
        clock = clock_of(value("content"), CLOSED, with_rules(law), (revised,))
        assert clock.kept is not None
        assert clock.kept.last_day == date(2029, 10, 12)


def test_a_record_is_achieved_when_a_later_version_ends_it_and_not_before_that_version() -> None:
    assert achieved_on(CLOSED, POLICY) == date(2026, 10, 19)
    assert achieved_on(CLOSED, POLICY, (shorter_quiet(on=EARLY),)) == date(2026, 10, 12)
    assert achieved_on(CLOSED, POLICY, (shorter_quiet(on=date(2026, 10, 16)),)) == date(2026, 10, 15)
    assert achieved_on(CLOSED, POLICY, (shorter_quiet(on=date(2026, 12, 1)),)) == date(2026, 10, 19)


def test_destruction_promised_sooner_is_promised_from_that_version_on_and_later_never() -> None:
    def by(days: int, on: date) -> date:
        retention = replace(POLICY.retention, within=Period(days=days))
        version = replace(
            POLICY, version=3, retention=retention, in_force_at=datetime(on.year, on.month, on.day, tzinfo=SEOUL)
        )
        brought = live_action(value("attachments"), CLOSED, POLICY, date(2026, 10, 20), (version,))
        assert brought is not None
        return brought.due_by

    assert by(2, EARLY) == date(2026, 10, 21)
    assert by(2, date(2026, 10, 22)) == date(2026, 10, 23)  # two days of its own, and not late on its first
    assert by(2, date(2026, 10, 30)) == by(30, EARLY) == date(2026, 10, 24)
