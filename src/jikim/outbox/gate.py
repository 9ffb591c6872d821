"""The one gate on every way out: nothing leaves for a receiver that the policy in force does not name for it.

Source: Privacy Policy, "Consignment"; PIPA arts. 17, 26(1), (5). With no policy in force the gate is shut.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jikim.domain.errors import Refused
from jikim.domain.processor import ProcessorScope, Receiver
from jikim.domain.vocabulary import SystemWork

LEAF = "gate-refusal"


class NotRegistered(Refused):
    """The policy in force does not let these items go there; nothing left. `fact`: the caller tells it the journal."""

    def __init__(self, message: str, *, hint: str, fact: Mapping[str, object]) -> None:
        super().__init__(message, hint=hint)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gate let out. Whatever sends asks for one; only `let_out` makes them."""

    receiver: str
    work: SystemWork
    items: frozenset[str]


def let_out(scope: ProcessorScope | None, receiver: str, work: SystemWork, items: Iterable[str], *, on: date) -> Passed:
    """Let items leave for a receiver, or refuse.

    scope:  of the policy in force; None when none is
    work:   what the receiver is to do with them; it also names the way out in the journal
    on:     the legal day a refusal is told for
    raises: NotRegistered, with the entry for the journal; nothing may leave
    """
    wanted = frozenset(items)
    found = scope.receiver(receiver) if scope else None
    if why := _refusal(scope, found, work, wanted):
        raise NotRegistered(
            f"{why}; nothing was sent",
            hint="name it under [systems] or [sharing.processor] in the policy, publish that, then try again",
            fact={"on": on.isoformat(), "gate": work.value, "count": 1},
        )
    return Passed(receiver, work, wanted)


def _refusal(scope: ProcessorScope | None, found: Receiver | None, work: SystemWork, wanted: frozenset[str]) -> str:
    """Return why not; "" when it may."""
    if scope is None:
        return "no policy is in force"
    if found is None:
        return "the policy in force names no such receiver"
    if work not in found.works:
        return f"the policy in force does not name {found.name} for {work}"
    if not wanted or not wanted <= found.items:
        return f"the policy in force does not let these items go to {found.name}"
    return ""
