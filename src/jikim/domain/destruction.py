"""The plan of a day: what is set aside and what is destroyed, and a digest of exactly that.

Source: Privacy Policy, "Destruction procedure"; PIPA art. 21; Standard Guideline art. 10. A plan is shown first and
carried out by its digest: any other plan is refused.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from jikim.domain.errors import JikimError, Refused
from jikim.domain.period import Window, last_day, legal_day
from jikim.domain.policy import Policy
from jikim.domain.separation import Clock, Fate, HeldValue, RecordFacts, clock_of
from jikim.domain.spans import ONE_DAY, first_day_after
from jikim.domain.terms import Reason

LIVE, SEPARATE = "live", "separate"


class PlanChanged(Refused):
    """The plan of today is not the one that was shown; nothing was done."""


class NotDestroyed(JikimError):
    """A destruction could not be finished; it is not called destroyed, and the next run goes on with it."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """One value in the separate database, with the window computed when it was moved."""

    value_id: UUID
    record_id: UUID
    item: str
    facet: str
    rule: str
    window: Window


@dataclass(frozen=True, slots=True)
class Action:
    """One step the plan takes with one value."""

    record_id: UUID
    value_id: UUID
    store: str  # live | separate: where the value is now
    item: str
    facet: str
    verb: Fate  # set-aside | destroy; await-class only under `Plan.awaiting`
    reason: Reason
    rule: str  # "" when no rule keeps or kept it
    due_on: date  # first day it may be done
    due_by: date  # last day it may be done; later is overdue
    window: Window  # of its destruction

    @property
    def key(self) -> tuple[int, int]:
        """Return what plans are sorted by: the order of the ids as they are written."""
        return self.record_id.int, self.value_id.int

    def facts(self) -> dict[str, str | None]:
        """Tell the action in words that go into digests, terminals and certificates; identifiers and days only."""
        span = self.window
        return {
            "record": str(self.record_id),
            "value": str(self.value_id),
            "store": self.store,
            "item": self.item,
            "facet": self.facet,
            "verb": self.verb.value,
            "reason": self.reason.value,
            "rule": self.rule,
            "due_on": self.due_on.isoformat(),
            "due_by": self.due_by.isoformat(),
            "last_day": span.last_day.isoformat(),
            "keep_until": span.keep_until.isoformat() if span.keep_until else None,
            "destroy_by": span.destroy_by.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Withheld:
    """A destruction that is due and refused while a hold stands; it is named, and comes back when the last one ends."""

    action: Action
    holds: tuple[UUID, ...]
    late: bool  # its last day had passed before the first of them was set: it should have been destroyed


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done on a day, sorted, so that equal plans are equal values."""

    on: date
    actions: tuple[Action, ...]
    unplanned: tuple[UUID, ...] = ()  # records whose facts could not be decided on; never silently left out
    withheld: tuple[Withheld, ...] = ()  # due, and held
    awaiting: tuple[Action, ...] = ()  # over, and kept by a law if their class says so, which nobody has given

    @property
    def digest(self) -> str:
        """SHA-256 over the listed actions alone, so that the same work has the same name on any day."""
        listed = [action.facts() for action in self.actions]
        spoken = json.dumps(listed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(spoken.encode()).hexdigest()

    @property
    def overdue(self) -> tuple[Action, ...]:
        return tuple(action for action in (*self.actions, *self.awaiting) if action.due_by < self.on)

    def of(self, verb: Fate) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.verb == verb)

    def by_record(self) -> tuple[tuple[UUID, tuple[Action, ...]], ...]:
        """Group the actions of each record, because a procedure takes a whole record at a time."""
        return tuple((record, tuple(group)) for record, group in groupby(self.actions, key=lambda a: a.record_id))


def plan(
    on: date, actions: Iterable[Action], unplanned: Iterable[UUID] = (), withheld: Iterable[Withheld] = ()
) -> Plan:
    """Put a plan together; what awaits its class is told beside it and is no part of what is carried out."""
    told = sorted(actions, key=lambda action: action.key)
    listed = tuple(action for action in told if action.verb != Fate.AWAIT_CLASS)
    awaiting = tuple(action for action in told if action.verb == Fate.AWAIT_CLASS)
    held = tuple(sorted(withheld, key=lambda one: one.action.key))
    return Plan(on, listed, tuple(sorted(unplanned)), held, awaiting)


def live_action(
    value: HeldValue, facts: RecordFacts, policy: Policy, on: date, later: tuple[Policy, ...] = ()
) -> Action | None:
    """Decide what a day brings to one live value; None: it stays. Versions of the policy as for `clock_of`."""
    return action_on(clock_of(value, facts, policy, later), value, facts.record_id, policy, on, later)


def action_on(
    clock: Clock, value: HeldValue, record_id: UUID, policy: Policy, on: date, later: tuple[Policy, ...] = ()
) -> Action | None:
    """Read from a value's clock what a day brings to it; None: it stays."""
    verb = clock.fate(on)
    if verb == Fate.KEEP or clock.purpose is None or clock.whole is None or clock.leaves_on is None:
        return None
    moves = verb == Fate.SET_ASIDE
    gone_from, promised = clock.destroyed_from or clock.leaves_on, move_by(clock.purpose, policy, later)
    gone_by = clock.whole.destroy_by if clock.rule else min(promised, clock.whole.destroy_by)
    return Action(
        record_id=record_id,
        value_id=value.value_id,
        store=LIVE,
        item=value.item,
        facet=value.facet,
        verb=verb,
        reason=Reason.KEPT_BY_RULE if moves else clock.reason,
        rule=clock.rule,
        due_on=clock.leaves_on if moves else gone_from,
        due_by=promised if moves else gone_by,
        window=clock.whole,
    )


def kept_action(kept: KeptValue, on: date) -> Action | None:
    """Decide what a day brings to one set-aside value; None: the rule still keeps it."""
    due_on = first_day_after(kept.window)
    if on < due_on:
        return None
    return Action(
        record_id=kept.record_id,
        value_id=kept.value_id,
        store=SEPARATE,
        item=kept.item,
        facet=kept.facet,
        verb=Fate.DESTROY,
        reason=Reason.RETENTION_ENDED,
        rule=kept.rule,
        due_on=due_on,
        due_by=kept.window.destroy_by,
        window=kept.window,
    )


def move_by(purpose: Window, policy: Policy, later: tuple[Policy, ...] = ()) -> date:
    """Return the last day for destroying, or for setting aside what a rule keeps: as the policy promises.

    A version that followed and promises it sooner holds from its own first day on; one that promises it later does not.
    """
    told = last_day(purpose.last_day, policy.retention.within)
    eves = ((legal_day(version.in_force_at) - ONE_DAY, version.retention.within) for version in later)
    return min([told, *(last_day(max(purpose.last_day, eve), within) for eve, within in eves)])


def refuse_unless(shown: str, now: Plan) -> None:
    """Hold a plan against the digest that was shown; raises PlanChanged, and nothing was done."""
    if shown != now.digest:
        raise PlanChanged(
            f"the plan for {now.on} is {now.digest[:12]}, not {shown[:12]}",
            hint="run `jikim due` again, review the new plan, then pass its digest",
        )
