"""Handing what waits in each database to the journal, in the order of its rows, and letting go of it only then.

Openings, answers and the like arrive as one count for each event and day, after the day is over, so that no entry
points at a person by its time. An entry that comes twice is told once, under whatever number its row stands: the
journal knows it by database and nonce.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.apps import apps
from django.db import connections, transaction
from django.db.models import QuerySet

from jikim import environment, sealing
from jikim.actions import journal
from jikim.clock import policy_today
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, NotALeaf, NotYourLeaf, Role
from jikim.domain.leaf import COUNTED_EVENTS
from jikim.domain.period import SEOUL
from jikim.sealing.journal.errors import PendingChanged
from jikim.sealing.keyd.values import SignedLeaf
from jikim.store.columns import PendingLeafBase

log = logging.getLogger(__name__)

AT_ONCE = 500
# Told by nobody who may, another entry than was told under its nonce, no entry at all, or of no role.
FORGED = (NotYourLeaf, PendingChanged, NotALeaf, Misused, ValueError)
LOCK_MS = 1000  # to wait for whoever is writing; then the entries wait for the next round


def submit() -> int:
    """Tell the journal all that is ready to be told; returns how many entries it took.

    raises: what the keyring raises, OperationalError; what was not told stays where it is
    """
    told = 0
    for alias in environment.aliases():
        if not _rows(alias).exists():  # one question, where most rounds would open two transactions for nothing
            continue
        count_days(alias, before=policy_today())
        told += _submit(alias)
    return told


def count_days(alias: str, *, before: date) -> None:
    """Put one count for each event and day in the place of the events of all days that are over."""
    rows = _rows(alias)
    over = datetime.combine(before, time.min, SEOUL)
    with transaction.atomic(alias):
        events = list(rows.select_for_update().filter(kind__in=COUNTED_EVENTS, at__lt=over).order_by("id"))
        for (on, event), count in sorted(_counted(events).items()):
            journal.record(alias, "count", {"on": on, "event": event, "count": count})
        rows.filter(pk__in=[row.pk for row in events]).delete()


def _counted(events: Iterable[PendingLeafBase]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in events:
        counts[row.body["on"], row.kind] += row.body.get("count", 1)
    return counts


def _submit(alias: str) -> int:
    told = 0
    while rows := _settled(alias):
        try:
            places = sealing.current().submit(alias, [_signed(row) for row in rows])
        except FORGED:
            told += _one_by_one(alias, rows)
            continue
        with transaction.atomic(alias):
            _remember(alias, rows, places)
            _rows(alias).filter(pk__in=[row.pk for row in rows]).delete()
        told += len(rows)
        if len(rows) < AT_ONCE:
            break
    return told


def _one_by_one(alias: str, rows: Iterable[PendingLeafBase]) -> int:
    """Tell each entry by itself; one that no role vouches for is taken away, and an attack is told in its place.

    Whoever can write to the database could otherwise silence it with a single row.
    """
    told = 0
    for row in rows:
        with transaction.atomic(alias):
            try:
                places = sealing.current().submit(alias, [_signed(row)])
                _remember(alias, [row], places)
                told += len(places)
            except FORGED:
                log.error("entry %d of %s was told by nobody who may; it was not journaled", row.pk, alias)  # noqa: TRY400 - its words are whoever's
                journal.record(alias, "attack", {"on": policy_today().isoformat(), "event": "forged-entry", "count": 1})
            _rows(alias).filter(pk=row.pk).delete()
    return told


def _remember(alias: str, rows: Sequence[PendingLeafBase], places: Sequence[int]) -> None:
    """Keep which entry is the newest, in the commit that lets go of it; one that was told before is none."""
    place, row = max(zip(places, rows, strict=True), key=lambda one: one[0])
    mark = apps.get_model(alias, "LastTold").objects.filter(id=1)
    known = mark.values_list("index", flat=True).first()
    if known is None:
        mark.create(id=1, nonce=row.nonce, index=place)
    elif known < place:
        mark.update(nonce=row.nonce, index=place)


def _settled(alias: str) -> list[PendingLeafBase]:
    """Return the first entries below which no other can appear any more.

    A transaction still open may have drawn a lower number: on PostgreSQL the table is locked until none is. Those who
    write to SQLite do it one after another.
    """
    with transaction.atomic(alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
                cursor.execute(f'LOCK TABLE "{alias}_pendingleaf" IN SHARE MODE')
        return list(_rows(alias).exclude(role="").order_by("id")[:AT_ONCE])


def _signed(row: PendingLeafBase) -> SignedLeaf:
    return SignedLeaf(row.nonce, Role(row.role), Leaf(row.kind, row.at, row.body), bytes(row.mac))


def _rows(alias: str) -> "QuerySet[PendingLeafBase]":
    found: QuerySet[PendingLeafBase] = apps.get_model(alias, "PendingLeaf").objects.all()
    return found
