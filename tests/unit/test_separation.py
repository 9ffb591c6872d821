"""What becomes of a value when its purpose ends: days, not minutes, and never before a floor."""

from dataclasses import replace
from datetime import date

import pytest

from jikim.domain.errors import Misused
from jikim.domain.period import Period, Window
from jikim.domain.separation import Fate, achieved_on, clock_of, may_be_kept
from jikim.domain.spans import longest
from jikim.domain.terms import Event, Reason, Why
from tests.support.records import POLICY, facts, rule, value, with_rules


def test_an_open_inquiry_has_no_clock_but_its_inactivity() -> None:
    clock = clock_of(value("attachments"), facts(last_word=date(2026, 10, 5)), POLICY)
    assert clock.fate(date(2027, 4, 3)) == Fate.KEEP  # the 180th day of silence
    assert clock.fate(date(2027, 4, 4)) == Fate.DESTROY
    assert clock.reason == Reason.ABANDONED


def test_what_a_law_may_keep_waits_for_a_class_and_what_none_keeps_does_not() -> None:
    day = date(2027, 4, 4)
    assert {item: clock_of(value(item), facts(), POLICY).fate(day) for item in ("email", "content", "attachments")} == {
        "email": Fate.AWAIT_CLASS,
        "content": Fate.AWAIT_CLASS,
        "attachments": Fate.DESTROY,
    }


def test_under_a_policy_without_any_floor_nothing_waits_for_a_class() -> None:
    own = rule("own", "P1Y", why=Why.INTERNAL)
    off = replace(rule("law", "P5Y"), applies=False)  # a law that does not bind this company
    nobody_s = rule("law", "P5Y", records="no-such-class")
    for policy in (with_rules(), with_rules(own), with_rules(off), with_rules(nobody_s)):
        assert clock_of(value("content"), facts(), policy).fate(date(2027, 4, 4)) == Fate.DESTROY


def test_a_law_that_a_later_version_names_is_waited_for_too() -> None:
    later = replace(with_rules(rule("law", "P5Y")), version=3)
    assert clock_of(value("content"), facts(), with_rules(), (later,)).awaits_class
    assert not may_be_kept("content", with_rules())


def test_a_class_given_after_the_end_counts_from_the_end_where_nothing_closed_it() -> None:
    closing = rule("law", "P1Y", start=Event.INQUIRY_CLOSED)
    late = facts(record_class="complaint-dispute", start=date(2026, 10, 5))
    clock = clock_of(value("content"), late, with_rules(closing))
    assert (clock.leaves_on, clock.started_on) == (date(2027, 4, 4), date(2027, 4, 3))
    assert clock.fate(date(2027, 4, 20)) == Fate.SET_ASIDE
    general = clock_of(value("content"), facts(record_class="general"), with_rules(closing))
    assert (general.fate(date(2027, 4, 20)), general.reason) == (Fate.DESTROY, Reason.ABANDONED)


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


def test_work_that_stood_still_ten_days_is_destroyed_at_once_not_moved_first() -> None:
    policy = with_rules(rule("kept", "P1M"))
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    clock = clock_of(value("content"), closed, policy)
    assert clock.fate(date(2026, 11, 12)) == Fate.SET_ASIDE
    assert clock.fate(date(2026, 11, 22)) == Fate.DESTROY


def test_an_item_of_two_purposes_stays_for_the_longer() -> None:
    inquiry, security = POLICY.purpose("inquiry"), POLICY.purpose("security")
    longer = replace(security, items=("access_log", "content"), period=Period(years=1))
    others = tuple(p for p in POLICY.purposes if p.name not in ("inquiry", "security"))
    policy = replace(POLICY, purposes=(inquiry, longer, *others))
    clock = clock_of(value("content"), facts(resolved=date(2026, 10, 12), record_class="general"), policy)
    assert clock.leaves_on == date(2027, 10, 6)


def test_an_item_no_clause_names_is_refused() -> None:
    with pytest.raises(Misused, match="no purpose names the item serial"):
        clock_of(value("serial"), facts(), POLICY)


def test_without_an_end_in_sight_a_value_is_kept_and_has_no_day() -> None:
    endless = tuple(replace(purpose, inactive_after=None) for purpose in POLICY.purposes)
    clock = clock_of(value("content"), facts(), replace(POLICY, purposes=endless))
    assert (clock.leaves_on, clock.whole, clock.destroyed_from) == (None, None, None)
    assert clock.fate(date(2099, 1, 1)) == Fate.KEEP
    assert achieved_on(facts(), replace(POLICY, purposes=endless)) is None


def test_a_set_aside_value_is_destroyed_on_the_very_first_day_after_its_floor() -> None:
    closed = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
    clock = clock_of(value("content"), closed, POLICY)
    assert clock.fate(date(2029, 10, 12)) == Fate.SET_ASIDE
    assert clock.fate(date(2029, 10, 13)) == Fate.DESTROY


def test_a_record_is_achieved_with_the_last_of_its_own_purposes() -> None:
    inquiry, security = POLICY.purpose("inquiry"), POLICY.purpose("security")
    longer = replace(inquiry, name="service", quiet=Period(days=10))
    collection = replace(POLICY.collection("inquiry"), purposes=("inquiry", "service", "security"))
    policy = replace(POLICY, purposes=(longer, inquiry, security), collections=(collection,))
    closed = facts(resolved=date(2026, 10, 12), record_class="general")
    assert achieved_on(closed, policy) == date(2026, 10, 22)
    assert achieved_on(closed, replace(policy, collections=POLICY.collections)) == date(2026, 10, 19)


def test_while_one_purpose_has_no_end_in_sight_the_record_has_none() -> None:
    inquiry, security = POLICY.purpose("inquiry"), POLICY.purpose("security")
    endless = replace(inquiry, name="service", inactive_after=None)
    collection = replace(POLICY.collection("inquiry"), purposes=("inquiry", "service", "security"))
    policy = replace(POLICY, purposes=(inquiry, endless, security), collections=(collection,))
    assert achieved_on(facts(), policy) is None


def test_an_item_that_also_served_the_inquiry_ends_with_it_and_not_by_its_period_alone() -> None:
    inquiry, security = POLICY.purpose("inquiry"), POLICY.purpose("security")
    both = replace(security, items=("access_log", "content"))
    policy = replace(POLICY, purposes=(inquiry, both))
    clock = clock_of(value("content"), facts(resolved=date(2026, 10, 12), record_class="general"), policy)
    assert clock.reason == Reason.PURPOSE_ACHIEVED


def test_united_windows_keep_the_latest_of_every_edge() -> None:
    one = Window(date(2026, 10, 31), date(2026, 11, 2), date(2026, 11, 5))
    other = Window(date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 6))
    own = Window(date(2026, 11, 1), None, date(2026, 11, 6))
    assert (
        longest((one, other))
        == longest((other, one))
        == Window(date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 6))
    )
    assert longest((one, own)) == Window(date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 6))
    assert longest((own, own)) == own
