"""What becomes of every value once its purpose has ended: kept on, set aside, or destroyed. Days in, decisions out.

Source: Privacy Policy, "Retention and use period", "Destruction procedure"; PIPA arts. 21(1), 21(3); Standard
Guideline arts. 10, 11. Nothing here reads a clock or a table, and the order of items and rules never matters.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from jikim.domain.inquiry import Purpose
from jikim.domain.period import Window, last_day, legal_day, window
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.spans import ONE_DAY, end_of, ending, first_day_after, longest, shortened
from jikim.domain.terms import Event, Reason, Why

CLOSING = (Event.INQUIRY_CLOSED, Event.REQUEST_CLOSED)


class Fate(StrEnum):
    """Every value is in exactly one of these on any day."""

    KEEP = "keep"
    SET_ASIDE = "set-aside"
    DESTROY = "destroy"
    AWAIT_CLASS = (
        "await-class"  # its purpose has ended, a law may keep it, and nobody has said what kind of record it is
    )


@dataclass(frozen=True, slots=True)
class HeldValue:
    """One sealed value as the planner sees it; never its content."""

    value_id: UUID
    item: str
    facet: str
    collected_on: date


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The days of one inquiry, the class its handler gave it, and the holidays frozen into its clocks."""

    record_id: UUID
    collection: str
    received_on: date
    last_word_on: date
    resolved_on: date | None
    record_class: str  # "" until it is resolved
    start_event_on: date | None
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Clock:
    """All days of one value: while its purpose lasts, then while a rule keeps it."""

    purpose: Window | None  # None: nothing has ended the purpose yet
    kept: Window | None  # None: nothing outlives the purpose
    rule: str  # the rule that keeps it longest; "" when kept is None
    reason: Reason  # why it is destroyed in the end
    started_on: date | None = None  # the event day the rule counts from
    awaits_class: bool = False  # what is told here holds only if no law keeps it, which its class will say
    whole: Window | None = field(init=False, compare=False)  # of its destruction, over purpose and rule together

    def __post_init__(self) -> None:
        both = tuple(span for span in (self.purpose, self.kept) if span is not None)
        object.__setattr__(self, "whole", longest(both) if self.purpose else None)

    @property
    def leaves_on(self) -> date | None:
        """First day it may no longer stay with the live records."""
        return self.purpose.last_day + ONE_DAY if self.purpose else None

    @property
    def destroyed_from(self) -> date | None:
        return first_day_after(self.whole) if self.whole else None

    def fate(self, on: date) -> Fate:
        if self.leaves_on is None or on < self.leaves_on:
            return Fate.KEEP
        if self.awaits_class:
            return Fate.AWAIT_CLASS
        if self.kept is None or self.destroyed_from is None or on >= self.destroyed_from:
            return Fate.DESTROY
        return Fate.SET_ASIDE


def clock_of(value: HeldValue, facts: RecordFacts, policy: Policy, later: tuple[Policy, ...] = ()) -> Clock:
    """Wind the clock of one value: the longest of its purposes, then the longest of the rules that name its item.

    policy: the version the record was received under
    later:  the versions that followed it, the oldest first; one that shortens a period reaches the value from its own
            first day on, one that lengthens it does not, and a law's floor is the longest that any version names
    """
    purposes = purposes_of(value.item, facts.collection, policy)
    purpose = _purpose_window(value, facts, purposes, later)
    if purpose is None:
        return Clock(None, None, "", _reason(facts, purposes))
    if not facts.record_class and may_be_kept(value.item, policy, later):
        return Clock(purpose, None, "", _reason(facts, purposes), awaits_class=True)
    told = (_purpose_window(value, facts, purposes, ()) if later else None) or purpose
    windows = [*_floors(value, facts, told, (policy, *later)), *_own_rules(value, facts, told, policy, later, purpose)]
    kept = longest(tuple(span for span, _ in windows)) if windows else None
    if kept is None or end_of(kept) <= purpose.last_day:
        return Clock(purpose, None, "", _reason(facts, purposes))
    _, rule = max(windows, key=lambda pair: (end_of(pair[0]), pair[1].why == Why.LAW, pair[1].name))
    return Clock(purpose, kept, rule.name, Reason.RETENTION_ENDED, start_of(rule, value, facts, told))


def purposes_of(item: str, collection: str, policy: Policy) -> tuple[Purpose, ...]:
    """Return the purposes for which a collection takes an item; raises Misused when no clause names it."""
    named = policy.collection(collection).purposes
    found = tuple(purpose for purpose in policy.purposes if purpose.name in named and item in purpose.items)
    return found or (policy.purpose_of(item),)


def ended_on(purpose: Purpose, facts: RecordFacts) -> date | None:
    """Return the day an inquiry's purpose is achieved: the last of the quiet days, or of the inactive ones.

    A word after "resolved" starts the quiet days again. None: still open, and nothing ends it by itself.
    """
    if facts.resolved_on is not None:
        return last_day(max(facts.resolved_on, facts.last_word_on), purpose.quiet)
    return last_day(facts.last_word_on, purpose.inactive_after) if purpose.inactive_after else None


