"""Who is at the desk. Sessions run on the wall clock: travelling in a demo signs nobody out, or in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jikim.clock import wall_now
from jikim.domain.staff import StaffRole, Task, may
from jikim.queries.row_seals import stands
from jikim.sealing.codes import token_digest
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskSession as Row
from jikim.store.live.models import StaffAccount

IDLE = timedelta(minutes=15)  # an untended desk closes: Safety Measures Standard art. 6(4), which leaves the time to us
ABSOLUTE = timedelta(hours=8)  # a working day; then the person shows again who they are
HALFWAY = timedelta(minutes=10)  # between the password and the second factor
JOINING, WORKING, ENDED = "joining", "working", "ended"  # an account, from its invitation to its end


@dataclass(frozen=True, slots=True)
class DeskSession:
    """Somebody at the desk: who, what they may, and the latest instant it can last to."""

    id: UUID
    account_id: UUID
    roles: frozenset[StaffRole]
    began_at: datetime
    seen_at: datetime
    ends_at: datetime

    @property
    def handles(self) -> bool:
        return may(self.roles, Task.HANDLE)

    @property
    def invites(self) -> bool:
        return may(self.roles, Task.INVITE)

    @property
    def sees_evidence(self) -> bool:
        return may(self.roles, Task.EVIDENCE)


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody who gave a password, or is making an account, and is asked for a second factor."""

    session_id: UUID
    account_id: UUID
    username: str
    is_joining: bool


def session(token: str) -> DeskSession | None:
    """Return the session a token opens; None when it never did, has been left, or has stood idle too long."""
    row = _row(token)
    return _alive(row) if row else None


def session_by_id(session_id: UUID) -> DeskSession | None:
    """Return a session that stands; every action of the desk asks."""
    row = Row.objects.filter(id=session_id, ended_at=None).first()
    return _alive(row) if row and stands(row) else None


def halfway(token: str) -> Halfway | None:
    """Return who gave a password within the last minutes and no second factor yet."""
    row = _row(token)
    if row is None or row.passed_at is not None or wall_now() - row.began_at >= HALFWAY:
        return None
    account = StaffAccount.objects.filter(id=row.account_id, state__in=(JOINING, WORKING)).first()
    if account is None or not stands(account):
        return None
    return Halfway(row.id, account.id, account.username, account.state == JOINING)


def _row(token: str) -> Row | None:
    if not token:
        return None
    row = Row.objects.filter(session_hash=token_digest(Use.SESSION_TOKEN, token), ended_at=None).first()
    return row if row and stands(row) else None


def _alive(row: Row) -> DeskSession | None:
    now = wall_now()
    if row.passed_at is None or now - row.seen_at >= IDLE or now - row.began_at >= ABSOLUTE:
        return None
    account = StaffAccount.objects.filter(id=row.account_id, state=WORKING).first()
    if account is None or not stands(account):
        return None
    roles = frozenset(map(StaffRole, account.roles))
    return DeskSession(row.id, account.id, roles, row.began_at, row.seen_at, row.began_at + ABSOLUTE)
