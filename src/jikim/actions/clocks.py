"""Keeping the day on which something of a record is due beside it, so that nobody has to look through all of them.

Every verb that moves a clock winds it anew in its own transaction; a day that is too early costs a look, and the worker
puts it right. One that is too late would be a broken promise, and no verb leaves one.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from jikim.domain.foresight import next_due_on
from jikim.queries.facts import facts_of, held_values
from jikim.queries.policies import governing, later_than
from jikim.store.live.models import Inquiry
from jikim.store.live.models.inquiry import NOT_WOUND


def wind(record_id: UUID) -> None:
    """Work out the next day of one record from its rows as they stand now."""
    row = Inquiry.objects.filter(id=record_id).first()
    if row is not None:
        Inquiry.objects.filter(id=record_id).update(next_due_on=_next(row))


def wind_anew(record_ids: Iterable[UUID]) -> None:
    """Work out the next day of records that were looked at in vain."""
    for row in Inquiry.objects.filter(id__in=list(record_ids)):
        found = _next(row)
        if found != row.next_due_on:
            Inquiry.objects.filter(id=row.id, next_due_on=row.next_due_on).update(next_due_on=found)


def unwind_all() -> None:
    """Have every clock looked at again, because a new version may have changed it."""
    Inquiry.objects.exclude(next_due_on=None, destroyed_on__isnull=False).update(next_due_on=NOT_WOUND)


def _next(row: Inquiry) -> date | None:
    policy, later = governing(row.policy_number).policy, later_than(row.policy_number)
    return next_due_on(held_values(row.id), facts_of(row), policy, later=later)
