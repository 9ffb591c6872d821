"""Links that make an account, and sessions: begun by a password, opened by a second factor, left. Only hashes are kept.

Source: Privacy Policy, "Safety measures"; Safety Measures Standard arts. 5, 6.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from jikim import environment
from jikim.actions import access_records, journal
from jikim.clock import policy_now, policy_today, wall_now
from jikim.domain.errors import Misused, Refused
from jikim.domain.staff import EVERY_ROLE, StaffRole, Task, must
from jikim.queries import staff
from jikim.queries.desk import DeskSession, halfway, session, session_by_id
from jikim.queries.row_seals import seal_of
from jikim.sealing.codes import token, token_digest
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskLink, StaffChange
from jikim.store.live.models import DeskSession as Row

VALID = timedelta(hours=24)  # to make an account with it
LONGEST = timedelta(hours=24)


class LinkRefused(Refused):
    """The link was used, is too old, or never existed; nobody came in."""


class NotAtTheDesk(Refused):
    """Nobody is signed in by that session any more; nothing was shown and nothing changed."""


class OfficerThere(Refused):
    """The installation has a privacy officer, who alone invites; no link was made."""


def issue_link(valid: timedelta = VALID) -> str:
    """Make the link that leads the first privacy officer to an account with every role; its token is kept nowhere.

    raises: OfficerThere once there is one (a demo home lets every visitor in), Misused for more than a day
    """
    if staff.has_officer() and not environment.is_demo():
        raise OfficerThere("this installation has a privacy officer", hint="sign in at the desk and invite there")
    return _link(EVERY_ROLE, None, valid)


def invite(roles: Collection[StaffRole], *, session_id: UUID) -> str:
    """Make a link for one new account with these roles; the token is returned once.

    raises: NotAtTheDesk, RoleMissing, Misused (no role at all); no link was made
    """
    officer = signed_in(session_id, Task.INVITE)
    if not roles:
        raise Misused("an invitation without a role", hint=f"choose from {', '.join(StaffRole)}")
    return _link(roles, officer.account_id, VALID)


def signed_in(session_id: UUID, task: Task) -> DeskSession:
    """Return who does a task at the desk now; raises NotAtTheDesk, RoleMissing."""
    found = session_by_id(session_id)
    if found is None:
        raise NotAtTheDesk("this desk session has ended", hint="sign in again")
    must(found.roles, task)
    return found


def begin(account_id: UUID) -> str:
    """Begin a session that opens nothing until a second factor is shown; returns its token."""
    secret, now = token(), wall_now()
    row = Row(account_id=account_id, session_hash=_hash(secret), began_at=now, seen_at=now)
    row.seal = seal_of(row)
    row.save(force_insert=True)
    return secret


def let_in(halfway_token: str) -> str:
    """Open the desk to who showed a second factor just now; returns a new token, and the old one opens nothing.

    raises: NotAtTheDesk when that beginning is too old or was used already
    """
    secret, now = token(), wall_now()
    with transaction.atomic("live"):
        found = halfway(halfway_token)
        if found is None or found.is_joining:
            raise NotAtTheDesk("this sign-in was not begun, or too long ago", hint="begin again with the password")
        facts = {"account_id": found.account_id, "session_hash": _hash(secret), "began_at": now, "passed_at": now}
        seal = seal_of(Row(id=found.session_id, **facts))
        if not Row.objects.filter(id=found.session_id, passed_at=None).update(**facts, seen_at=now, seal=seal):
            raise NotAtTheDesk("this sign-in was used already", hint="begin again with the password")
        access_records.note_door(found.account_id, found.session_id, "sign-in")
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "signed-in"})
    return secret


def seen(session_token: str) -> None:
    """Note that somebody is still at the desk, so that the idle clock starts again; no entry, nothing was done."""
    found = session(session_token)
    if found is not None:
        Row.objects.filter(id=found.id).update(seen_at=wall_now())


def sign_out(session_token: str) -> None:
    """End a session; doing it twice, or with a token that is none, is no error."""
    found = session(session_token)
    if found is None:
        return
    with transaction.atomic("live"):
        Row.objects.filter(id=found.id).update(ended_at=wall_now())
        access_records.note_door(found.account_id, found.id, "sign-out")
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "signed-out"})


def _hash(session_token: str) -> str:
    return token_digest(Use.SESSION_TOKEN, session_token)


def _link(roles: Collection[StaffRole], made_by: UUID | None, valid: timedelta) -> str:
    if not timedelta() < valid <= LONGEST:
        raise Misused(f"a link valid for {valid}", hint=f"at most {LONGEST}")
    secret, now, named = token(), wall_now(), sorted(roles)
    with transaction.atomic("live"):
        digest = token_digest(Use.LINK_TOKEN, secret)
        row = DeskLink(link_hash=digest, roles=named, made_by=made_by, made_at=now, usable_until=now + valid)
        row.seal = seal_of(row)
        row.save(force_insert=True)
        StaffChange.objects.create(at=policy_now(), by=made_by, change="invited", roles=named)
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "link-issued"})
    return secret
