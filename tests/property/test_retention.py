"""Laws of the clocks, for every record, rule and day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jikim.domain.destruction import live_action, plan
from jikim.domain.period import Period, window
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.separation import Fate, HeldValue, RecordFacts, clock_of, start_of
from jikim.domain.spans import end_of
from jikim.domain.terms import Event, Text, Why
from tests.support.records import RECORD, value, with_rules

CLASS = "complaint-dispute"
ITEMS = ("subject", "email", "content", "attachments", "access_log")
ONE_DAY = timedelta(days=1)

days = st.dates(date(2022, 1, 1), date(2032, 12, 31))
periods = st.builds(Period, years=st.integers(0, 10), months=st.integers(0, 14), days=st.integers(0, 60))
events = st.sampled_from(
    (Event.COLLECTED, Event.INQUIRY_CLOSED, Event.PURPOSE_ACHIEVED, Event.COMPLAINT_RESOLVED, Event.CONTRACT_ENDED)
)
rules = st.builds(
    lambda number, why, items, start, period: RetentionRule(
        f"rule-{number}", CLASS, why, "", Text(()), None, tuple(sorted(items)), start, period, applies=True
    ),
    st.integers(0, 10**6),
    st.sampled_from(Why),
    st.sets(st.sampled_from(ITEMS), min_size=1),
    events,
    periods,
)
rule_lists = st.lists(rules, max_size=5, unique_by=lambda rule: rule.name)


@st.composite
def records(draw: st.DrawFn) -> RecordFacts:
    """A resolved record: received, perhaps answered, resolved, with any holidays frozen into it."""
    received = draw(days)
    resolved = received + timedelta(days=draw(st.integers(0, 400)))
    last_word = received + timedelta(days=draw(st.integers(0, 400)))
    start = draw(st.none() | st.dates(received - timedelta(days=900), resolved))
    holidays = draw(st.frozensets(st.dates(date(2022, 1, 1), date(2045, 1, 1)), max_size=20))
    return RecordFacts(RECORD, "inquiry", received, last_word, resolved, CLASS, start, holidays)


def _held(item: str, facts: RecordFacts) -> HeldValue:
    return value(item, facts.received_on)


@given(records(), rule_lists, rules, st.sampled_from(ITEMS))
def test_another_rule_never_brings_destruction_forward(
    facts: RecordFacts, some: list[RetentionRule], more: RetentionRule, item: str
) -> None:
    held = _held(item, facts)
    before, after = clock_of(held, facts, with_rules(*some)), clock_of(held, facts, with_rules(*some, more))
    assert before.destroyed_from is not None
    assert after.destroyed_from is not None
    assert before.whole is not None
    assert after.whole is not None
    assert after.destroyed_from >= before.destroyed_from
    assert after.whole.destroy_by >= before.whole.destroy_by


@given(records(), rule_lists, st.sampled_from(ITEMS), st.integers(-30, 5000))
def test_nothing_is_destroyed_before_any_of_its_floors(
    facts: RecordFacts, some: list[RetentionRule], item: str, later: int
) -> None:
    held, policy, on = _held(item, facts), with_rules(*some), facts.received_on + timedelta(days=later)
    clock = clock_of(held, facts, policy)
    if clock.fate(on) != Fate.DESTROY:
        return
    assert clock.purpose is not None
    for rule in some:
        if item in rule.items:
            start = start_of(rule, held, facts, clock.purpose)
            floor = window(start, rule.period, holidays=facts.holidays, roll=rule.why == Why.LAW)
            assert on > end_of(floor)


@given(records(), rule_lists, st.sampled_from(ITEMS))
def test_every_value_goes_one_way_from_kept_to_destroyed(
    facts: RecordFacts, some: list[RetentionRule], item: str
) -> None:
    clock = clock_of(_held(item, facts), facts, with_rules(*some))
    assert clock.leaves_on is not None
    assert clock.destroyed_from is not None
    turns = sorted({clock.leaves_on, clock.destroyed_from})
    watched = [day + timedelta(days=step) for day in turns for step in (-1, 0, 1)]
    order = [Fate.KEEP, Fate.SET_ASIDE, Fate.DESTROY]
    seen = [order.index(clock.fate(day)) for day in sorted(watched)]
    assert seen == sorted(seen)
    assert clock.fate(clock.leaves_on - ONE_DAY) == Fate.KEEP
    assert clock.fate(clock.destroyed_from) == Fate.DESTROY


@given(records(), rule_lists, st.sampled_from(ITEMS))
def test_after_the_last_window_nothing_remains_and_there_was_always_a_day_for_it(
    facts: RecordFacts, some: list[RetentionRule], item: str
) -> None:
    policy, held = with_rules(*some), _held(item, facts)
    clock = clock_of(held, facts, policy)
    assert clock.whole is not None
    assert clock.destroyed_from is not None
    assert clock.destroyed_from <= clock.whole.destroy_by
    action = live_action(held, facts, policy, clock.whole.destroy_by)
    assert action is not None
    assert action.verb == Fate.DESTROY
    assert action.due_by >= action.due_on


@given(records(), rule_lists, st.randoms(use_true_random=False))
def test_the_order_of_rules_and_values_changes_nothing(
    facts: RecordFacts, some: list[RetentionRule], chance: object
) -> None:
    held = [_held(item, facts) for item in ITEMS]
    mixed_rules, mixed_values = list(some), list(held)
    chance.shuffle(mixed_rules)  # type: ignore[attr-defined]  # Hypothesis gives a seeded random.Random
    chance.shuffle(mixed_values)  # type: ignore[attr-defined]  # the same
    on = facts.received_on + timedelta(days=500)
    assert _planned(held, facts, with_rules(*some), on) == _planned(mixed_values, facts, with_rules(*mixed_rules), on)


@given(records(), rule_lists, st.sampled_from(ITEMS), st.integers(0, 60))
def test_a_later_word_never_brings_anything_forward(
    facts: RecordFacts, some: list[RetentionRule], item: str, more: int
) -> None:
    later = replace(facts, last_word_on=facts.last_word_on + timedelta(days=more))
    before, after = (clock_of(_held(item, f), f, with_rules(*some)) for f in (facts, later))
    assert before.destroyed_from is not None
    assert after.destroyed_from is not None
    assert after.destroyed_from >= before.destroyed_from


@given(days, st.integers(0, 400), st.sampled_from(ITEMS))
def test_an_abandoned_inquiry_gets_no_floor_by_default(received: date, silent: int, item: str) -> None:
    last_word = received + timedelta(days=silent)
    facts = RecordFacts(RECORD, "inquiry", received, last_word, None, "", None, frozenset())
    rule = RetentionRule(
        "kept", CLASS, Why.LAW, "", Text(()), None, ITEMS, Event.COLLECTED, Period(years=9), applies=True
    )
    clock = clock_of(_held(item, facts), facts, with_rules(rule))
    assert clock.kept is None
    assert clock.fate(last_word + timedelta(days=200)) == Fate.AWAIT_CLASS
    without = clock_of(_held(item, facts), facts, with_rules(replace(rule, why=Why.INTERNAL)))
    assert without.fate(last_word + timedelta(days=200)) == Fate.DESTROY


def _planned(held: list[HeldValue], facts: RecordFacts, policy: Policy, on: date) -> tuple[object, ...]:
    actions = (live_action(one, facts, policy, on) for one in held)
    return plan(on, [action for action in actions if action]).actions
