"""The life line of an inquiry: the same five nodes wherever it is told, and below them each item's own clock.

Facts only: names, days and states. The pages say them in the reader's language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from jikim.clock import policy_today
from jikim.domain.destruction import LIVE, SEPARATE, KeptValue
from jikim.domain.period import Window
from jikim.domain.policy import Policy
from jikim.domain.separation import Clock, HeldValue, achieved_on, clock_of
from jikim.domain.spans import first_day_after
from jikim.domain.terms import RecordState
from jikim.queries.facts import facts_of, held_values, stubs_of
from jikim.queries.policies import governing, later_than
from jikim.store.live.models import Inquiry


class Node(StrEnum):
    RECEIVED = "received"
    ANSWERED = "answered"
    ACHIEVED = "achieved"
    SET_ASIDE = "set-aside"
    DESTROYED = "destroyed"


class Tense(StrEnum):
    PAST = "past"
    NOW = "now"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class LifeNode:
    """One node; `day` None: not known yet, or (set-aside) it never happens. `notes` are (key, fact) pairs."""

    name: Node
    day: date | None
    state: Tense
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LifeItem:
    """The clock of one item of the record: where its values are and the days between which they are destroyed."""

    item: str
    values: int
    store: str  # live | separate
    rule: str  # "" when no rule keeps it
    window: Window | None  # None while the purpose lasts and no end is in sight
    destroyed_from: date | None
    awaits_class: bool = False  # these days hold only if no law keeps it, which its class will say


@dataclass(frozen=True, slots=True)
class Life:
    nodes: tuple[LifeNode, ...]
    items: tuple[LifeItem, ...]

    def node(self, name: str) -> LifeNode:
        return next(node for node in self.nodes if node.name == name)


@dataclass(frozen=True, slots=True)
class _Days:
    """What the nodes are told from."""

    received: date
    answered: date | None
    achieved: date | None
    set_aside: date | None
    destroyed: date | None


def life_of(inquiry: Inquiry) -> Life:
    """Tell the life of one inquiry as it stands today, with the days still to come as far as they are known."""
    policy, later = governing(inquiry.policy_number).policy, later_than(inquiry.policy_number)
    return _told(inquiry, policy, held_values(inquiry.id), stubs_of(inquiry.id), later)


def new_life(inquiry: Inquiry, policy: Policy, values: Iterable[HeldValue], later: tuple[Policy, ...]) -> Life:
    """Tell how the life of an inquiry begins that is about to be written, without asking for what is not there yet."""
    return _told(inquiry, policy, tuple(values), (), later)


def _told(
    inquiry: Inquiry,
    policy: Policy,
    values: tuple[HeldValue, ...],
    stubs: tuple[KeptValue, ...],
    later: tuple[Policy, ...],
) -> Life:
    facts = facts_of(inquiry)
    clocks = [(value, clock_of(value, facts, policy, later)) for value in values]
    items = (*_live_items(clocks), *_kept_items(stubs))
    days = _days(inquiry, achieved_on(facts, policy, later), [clock for _, clock in clocks], items)
    now = _now(inquiry, days, policy_today())
    order = list(Node)
    nodes = tuple(
        LifeNode(name, day, _tense(order.index(name), now), notes)
        for name, day, notes in (
            (Node.RECEIVED, days.received, (("policy", str(inquiry.policy_number)),)),
            (Node.ANSWERED, days.answered, ()),
            (Node.ACHIEVED, days.achieved, _achieved_notes(inquiry, policy)),
            (
                Node.SET_ASIDE,
                days.set_aside,
                tuple(("rule", rule) for rule in sorted({i.rule for i in items if i.rule})),
            ),
            (Node.DESTROYED, days.destroyed, _destroyed_notes(inquiry, items)),
        )
    )
    return Life(nodes, items)


def _days(inquiry: Inquiry, achieved: date | None, clocks: list[Clock], items: tuple[LifeItem, ...]) -> _Days:
    moves = [_first_move(clocks)] if any(i.rule and i.store == LIVE for i in items) else []
    gone = [item.destroyed_from for item in items]
    known = [day for day in gone if day is not None]
    undecided = any(
        item.awaits_class and item.destroyed_from and item.destroyed_from <= policy_today() for item in items
    )
    return _Days(
        received=inquiry.received_on,
        answered=inquiry.answered_on,
        achieved=inquiry.achieved_on or achieved,
        set_aside=inquiry.set_aside_on or next(iter(moves), None),
        destroyed=inquiry.destroyed_on or (max(known) if known and len(known) == len(gone) and not undecided else None),
    )


def _first_move(clocks: Iterable[Clock]) -> date | None:
    """First day something of the record is set aside."""
    return min((clock.leaves_on for clock in clocks if clock.kept and clock.leaves_on), default=None)


def _now(inquiry: Inquiry, days: _Days, today: date) -> int:
    """Return the index of the node the record stands at; one past the last when its life is over."""
    if inquiry.state == RecordState.DESTROYED:
        return len(Node)
    if inquiry.set_aside_on is not None:
        return 3
    if days.achieved is not None and days.achieved < today:
        return 2
    return 1 if inquiry.answered_on is not None else 0


def _tense(index: int, now: int) -> Tense:
    if index == now:
        return Tense.NOW
    return Tense.PAST if index < now else Tense.FUTURE


def _achieved_notes(inquiry: Inquiry, policy: Policy) -> tuple[tuple[str, str], ...]:
    notes = [("class", inquiry.record_class)] if inquiry.record_class else []
    if inquiry.resolved_on is not None:
        notes.append(("resolved", inquiry.resolved_on.isoformat()))
    named = policy.collection(inquiry.collection).purposes
    notes += [("quiet", str(p.quiet)) for p in policy.purposes if p.name in named and p.quiet.days][:1]
    return tuple(notes)


def _destroyed_notes(inquiry: Inquiry, items: tuple[LifeItem, ...]) -> tuple[tuple[str, str], ...]:
    if inquiry.destroyed_on is not None or not items:
        return ()
    windows = [item.window for item in items if item.window is not None]
    if len(windows) < len(items):
        return ()
    by = max(window.destroy_by for window in windows)
    if not any(item.awaits_class for item in items):
        return (("by", by.isoformat()),)
    return (("unless", by.isoformat()),) if by >= policy_today() else (("awaits", "class"),)


def _live_items(running: Iterable[tuple[HeldValue, Clock]]) -> Iterator[LifeItem]:
    by_item = sorted(running, key=lambda one: one[0].item)
    for item, group in groupby(by_item, key=lambda one: one[0].item):
        clocks = [clock for _, clock in group]
        last = max(clocks, key=lambda clock: clock.destroyed_from or date.max)
        yield LifeItem(item, len(clocks), LIVE, last.rule, last.whole, last.destroyed_from, last.awaits_class)


def _kept_items(stubs: Iterable[KeptValue]) -> Iterator[LifeItem]:
    for item, group in groupby(stubs, key=lambda stub: stub.item):
        of_item = list(group)
        last = max(of_item, key=lambda stub: first_day_after(stub.window))
        yield LifeItem(item, len(of_item), SEPARATE, last.rule, last.window, first_day_after(last.window))
