"""Keeping the day on which something of a record is due beside it, so that nobody has to look through all of them.

Every verb that moves a clock winds it anew in its own transaction; a day that is too early costs a look, and the worker
puts it right. One that is too late would be a broken promise, and no verb leaves one.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from jikim.domain.foresight import next_due_on
from jikim.domain.separation import HeldValue
from jikim.queries import versions
from jikim.queries.facts import facts_of, values_by_record
from jikim.queries.versions import Versions
from jikim.store.live.models import Inquiry
from jikim.store.live.models.inquiry import NOT_WOUND

RECORDS_AT_ONCE = 500


def wind(record_id: UUID) -> None:
    """Work out the next day of one record from its rows as they stand now."""
    for row in Inquiry.objects.filter(id=record_id):
        Inquiry.objects.filter(id=row.id).update(next_due_on=next_days([row])[row.id])


def wind_anew(record_ids: Iterable[UUID]) -> None:
    """Work out the next day of records that were looked at in vain."""
    asked = list(record_ids)
    for start in range(0, len(asked), RECORDS_AT_ONCE):
        rows = list(Inquiry.objects.filter(id__in=asked[start : start + RECORDS_AT_ONCE]))
        found = next_days(rows)
        for row in rows:
            if found[row.id] != row.next_due_on:
                Inquiry.objects.filter(id=row.id, next_due_on=row.next_due_on).update(next_due_on=found[row.id])


def next_days(rows: Iterable[Inquiry]) -> dict[UUID, date | None]:
    """Return the next day of each record, from its values as they stand now."""
    inquiries, known = {row.id: row for row in rows}, versions.now()
    held = dict(values_by_record(inquiries))
    return {record_id: _next(row, held.get(record_id, ()), known) for record_id, row in inquiries.items()}


def unwind_all() -> None:
    """Have every clock looked at again, because a new version may have changed it. In a transaction.

    The rows are locked first, in the order of whoever holds several: an update goes by how they lie.
    """
    rows = Inquiry.objects.exclude(next_due_on=None, destroyed_on__isnull=False)
    for _locked in rows.select_for_update().order_by("id").values_list("id").iterator():
        pass
    rows.update(next_due_on=NOT_WOUND)


def _next(row: Inquiry, values: Iterable[HeldValue], known: Versions) -> date | None:
    policy, later = known.policy(row.policy_number), known.later[row.policy_number]
    return next_due_on(values, facts_of(row), policy, later=later)
