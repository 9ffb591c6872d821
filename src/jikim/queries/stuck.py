"""Records that could not be handled and were put aside: which, why, since when. Never what is in them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jikim.store.live.models import Quarantine


@dataclass(frozen=True, slots=True)
class Stuck:
    """One record in quarantine; it is tried again on another day."""

    record_id: UUID
    error: str  # its name; what it said stays in the log
    tries: int
    failed_on: date


def every() -> tuple[Stuck, ...]:
    """Return every record in quarantine, the longest there first."""
    rows = Quarantine.objects.order_by("failed_on", "record_id")
    return tuple(Stuck(row.record_id, row.error, row.tries, row.failed_on) for row in rows)
