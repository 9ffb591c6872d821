"""Telling the journal one digest of each day's access records, so that none can be altered or taken away unseen.

Source: Safety Measures Standard art. 8(3). The worker tells it, once the day is over; a day is told once.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from jikim.actions import journal
from jikim.domain.period import SEOUL
from jikim.queries.access import digest_of, untold_days
from jikim.store.live.models import AccessDay


def tell(*, before: date) -> int:
    """Tell each day that is over and not told yet; returns how many.

    before: today
    raises: NotYourLeaf in a process that is not the worker, KeyringUnavailable; the day in hand was not told
    """
    days = untold_days(before=before)
    for day in days:
        _tell(day)
    return len(days)


def _tell(day: date) -> None:
    begins = datetime.combine(day, time.min, SEOUL)
    with transaction.atomic("live"):
        sha256, count = digest_of(begins, begins + timedelta(days=1))
        AccessDay.objects.create(on=day, sha256=sha256, count=count)
        journal.record("live", "access-digest", {"on": day.isoformat(), "sha256": sha256, "count": count})
