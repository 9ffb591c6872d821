"""A reason not to destroy yet: over named values, for one case, approved by the officer, looked at again, and lifted.

A hold refuses destruction and nothing else. What it keeps beyond its own time is for the case alone. Lifting it makes
what is due destroyed within five days.

Source: PIPA arts. 15(1)6, 21(1), 37(2)2; Standard Guideline art. 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from jikim.domain.destruction import Action, Withheld
from jikim.domain.errors import Refused
from jikim.domain.period import Period, last_day
from jikim.domain.separation import Fate
from jikim.domain.spans import ONE_DAY, ending, longest
from jikim.domain.staff import StaffRole

REVIEW_WITHIN = Period(months=6)  # nobody forgets a hold for longer than this
MAY_ASK = frozenset({StaffRole.HANDLER, StaffRole.OFFICER})
MAY_DECIDE = frozenset({StaffRole.OFFICER})


class HoldReason(StrEnum):
    """Why something may not be destroyed yet. Closed: "we may need it" is none of them."""

    LAWSUIT = "lawsuit"
    MEDIATION = "mediation"  # before the dispute mediation committee
    INVESTIGATION = "investigation"  # of an authority
    OBJECTION = "objection"  # the person objects to a refusal, and it is not decided yet


class HoldRefused(Refused):
    """The hold was not set, or not lifted; nothing changed."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the desk and what it may decide."""

    id: UUID
    roles: frozenset[StaffRole]


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold over values of one record. It stands from the day it is set until the day it is lifted."""

    id: UUID
    record_id: UUID
    values: frozenset[UUID]
    reason: HoldReason
    asked_by: UUID
    approved_by: UUID
    set_on: date
    review_on: date
    lifted_on: date | None = None

    def stands(self, on: date) -> bool:
        return self.set_on <= on and (self.lifted_on is None or on < self.lifted_on)

    def needs_review(self, on: date) -> bool:
        """Say whether a day for looking at it again has passed: it still stands, and the desk says so."""
        return self.stands(on) and on > self.review_on


def check_new(hold: Hold, asked_by: Person, approved_by: Person, *, living: frozenset[UUID], today: date) -> None:
    """Refuse a hold that may not be set: by whom, on what, from when, for how long.

    living: the values of the record that still exist, live or set aside
    raises: HoldRefused; nothing was set
    """
    _refuse_people(hold, asked_by, approved_by)
    if not hold.values:
        raise HoldRefused("a hold over nothing", hint="name the values that the case needs, and no others")
    if gone := hold.values - living:
        raise HoldRefused(
            f"{len(gone)} of {len(hold.values)} values of record {hold.record_id} are destroyed or not its own",
            hint="hold what is left; what is destroyed does not come back",
        )
    if hold.set_on != today or hold.lifted_on is not None:
        raise HoldRefused(f"a hold from {hold.set_on} set on {today}", hint="a hold begins on the day it is set")
    if not today < hold.review_on <= last_day(today, REVIEW_WITHIN):
        raise HoldRefused(
            f"a review on {hold.review_on}", hint=f"review it by {last_day(today, REVIEW_WITHIN)} at the latest"
        )


def lift(hold: Hold, by: Person, *, today: date) -> Hold:
    """Return the hold as lifted today; raises HoldRefused for a role that may not, or a hold that stands no more."""
    if not by.roles & MAY_DECIDE:
        raise HoldRefused(f"lifting hold {hold.id} is for the privacy officer", hint="ask the officer to lift it")
    if not hold.stands(today):
        raise HoldRefused(f"hold {hold.id} does not stand on {today}", hint="there is nothing to lift")
    return replace(hold, lifted_on=today)


def review(hold: Hold, by: Person, *, again_on: date, today: date) -> Hold:
    """Return the hold with the next day for looking at it again; raises HoldRefused as `lift` does or for a far day."""
    if not by.roles & MAY_DECIDE or not hold.stands(today):
        raise HoldRefused(f"hold {hold.id} cannot be reviewed so", hint="the officer reviews holds that stand")
    if not today < again_on <= last_day(today, REVIEW_WITHIN):
        raise HoldRefused(
            f"a review on {again_on}", hint=f"review it by {last_day(today, REVIEW_WITHIN)} at the latest"
        )
    return replace(hold, review_on=again_on)


def withhold(
    actions: Iterable[Action], holds: Iterable[Hold], on: date
) -> tuple[tuple[Action, ...], tuple[Withheld, ...]]:
    """Part what a day brings into what goes on and what is held; each action is in exactly one of the two.

    Setting aside goes on: it destroys nothing, and a hold follows the value to its new place. What an ended hold kept
    beyond its time is due from the day after, for five days.
    """
    over: dict[UUID, list[Hold]] = {}
    for hold in holds:
        for value_id in hold.values:
            over.setdefault(value_id, []).append(hold)
    going, held = [], []
    for action in actions:
        mine = [hold for hold in over.get(action.value_id, ()) if hold.record_id == action.record_id]
        if action.verb != Fate.DESTROY or not mine:
            going.append(action)
        elif standing := [hold for hold in mine if hold.stands(on)]:
            held.append(_withheld(action, standing))
        else:
            going.append(_released(action, [hold.lifted_on for hold in mine if hold.lifted_on]))
    return tuple(going), tuple(held)


def held_by(value_id: UUID, holds: Iterable[Hold], on: date) -> tuple[Hold, ...]:
    """Return the holds that stand over one value; an erasure that meets one is refused with their reasons, for now."""
    return tuple(hold for hold in holds if value_id in hold.values and hold.stands(on))


def _withheld(action: Action, standing: list[Hold]) -> Withheld:
    first = min(hold.set_on for hold in standing)
    return Withheld(action, tuple(sorted(hold.id for hold in standing)), late=action.due_by < first)


def _released(action: Action, lifted: list[date]) -> Action:
    last = max((day for day in lifted), default=action.due_on) - ONE_DAY
    if last < action.due_on:
        return action
    after = ending(last)
    return replace(
        action,
        due_on=last + ONE_DAY,
        due_by=max(action.due_by, after.destroy_by),
        window=longest((action.window, after)),
    )


def _refuse_people(hold: Hold, asked_by: Person, approved_by: Person) -> None:
    if (hold.asked_by, hold.approved_by) != (asked_by.id, approved_by.id):
        raise HoldRefused(f"hold {hold.id} names other people", hint="write down who asked and who approved")
    if not asked_by.roles & MAY_ASK or not approved_by.roles & MAY_DECIDE:
        raise HoldRefused("a hold is asked for at the desk and approved by the officer", hint="ask the privacy officer")
