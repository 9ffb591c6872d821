"""Access records of the desk: who did what with which record, when and from where; what a day of them amounts to.

Source: Safety Measures Standard art. 8.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from jikim import sealing
from jikim.domain.destruction import LIVE
from jikim.domain.period import SEOUL, legal_day
from jikim.sealing.keyring import Binding, Sealed
from jikim.store.live.models import AccessDay, AccessPlace, AccessRecord, UnauthorizedUse

ITEM, VALUE = "access_record", "value"
MOST_LINES = 100  # of one page


@dataclass(frozen=True, slots=True)
class Access:
    """One look or one deed at the desk."""

    account_id: UUID | None
    record_id: UUID | None  # None: coming in or leaving
    task: str
    at: datetime
    address: str  # "": none was noted, or it can no longer be read


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sealed note of unauthorized use whose clock the engine runs: its key, where it stands, and since when."""

    id: UUID
    policy_number: int
    item: str
    kid: int
    on: date


def accesses(*, on: date | None = None, account_id: UUID | None = None) -> tuple[tuple[Access, ...], int]:
    """Return the newest access records of a day, of a person, or of both, and how many there are in all.

    raises: what the keyring raises
    """
    rows = AccessRecord.objects.order_by("-at", "-id")
    if on is not None:
        begins = datetime.combine(on, time.min, SEOUL)
        rows = rows.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    shown = list(rows[:MOST_LINES])
    opened = _addresses({row.place_id for row in shown if row.place_id})
    lines = (Access(r.account_id, r.record_id, r.task, r.at, opened.get(r.place_id, "")) for r in shown)
    return tuple(lines), rows.count()


def place_binding(place_id: UUID) -> Binding:
    """Return the place of a sealed address: an item of the policy for staff."""
    return Binding(LIVE, place_id, place_id, ITEM, VALUE)


def _addresses(place_ids: Collection[UUID]) -> dict[UUID | None, str]:
    rows = list(AccessPlace.objects.filter(id__in=place_ids))
    sealed = [(place_binding(row.id), Sealed(row.kid, bytes(row.envelope))) for row in rows]
    opened = sealing.current().open_all(sealed) if sealed else ()
    return {row.id: said.decode() for row, said in zip(rows, opened, strict=True) if isinstance(said, bytes)}


def told_digest(on: date) -> str:
    """Return the digest that the journal was told of a day; "" while it was told none."""
    row = AccessDay.objects.filter(on=on).first()
    return row.sha256 if row else ""


def digest_of(begins: datetime, ends: datetime) -> tuple[str, int]:
    """Return the SHA-256 over the access records between two instants, one line each, and how many there are."""
    digest, count = sha256(), 0
    for row in AccessRecord.objects.filter(at__gte=begins, at__lt=ends).order_by("id"):
        whose = [str(row.account_id or ""), str(row.session_id), str(row.record_id or ""), str(row.place_id or "")]
        facts = [row.pk, *whose, row.task]
        digest.update(json.dumps([*facts, row.at.astimezone(SEOUL).isoformat()]).encode() + b"\n")
        count += 1
    return digest.hexdigest(), count


def untold_days(*, before: date) -> tuple[date, ...]:
    """Return the days that are over, have access records, and were not told to the journal."""
    over = datetime.combine(before, time.min, SEOUL)
    last = AccessDay.objects.order_by("-on").first()
    rows = AccessRecord.objects.filter(at__lt=over)
    if last is not None:
        rows = rows.filter(at__gte=datetime.combine(last.on + timedelta(days=1), time.min, SEOUL))
    return tuple(sorted({legal_day(at) for at in rows.values_list("at", flat=True).iterator()}))


def attempts_sealed() -> tuple[Attempt, ...]:
    """Return every sealed note of unauthorized use, the oldest first; the policy that it names says how long."""
    rows = UnauthorizedUse.objects.exclude(kid=None).order_by("on", "id")
    return tuple(Attempt(row.id, row.policy_number or 0, row.item, row.kid or 0, row.on) for row in rows)


def attempts_on(day: date) -> int:
    """Return how many attempts a day saw."""
    return UnauthorizedUse.objects.filter(on=day).count()