def achieved_on(facts: RecordFacts, policy: Policy, later: tuple[Policy, ...] = ()) -> date | None:
    """Return the day the last of a record's purposes is achieved; purposes that end when collected do not count.

    A version that followed and ends a purpose sooner does so from its own first day on, as it does for every value.
    """
    names = policy.collection(facts.collection).purposes
    days = [_ended_under(p, facts, later) for p in policy.purposes if p.name in names and p.ends != Event.COLLECTED]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _ended_under(purpose: Purpose, facts: RecordFacts, later: tuple[Policy, ...]) -> date | None:
    told = ended_on(purpose, facts)
    again = (
        (ended_on(p, facts), legal_day(v.in_force_at)) for v in later for p in v.purposes if p.name == purpose.name
    )
    span = shortened(ending(told) if told else None, [(day, first) for day, first in again if day is not None])
    return span.last_day if span else None


def rule_window(rule: RetentionRule, value: HeldValue, facts: RecordFacts, purpose: Window) -> Window:
    """Return the days a rule keeps a value: a law's last day rolls and is a floor, the company's own does neither."""
    start = start_of(rule, value, facts, purpose)
    return window(start, rule.period, holidays=facts.holidays, roll=rule.why == Why.LAW)


def start_of(rule: RetentionRule, value: HeldValue, facts: RecordFacts, purpose: Window) -> date:
    """Return the event day a rule counts from; the handler's day for events that happen outside this system."""
    if rule.start == Event.COLLECTED:
        return value.collected_on
    if rule.start == Event.PURPOSE_ACHIEVED:
        return purpose.last_day
    if rule.start in CLOSING or facts.start_event_on is None:
        return facts.resolved_on or purpose.last_day  # abandoned: nothing closed it but the end of its purpose
    return facts.start_event_on


def may_be_kept(item: str, policy: Policy, later: tuple[Policy, ...] = ()) -> bool:
    """Say whether a law keeps an item under some class that a handler may give. No class is ever assumed for that."""
    classes = {kind.name for kind in policy.record_classes}
    rules = (rule for version in (policy, *later) for rule in version.retention.rules)
    return any(r.applies and r.why == Why.LAW and item in r.items and r.records in classes for r in rules)


def needs_start_event(record_class: str, policy: Policy) -> bool:
    """Say whether a class is kept by law, so that the handler must give the day its period starts."""
    return any(rule.why == Why.LAW for rule in policy.retention.rules_for(record_class))


def rolling_years(
    value: HeldValue, facts: RecordFacts, policy: Policy, later: tuple[Policy, ...] = ()
) -> frozenset[int]:
    """Return the years whose holidays a value's clock can meet: each floor's last year and the one after it."""
    purposes = purposes_of(value.item, facts.collection, policy)
    told = _purpose_window(value, facts, purposes, ()) or _purpose_window(value, facts, purposes, later)
    if told is None:
        return frozenset()
    floors = _floors(value, facts, told, (policy, *later))
    return frozenset(span.last_day.year + more for span, _ in floors for more in (0, 1))


def _purpose_window(
    value: HeldValue, facts: RecordFacts, purposes: tuple[Purpose, ...], later: tuple[Policy, ...]
) -> Window | None:
    spans = []
    for purpose in purposes:
        again = ((p, legal_day(v.in_force_at)) for v in later for p in v.purposes if p.name == purpose.name)
        ends = ((_span_of(p, value, facts), first) for p, first in again)
        cuts = [(span.last_day, first) for span, first in ends if span is not None]
        span = shortened(_span_of(purpose, value, facts), cuts)
        if span is None:
            return None
        spans.append(span)
    return longest(tuple(spans))


def _span_of(purpose: Purpose, value: HeldValue, facts: RecordFacts) -> Window | None:
    ended = value.collected_on if purpose.ends == Event.COLLECTED else ended_on(purpose, facts)
    return None if ended is None else window(ended, purpose.period, holidays=frozenset(), roll=False)


Kept = list[tuple[Window, RetentionRule]]


def _floors(value: HeldValue, facts: RecordFacts, told: Window, versions: tuple[Policy, ...]) -> Kept:
    """Return what laws keep, under any version: counted from the purpose as the person was told it, so never sooner."""
    rules = [rule for version in versions for rule in _naming(value.item, facts, version, law=True)]
    return [(rule_window(rule, value, facts, told), rule) for rule in rules]


def _own_rules(
    value: HeldValue, facts: RecordFacts, told: Window, policy: Policy, later: tuple[Policy, ...], purpose: Window
) -> Kept:
    """Return what the company's own rules keep; a version that keeps it less long, or no longer, cuts them."""
    cuts = []
    for version in later:
        again = [rule_window(r, value, facts, purpose) for r in _naming(value.item, facts, version, law=False)]
        end = max((span.last_day for span in again), default=facts.received_on)
        cuts.append((end, legal_day(version.in_force_at)))
    own = _naming(value.item, facts, policy, law=False)
    spans = ((shortened(rule_window(rule, value, facts, told), cuts), rule) for rule in own)
    return [(span, rule) for span, rule in spans if span is not None]


def _naming(item: str, facts: RecordFacts, policy: Policy, *, law: bool) -> list[RetentionRule]:
    rules = policy.retention.rules_for(facts.record_class)
    return [rule for rule in rules if item in rule.items and (rule.why == Why.LAW) == law]


def _reason(facts: RecordFacts, purposes: tuple[Purpose, ...]) -> Reason:
    if all(purpose.ends == Event.COLLECTED for purpose in purposes):
        return Reason.PERIOD_ENDED
    return Reason.PURPOSE_ACHIEVED if facts.resolved_on else Reason.ABANDONED
