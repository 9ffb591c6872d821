"""Who may receive which items, for which work: what every way out of the house asks first.

Source: Privacy Policy, "Consignment"; PIPA art. 26(1), (5): a processor works within the scope it was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jikim.domain.policy import Policy
from jikim.domain.vocabulary import EntrustedWork, SystemWork

# What a company may do in place of a system of one's own.
_DOES: Mapping[str, frozenset[str]] = {
    EntrustedWork.MESSAGING: frozenset({EntrustedWork.MESSAGING, SystemWork.MAIL}),
    EntrustedWork.HOSTING: frozenset({EntrustedWork.HOSTING, SystemWork.STORAGE, SystemWork.BACKUP}),
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A system of the controller, or a processor, and what it may be given."""

    name: str
    works: frozenset[str]  # empty: the policy does not say what it is for, so it is for nothing
    items: frozenset[str]
    is_own: bool


@dataclass(frozen=True, slots=True)
class ProcessorScope:
    """Everyone whom a policy names as a receiver."""

    receivers: tuple[Receiver, ...]

    def receiver(self, name: str) -> Receiver | None:
        """Return whoever has this name; None when nobody has, or when it could mean two."""
        found = [receiver for receiver in self.receivers if receiver.name == name]
        return found[0] if len(found) == 1 else None

    def reaches(self, work: SystemWork, item: str) -> bool:
        """Say whether anybody is named who may be given an item for some work."""
        return any(work in one.works and item in one.items for one in self.receivers)


def scope_of(policy: Policy) -> ProcessorScope:
    """Return whom a policy names, its own systems first."""
    own = (Receiver(one.name, _works(one.kind), frozenset(one.items), is_own=True) for one in policy.systems)
    others = (
        Receiver(one.name, _works(one.kind), frozenset(one.items), is_own=False) for one in policy.sharing.processors
    )
    return ProcessorScope((*own, *others))


def _works(kind: str) -> frozenset[str]:
    return _DOES.get(kind, frozenset({kind} if kind else ()))
