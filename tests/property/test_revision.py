"""Laws of revisions: a shorter period reaches what is held, a longer one does not, and a law's floor only grows."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from jikim.domain.destruction import KeptValue, live_action
from jikim.domain.foresight import foreseen, foreseen_end, next_due_on
from jikim.domain.period import SEOUL, Period, window
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.revision import KeptFacts, kept_under, later_than
from jikim.domain.separation import Fate, RecordFacts, clock_of, rolling_years, rule_window
from jikim.domain.spans import end_of, first_day_after
from jikim.domain.terms import Why
from tests.property.test_retention import CLASS, ITEMS, days, periods, records, rule_lists
from tests.support.records import POLICY, RECORD, rule, value, with_rules

ONE_DAY = timedelta(days=1)
quiets = st.builds(Period, days=st.integers(0, 60))


def revised(policy: Policy, on: date, *, quiet: Period, rules: list[RetentionRule]) -> Policy:
    purposes = tuple(replace(purpose, quiet=quiet) for purpose in policy.purposes)
    at = datetime(on.year, on.month, on.day, tzinfo=SEOUL)
    retention = replace(policy.retention, rules=tuple(rules))
    return replace(policy, version=policy.version + 1, purposes=purposes, retention=retention, in_force_at=at)


@st.composite
def revisions(draw: st.DrawFn, *, laws: bool = True) -> Policy:
    rules = [one for one in draw(rule_lists) if laws or one.why != Why.LAW]
    return revised(POLICY, draw(days), quiet=draw(quiets), rules=rules)


later_versions = st.lists(revisions(), max_size=3).map(tuple)


@given(records(), rule_lists, later_versions, st.sampled_from(ITEMS), st.integers(0, 4000))
def test_no_revision_brings_a_law_s_floor_forward(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], item: str, more: int
) -> None:
    held, policy, on = value(item, facts.received_on), with_rules(*some), facts.received_on + timedelta(days=more)
    told = clock_of(held, facts, policy).purpose
    assert told is not None
    if clock_of(held, facts, policy, later).fate(on) != Fate.DESTROY:
        return
    for one in (law for law in some if law.why == Why.LAW and item in law.items):
        assert on > end_of(rule_window(one, held, facts, told))


@given(records(), rule_lists, st.lists(revisions(laws=False), max_size=3).map(tuple), st.sampled_from(ITEMS))
def test_a_longer_period_never_reaches_what_is_already_held(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], item: str
) -> None:
    held, policy = value(item, facts.received_on), with_rules(*some)
    before, after = clock_of(held, facts, policy), clock_of(held, facts, policy, later)
    assert before.destroyed_from is not None
    assert after.destroyed_from is not None
    assert before.leaves_on is not None
    assert after.leaves_on is not None
    assert after.destroyed_from <= before.destroyed_from
    assert after.leaves_on <= before.leaves_on


@given(records(), rule_lists, later_versions, st.sampled_from(ITEMS))
def test_what_a_revision_ends_has_the_five_days_from_its_first_day(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], item: str
) -> None:
    held, policy = value(item, facts.received_on), with_rules(*some)
    before, after = clock_of(held, facts, policy), clock_of(held, facts, policy, later)
    assert before.leaves_on is not None
    assert after.leaves_on is not None
    if after.leaves_on == before.leaves_on:
        return
    effective = {version.in_force_at.date() for version in later}
    assert after.leaves_on >= min(effective)
    action = live_action(held, facts, policy, after.leaves_on, later)
    assert action is not None
    assert action.due_by >= min(before.leaves_on, *effective) + 4 * ONE_DAY


@given(records(), rule_lists, st.sampled_from(ITEMS), days)
def test_a_revision_that_changes_no_period_changes_no_clock(
    facts: RecordFacts, some: list[RetentionRule], item: str, on: date
) -> None:
    held, policy = value(item, facts.received_on), with_rules(*some)
    same = replace(policy, version=3, in_force_at=datetime(on.year, on.month, on.day, tzinfo=SEOUL))
    assert clock_of(held, facts, policy, (same,)) == clock_of(held, facts, policy)
    assert rolling_years(held, facts, policy, (same,)) == rolling_years(held, facts, policy)


@given(records(), rule_lists, later_versions, revisions(), st.sampled_from(ITEMS))
def test_a_revision_that_is_not_in_force_yet_changes_no_day_before_it(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], coming: Policy, item: str
) -> None:
    without_laws = replace(coming, retention=with_rules().retention)  # a law's longer floor may be kept sooner
    held, policy = value(item, facts.received_on), with_rules(*some)
    eve = without_laws.in_force_at.date() - ONE_DAY
    known, waiting = clock_of(held, facts, policy, later), clock_of(held, facts, policy, (*later, without_laws))
    assert known.fate(eve) == waiting.fate(eve)


@given(records(), rule_lists, later_versions, st.integers(0, 3))
def test_the_next_day_of_a_record_is_the_first_on_which_its_plan_lists_anything(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], shift: int
) -> None:
    policy, held = with_rules(*some), [value(item, facts.received_on) for item in ITEMS]
    due = next_due_on(held, facts, policy, later=later)
    assert due is not None
    for day in (facts.received_on, due - timedelta(days=1 + shift * 40), due - ONE_DAY):
        assert [one for one in held if live_action(one, facts, policy, day, later)] == []
    assert [one for one in held if live_action(one, facts, policy, due, later)] != []


@given(records(), rule_lists, later_versions, st.sampled_from(ITEMS), st.integers(0, 3000))
def test_what_is_foreseen_is_what_its_own_day_lists(
    facts: RecordFacts, some: list[RetentionRule], later: tuple[Policy, ...], item: str, more: int
) -> None:
    held, policy, on = value(item, facts.received_on), with_rules(*some), facts.received_on
    until = on + timedelta(days=more)
    seen = foreseen(held, facts, policy, on=on, until=until, later=later)
    day = next_due_on([held], facts, policy, later=later)
    assert day is not None
    assert seen == (live_action(held, facts, policy, day, later) if day <= until else None)


def kept(rule_name: str, started: date, period: Period, *, law: bool) -> KeptValue:
    span = window(started, period, holidays=frozenset(), roll=law)
    return KeptValue(UUID(int=1), RECORD, "content", "value", rule_name, span)


@given(days, periods, periods, days)
def test_what_is_set_aside_for_a_law_is_kept_longer_by_a_longer_law_and_never_shorter(
    started: date, told: Period, now: Period, on: date
) -> None:
    policy = with_rules(replace(rule("law", "P1Y"), period=told))
    later = revised(policy, on, quiet=Period(), rules=[replace(rule("law", "P1Y"), period=now)])
    held, facts = kept("law", started, told, law=True), KeptFacts(CLASS, started, frozenset())
    again = kept_under(held, facts, policy, (later,))
    longer = kept("law", started, now, law=True).window
    assert end_of(again.window) == max(end_of(held.window), end_of(longer))


@given(days, periods, st.none() | periods, days)
def test_what_is_set_aside_for_the_company_s_own_rule_ends_with_the_shorter_period_and_not_with_the_longer(
    started: date, told: Period, now: Period | None, on: date
) -> None:
    own = rule("own", "P1Y", why=Why.INTERNAL)
    policy = with_rules(replace(own, period=told))
    rules = [] if now is None else [replace(own, period=now)]
    later = revised(policy, on, quiet=Period(), rules=rules)
    held, facts = kept("own", started, told, law=False), KeptFacts(CLASS, started, frozenset())
    again = kept_under(held, facts, policy, (later,))
    shorter = started if now is None else kept("own", started, now, law=False).window.last_day
    assert again.window.last_day == min(held.window.last_day, max(shorter, on - ONE_DAY))
    assert first_day_after(again.window) <= first_day_after(held.window)
    assert foreseen_end(again, on=started, until=again.window.last_day) is None
    assert foreseen_end(again, on=started, until=first_day_after(again.window)) is not None


def test_the_versions_that_followed_come_oldest_first_and_only_once_in_force() -> None:
    one, other = (revised(POLICY, date(year, 5, 1), quiet=Period(), rules=[]) for year in (2028, 2030))
    assert later_than(POLICY, [other, POLICY, one], on=date(2030, 4, 30)) == (one,)
    assert later_than(POLICY, [other, POLICY, one], on=date(2030, 5, 1)) == (one, other)
    assert later_than(one, [other, POLICY, one], on=date(2031, 1, 1)) == (other,)
