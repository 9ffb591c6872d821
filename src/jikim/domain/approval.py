"""Letting a large destruction go: two people, or one and a day to think, over exactly the listed actions.

What joins the plan later is not covered by it, and what is on the list and changes takes the whole approval away.

Source: Standard Guideline art. 10(3), (4); Safety Measures Standard, annex (a second person for destruction).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from jikim.domain.destruction import Action, plan
from jikim.domain.errors import Misused, Refused
from jikim.domain.period import Window
from jikim.domain.separation import Fate
from jikim.domain.staff import StaffRole
from jikim.domain.terms import Reason

COOLING_OFF = timedelta(hours=24)  # in place of a second person, where there is none
PEOPLE = 2


class NotApproved(Refused):
    """The signature was not taken; nothing is approved by it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's yes to one digest."""

    by: UUID
    at: datetime  # aware


@dataclass(frozen=True, slots=True)
class Approval:
    """A list of destructions and who signed it. Its digest is that of a plan of these actions, on any day."""

    listed: tuple[Action, ...]
    signatures: tuple[Signature, ...] = ()

    @property
    def digest(self) -> str:
        return plan(date.min, self.listed).digest

    def takes_effect_at(self, *, alone: bool) -> datetime | None:
        """Return the instant from which it counts; None while a signature is missing.

        alone: only one person of the company may approve
        """
        times = sorted(signature.at for signature in self.signatures)
        if alone and times:
            return times[0] + COOLING_OFF
        return times[PEOPLE - 1] if len(times) >= PEOPLE else None


def sign(approval: Approval, shown: str, *, by: UUID, roles: Collection[StaffRole], at: datetime) -> Approval:
    """Return the approval with one more signature.

    shown:  the digest of the list as the person saw it
    raises: NotApproved for another digest, another role, or a second signature of the same person
    """
    if at.utcoffset() is None:
        raise Misused("a signature without a time zone", hint="take the instant from jikim.clock")
    if shown != approval.digest:
        raise NotApproved(
            f"the list is {approval.digest[:12]}, not {shown[:12]}", hint="open the list again and read what changed"
        )
    if StaffRole.APPROVER not in roles:
        raise NotApproved("approving is for approvers", hint="ask somebody with the role approver")
    if any(signature.by == by for signature in approval.signatures):
        raise NotApproved(f"{approval.digest[:12]} is signed by this person already", hint="a second person signs too")
    return replace(approval, signatures=(*approval.signatures, Signature(by, at)))


def changed(approval: Approval, decided: Iterable[Action], done: Collection[UUID]) -> tuple[Action, ...]:
    """Return the listed actions that are neither done nor decided the same any more; one is enough to end the approval.

    decided: what is due today and foreseen, as it would be done now
    done:    the values that were destroyed meanwhile
    """
    still = set(decided)
    return tuple(action for action in approval.listed if action not in still and action.value_id not in done)


def covered(
    approval: Approval, decided: Iterable[Action], done: Collection[UUID], *, now: datetime, alone: bool
) -> frozenset[Action]:
    """Return the actions that an approval lets go at an instant: all that it lists, or none."""
    effect = approval.takes_effect_at(alone=alone)
    if effect is None or now < effect or changed(approval, decided, done):
        return frozenset()
    return frozenset(approval.listed)


def read_action(facts: Mapping[str, str | None]) -> Action:
    """Read an action back from what `Action.facts` told; raises Misused for anything else."""
    try:
        told = {name: value or "" for name, value in facts.items()}
        days = {name: date.fromisoformat(told[name]) for name in ("due_on", "due_by", "last_day", "destroy_by")}
        keep_until = date.fromisoformat(told["keep_until"]) if told["keep_until"] else None
        action = Action(
            record_id=UUID(told["record"]),
            value_id=UUID(told["value"]),
            store=told["store"],
            item=told["item"],
            facet=told["facet"],
            verb=Fate(told["verb"]),
            reason=Reason(told["reason"]),
            rule=told["rule"],
            due_on=days["due_on"],
            due_by=days["due_by"],
            window=Window(days["last_day"], keep_until, days["destroy_by"]),
        )
    except (KeyError, ValueError):
        raise Misused("these facts are not an action of a plan", hint="read what Action.facts wrote") from None
    if action.facts() != dict(facts):
        raise Misused("these facts are not spelled as an action of a plan is", hint="read what Action.facts wrote")
    return action
