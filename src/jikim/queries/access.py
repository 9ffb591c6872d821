"""Access records of the desk: who did what with which record when; what a day of them amounts to; which are over.

Source: Safety Measures Standard art. 8.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from jikim.domain.period import SEOUL, legal_day
from jikim.store.live.models import AccessDay, AccessRecord, UnauthorizedUse

MOST_LINES = 100  # of one page


@dataclass(frozen=True, slots=True)
class Access:
    """One look or one deed at the desk."""

    account_id: UUID | None
    record_id: UUID
    task: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sealed note of unauthorized use whose clock the engine runs: its key, where it stands, and since when."""

    id: UUID
    policy_number: int
    item: str
    kid: int
    on: date


def accesses(*, on: date | None = None, account_id: UUID | None = None) -> tuple[tuple[Access, ...], int]:
    """Return the newest access records of a day, of a person, or of both, and how many there are in all."""
    rows = AccessRecord.objects.order_by("-at", "-id")
    if on is not None:
        begins = datetime.combine(on, time.min, SEOUL)
        rows = rows.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    shown = tuple(Access(row.account_id, row.record_id, row.task, row.at) for row in rows[:MOST_LINES])
    return shown, rows.count()


def told_digest(on: date) -> str:
    """Return the digest that the journal was told of a day; "" while it was told none."""
    row = AccessDay.objects.filter(on=on).first()
    return row.sha256 if row else ""


def digest_of(begins: datetime, ends: datetime) -> tuple[str, int]:
    """Return the SHA-256 over the access records between two instants, one line each, and how many there are."""
    digest, count = sha256(), 0
    for row in AccessRecord.objects.filter(at__gte=begins, at__lt=ends).order_by("id"):
        facts = [row.pk, str(row.account_id or ""), str(row.session_id), str(row.record_id), row.task]
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
