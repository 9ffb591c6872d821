"""What is done once a day, each thing by itself: one that fails is tried again, and the others go on."""

import logging
from collections.abc import Callable, Mapping
from datetime import date

from django.db import DatabaseError, transaction

from jikim.actions import access_days, journal
from jikim.domain.destruction import LIVE
from jikim.domain.errors import JikimError
from jikim.procedures import due, mailboxes, rails, staff_records, sweeps
from jikim.queries import due as planned
from jikim.store.direct import insert
from jikim.store.live.models import MonthAhead, NightWork

log = logging.getLogger(__name__)


def work(on: date) -> tuple[str, ...]:
    """Do what was not done on this day yet, and return what was done now."""
    done = {row.name for row in NightWork.objects.filter(done_on=on)}
    return tuple(name for name, task in TASKS.items() if name not in done and _done(name, task, on))


def tell_canary(on: date) -> None:
    """Tell the journal that a day has come, so that the time of its newest entry is never older than a day."""
    with transaction.atomic(LIVE):
        journal.record(LIVE, "canary", {"on": on.isoformat()})


def tell_access(on: date) -> None:
    access_days.tell(before=on)


def count_months(on: date) -> None:
    """Count what each of the next months will destroy, so that nobody who looks has every clock looked at."""
    counted = [MonthAhead(month=month, values=values) for month, values in planned.destructions_by_month(on).items()]
    with transaction.atomic(LIVE):
        MonthAhead.objects.all().delete()
        insert(counted)


TASKS: Mapping[str, Callable[[date], object]] = {
    "canary": tell_canary,
    "access-days": tell_access,
    "lists": rails.show_lists,
    "foresight": rails.remember,
    "months": count_months,
    "orphans": due.quarantine_orphans,
    "index": lambda _on: mailboxes.reconcile(),
    "staff-records": staff_records.destroy_old,
    "left-keys": lambda _on: sweeps.left_keys(),
    "attempts": sweeps.attempts,
    "keys": lambda _on: sweeps.keys(),
    "files": lambda _on: sweeps.files(),
}


def _done(name: str, task: Callable[[date], object], on: date) -> bool:
    try:
        task(on)
    except (JikimError, DatabaseError) as error:
        log.error("%s: not done today: %s", name, type(error).__name__)  # noqa: TRY400 - its words could show a row
        return False
    NightWork.objects.update_or_create(name=name, defaults={"done_on": on})
    return True
