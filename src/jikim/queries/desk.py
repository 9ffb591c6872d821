"""Who is signed in at the desk. Sessions run on the wall clock: travelling in a demo signs nobody out, or in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jikim.clock import wall_now
from jikim.sealing.codes import token_digest
from jikim.store.live.models import DeskLink

IDLE = timedelta(minutes=15)  # an untended desk closes (Safety Measures Standard art. 6)
ABSOLUTE = timedelta(hours=8)  # a working day


@dataclass(frozen=True, slots=True)
class DeskSession:
    """One signed-in desk; `ends_at` is the latest instant it can last to."""

    desk_link_id: UUID
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


def session(token: str) -> DeskSession | None:
    """Return the session a token opens; None when it never did, has been left, or has stood idle too long."""
    if not token:
        return None
    row = DeskLink.objects.filter(session_hash=token_digest(token), ended_at=None).first()
    return _alive(row) if row else None


def at_the_desk(desk_link_id: UUID) -> bool:
    """Say whether somebody is signed in by this link now; every action of the desk asks."""
    row = DeskLink.objects.filter(id=desk_link_id, ended_at=None).first()
    return row is not None and _alive(row) is not None


def _alive(row: DeskLink) -> DeskSession | None:
    if row.used_at is None or row.seen_at is None:
        return None
    now = wall_now()
    if now - row.seen_at >= IDLE or now - row.used_at >= ABSOLUTE:
        return None
    return DeskSession(row.id, row.used_at, row.seen_at, row.used_at + ABSOLUTE)
