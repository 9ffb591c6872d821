"""Steps of a plan as people read them: what happens to one inquiry for one reason by one day, its items in a line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jikim.domain.destruction import Action
from jikim.domain.policy import Policy
from jikim.domain.separation import Fate
from jikim.domain.terms import Reason
from jikim.web import certificates, lives

MOST = 500  # of one page; the command line shows them all


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a list."""

    number: str
    items: tuple[tuple[str, int], ...]  # each by its label, with how many values of it
    destroys: bool
    reason: str
    due_by: date
    is_late: bool

    @property
    def values(self) -> int:
        return sum(count for _label, count in self.items)


def told(
    actions: Iterable[Action], policy: Policy | None, language: str, *, late_before: date = date.min
) -> tuple[list[Step], int]:
    """Tell a plan in the order it has, and how many values are on it beyond the most a page shows.

    late_before: what should have happened before this day is late
    """
    found: dict[tuple[UUID, Fate, Reason, date], Counter[str]] = {}
    for action in actions:
        found.setdefault((action.record_id, action.verb, action.reason, action.due_by), Counter())[action.item] += 1
    steps = [
        Step(
            str(record_id)[:8], _items(items, policy, language),
            verb == Fate.DESTROY, certificates.reason(why.value), due_by, due_by < late_before,
        )
        for (record_id, verb, why, due_by), items in found.items()
    ]  # fmt: skip
    return steps[:MOST], sum(step.values for step in steps[MOST:])


def _items(counted: Mapping[str, int], policy: Policy | None, language: str) -> tuple[tuple[str, int], ...]:
    """Name the items in the order of the policy; one that it no longer knows comes last."""
    order = {item.name: place for place, item in enumerate(policy.items)} if policy else {}
    names = sorted(counted, key=lambda name: (order.get(name, len(order)), name))
    return tuple((lives.item_label(policy, name, language) if policy else name, counted[name]) for name in names)
