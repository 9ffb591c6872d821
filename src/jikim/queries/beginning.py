"""How a record begins: alike for all that hold the same items from the same day, so it is worked out once and kept.

No id, no word and no code of anybody is in it; what is kept tells a policy and a day apart, and nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from jikim.clock import policy_today
from jikim.domain.foresight import next_due_on
from jikim.domain.separation import HeldValue
from jikim.domain.terms import RecordState
from jikim.queries.facts import facts_of
from jikim.queries.life import Life, new_life
from jikim.queries.policies import Standing
from jikim.store.live.models import Inquiry, ItemValue

NOBODY = UUID(int=0)
KEPT = 256  # shapes: what a form may leave out, some days, a few versions


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """The life line a record begins with, and the first day on which anything of it is due; one object for a shape."""

    life: Life
    next_due_on: date | None


def beginning(inquiry: Inquiry, values: Iterable[ItemValue], standing: Standing) -> Beginning:
    """Return how a record begins that is about to be written.

    values:   its first ones, all collected on the day it was received
    standing: the version it is received under, and those that follow
    """
    held = tuple(sorted((value.item, value.facet) for value in values))
    return _worked_out(standing, inquiry.collection, inquiry.received_on, policy_today(), held)


@lru_cache(maxsize=KEPT)
def _worked_out(
    standing: Standing,
    collection: str,
    on: date,
    today: date,  # noqa: ARG001 - a life line tells what is past today, so it is kept for that day alone
    held: tuple[tuple[str, str], ...],
) -> Beginning:
    policy, later = standing.published.policy, tuple(version.policy for version in standing.later)
    row = Inquiry(
        id=NOBODY, collection=collection, policy_number=standing.published.number, state=RecordState.RECEIVED,
        received_on=on, last_word_on=on,
    )  # fmt: skip
    values = [HeldValue(NOBODY, item, facet, on) for item, facet in held]
    return Beginning(new_life(row, policy, values, later), next_due_on(values, facts_of(row), policy, later=later))
