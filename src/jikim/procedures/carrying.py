"""Carrying out many records in slices; where one fails, each of its records goes alone through the very same steps.

So a record that is wrong is left by itself, named, and tried again on another day, and the others go on.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import OperationalError, transaction

from jikim.actions import journal
from jikim.domain.destruction import Action
from jikim.domain.separation import Fate
from jikim.procedures import destroy, intents, rails, separate
from jikim.procedures.slices import Slice
from jikim.queries import due
from jikim.sealing.errors import FileUnreadable, KeyringUnavailable, StillWaiting, StoreUnavailable
from jikim.store.live.models import Inquiry, Intent, Quarantine
from jikim.store.separate.models import SeparateItem

log = logging.getLogger(__name__)

T = TypeVar("T")

# The whole house is in trouble, not one record: stop, and let the next round try everything again. But for the one file
# that cannot be read, which is its record's trouble: it must not make the others late.
HOUSE_TROUBLE = (OperationalError, KeyringUnavailable, StoreUnavailable)
MOST_RECORDS, MOST_VALUES = 128, 512  # of one slice: as many values as the key tree cuts in one change of root

Due = tuple[UUID, tuple[Action, ...]]  # a record and what a day brings to it


@dataclass(slots=True)
class Carried:
    """What one run did, in values; and the records it had to leave."""

    on: date
    set_aside: int = 0
    destroyed: int = 0
    certificates: list[UUID] = field(default_factory=list)
    quarantined: list[UUID] = field(default_factory=list)
    held_back: dict[str, int] = field(default_factory=dict)  # values that the rails keep back today, and why
    withheld: int = 0  # values that a hold keeps
    waiting: list[UUID] = field(default_factory=list)  # destroyed as soon as a copy that is away is back

    def facts(self) -> dict[str, object]:
        return {
            "on": self.on.isoformat(),
            "set_aside": self.set_aside,
            "destroyed": self.destroyed,
            "certificates": [str(certificate) for certificate in self.certificates],
            "quarantined": [str(record) for record in self.quarantined],
            "waiting": [str(record) for record in self.waiting],
            "held_back": self.held_back,
            "withheld": self.withheld,
        }


def carry(records: Iterable[Due], carried: Carried, *, approved: Collection[UUID]) -> None:
    """Begin and end slice after slice of records, neighbours together.

    approved: values that an approval covers, so that they leave the day's cap alone
    """
    actions = dict(records)
    ordered = [(record_id, actions[record_id]) for record_id in due.as_founded(actions)]
    for some in _cut(ordered, _first, lambda one: len(one[1])):
        finish(_begun(some, carried, approved), carried)


def finish(begun: Sequence[Intent], carried: Carried) -> None:
    """Bring what is begun to its end, slice by slice."""
    legible = _together(begun, _refuse_illegible, _record_of, carried)
    for some in _cut(legible, _record_of, lambda intent: len(intents.values_of(intent))):
        unstored: dict[UUID, SeparateItem] = {}
        _together(some, partial(_take_steps, unstored, carried), _record_of, carried)


def quarantine(record_id: UUID, error: str, carried: Carried) -> None:
    """Leave a record as it is and name it, once in a run, unless another runner has ended its work."""
    if record_id in carried.quarantined:
        return
    with transaction.atomic("live"):
        Inquiry.objects.select_for_update().filter(id=record_id).first()  # another runner ends its work under this lock
        if _nothing_left(record_id, carried.on):
            return
        row, _ = Quarantine.objects.get_or_create(
            record_id=record_id, defaults={"error": error[:64], "tries": 0, "failed_on": carried.on}
        )
        row.error, row.tries, row.failed_on = error[:64], row.tries + 1, carried.on
        row.save()
        journal.record("live", "quarantine", {"on": carried.on.isoformat(), "error": error[:64]})
    log.error("record %s is quarantined: %s", record_id, error)
    carried.quarantined.append(record_id)


def _begun(some: Sequence[Due], carried: Carried, approved: Collection[UUID]) -> list[Intent]:
    begun: list[Intent] = []

    def begin(part: Sequence[Due]) -> None:
        begun.extend(_begin([action for _, actions in part for action in actions], carried.on, approved))

    _together(some, begin, _first, carried)
    return begun


def _begin(actions: Iterable[Action], on: date, approved: Collection[UUID]) -> list[Intent]:
    """Begin, and count what goes without an approval, in one commit."""
    with transaction.atomic("live"):
        begun = intents.begin(actions, on=on)
        ending = (value for one in begun if one.body["verb"] == Fate.DESTROY for value in intents.ids_of(one))
        rails.count(on, sum(value not in approved for value in ending))
    return begun


def _refuse_illegible(some: Sequence[Intent]) -> None:
    for intent in some:
        intents.refuse_illegible(intent)


def _take_steps(unstored: dict[UUID, SeparateItem], carried: Carried, some: Sequence[Intent]) -> None:
    """Take the intents through all steps that are left. unstored: what a larger slice has resealed, and not stored."""
    mine = Slice(tuple(some), unstored)
    separate.finish(mine)
    destroy.finish(mine)
    carried.set_aside += _values(mine.moves)
    carried.destroyed += _values(mine.ends)
    carried.certificates += [intent.id for intent in mine.ends]


def _together(
    some: Sequence[T], work: Callable[[Sequence[T]], None], record_of: Callable[[T], UUID], carried: Carried
) -> list[T]:
    """Do the work for all; where it fails, for each alone, and leave and name those that fail so. Returns the others.

    raises: HOUSE_TROUBLE
    """
    try:
        work(some)
    except Exception as error:
        if isinstance(error, HOUSE_TROUBLE) and not isinstance(error, FileUnreadable):
            raise
        if len(some) == 1:
            _leave(record_of(some[0]), error, carried)
            return []
        log.info("a slice of %d goes one by one: %s", len(some), type(error).__name__)
        return [done for one in some for done in _together([one], work, record_of, carried)]
    return list(some)


def _leave(record_id: UUID, error: Exception, carried: Carried) -> None:
    if isinstance(error, StillWaiting):
        log.warning("record %s waits for a copy that is away; it is not called destroyed until then", record_id)
        carried.waiting.append(record_id)
    else:
        quarantine(record_id, type(error).__name__, carried)


def _nothing_left(record_id: UUID, on: date) -> bool:
    """Say whether another runner finished a record while this one failed with it: that is success, and no failure."""
    plan = due.plan_of([record_id], on)
    return not (plan.actions or plan.unplanned or Intent.objects.filter(record_id=record_id).exists())


def _cut(whole: Sequence[T], record_of: Callable[[T], UUID], values: Callable[[T], int]) -> Iterator[list[T]]:
    """Cut into slices of neighbours; what is larger than a slice stands alone."""
    part, records, size = list[T](), set[UUID](), 0
    for one in whole:
        if part and (len(records | {record_of(one)}) > MOST_RECORDS or size + values(one) > MOST_VALUES):
            yield part
            part, records, size = [], set(), 0
        part.append(one)
        records.add(record_of(one))
        size += values(one)
    if part:
        yield part


def _first(one: Due) -> UUID:
    return one[0]


def _record_of(intent: Intent) -> UUID:
    return intent.record_id


def _values(some: Iterable[Intent]) -> int:
    return sum(len(intents.values_of(intent)) for intent in some)
