"""Accounts of the desk: made by an invitation, given and deprived of rights, ended. One account, one person.

Source: Safety Measures Standard arts. 5(1)-(5), 7(1). The name is sealed; of the password only a one-way hash is kept.
"""

import secrets
from collections.abc import Collection
from typing import TypeGuard
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction

from jikim import sealing
from jikim.actions import desk, journal, passkeys
from jikim.actions.desk import LinkRefused, NotAtTheDesk
from jikim.clock import policy_now, policy_today, wall_now
from jikim.domain.errors import Misused, Refused
from jikim.domain.staff import NAME_CHARS, PASSWORD_CHARS, StaffRole, Task
from jikim.queries.desk import ENDED, JOINING, WORKING, halfway
from jikim.queries.row_seals import seal_of, stands
from jikim.queries.staff import place_of_name
from jikim.sealing.codes import ALPHABET, token_digest
from jikim.sealing.keyring import SealRequest
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskLink, DeskSession, LeftKey, StaffAccount, StaffChange

GROUP, GROUPS = 4, 2  # letters of an account name: 40 random bits, so that nobody guesses who works here


class LastOfficer(Refused):
    """Nobody would be left who may invite; nothing changed."""


def join(link: str, *, name: str, password: str) -> str:
    """Begin an account with an invitation; it works, and the link is dead, once a second factor stands beside it.

    returns: the token of a session that is halfway in
    raises:  LinkRefused, Misused (an empty or overlong name, a password too short or too long); nothing was made
    """
    _refuse_words(name, password)
    hashed = make_password(password)
    with transaction.atomic("live"):
        digest = token_digest(Use.LINK_TOKEN, link)
        row = DeskLink.objects.select_for_update().filter(link_hash=digest, used_at=None).first()
        if row is None or not stands(row) or not row.roles or row.usable_until <= wall_now():
            raise _refused()
        row.account_id = row.account_id or uuid4()
        row.seal = seal_of(row)
        row.save(update_fields=["account_id", "seal"])
        _begin_account(row.account_id, row.roles, name.strip(), hashed)
        return desk.begin(row.account_id)


def finish_joining(halfway_token: str) -> str:
    """Put an account to work, now that its second factor stands; returns the token of the session it opens.

    raises: NotAtTheDesk; nothing changed
    """
    with transaction.atomic("live"):
        found = halfway(halfway_token)
        link = DeskLink.objects.filter(account_id=found.account_id, used_at=None).first() if found else None
        row = StaffAccount.objects.filter(id=found.account_id, state=JOINING).first() if found else None
        if found is None or not _is_good(link) or row is None or not stands(row):
            raise NotAtTheDesk("this account was not begun here, or too long ago", hint="open the invitation again")
        row.state = WORKING
        row.seal = seal_of(row)
        row.save(update_fields=["state", "seal"])
        link.used_at = wall_now()
        link.seal = seal_of(link)
        link.save(update_fields=["used_at", "seal"])
        _note(found.account_id, found.account_id, "joined", link.roles)
        return desk.let_in(halfway_token)


def change_roles(account_id: UUID, roles: Collection[StaffRole], *, session_id: UUID) -> None:
    """Give an account other roles; they count from its next page.

    raises: NotAtTheDesk, RoleMissing, LastOfficer, Misused; nothing changed
    """
    with transaction.atomic("live"):
        officer = desk.signed_in(session_id, Task.INVITE)
        row = _at_work(account_id)
        if not stands(row):
            raise Misused(f"the account {account_id} does not bear the desk's seal", hint="end it and invite anew")
        if not roles:
            raise Misused("an account without a role", hint="end the account instead")
        if StaffRole.OFFICER not in roles:
            _refuse_last_officer(account_id)
        row.roles = sorted(roles)
        row.seal = seal_of(row)
        row.save(update_fields=["roles", "seal"])
        if StaffRole.APPROVER not in roles:
            passkeys.retire_all(account_id)
        _note(officer.account_id, account_id, "roles", row.roles)


def end(account_id: UUID, *, session_id: UUID) -> None:
    """End an account and every session of it at once; its name and its secrets go to be destroyed.

    raises: NotAtTheDesk, RoleMissing, LastOfficer, Misused; nothing changed
    """
    with transaction.atomic("live"):
        officer = desk.signed_in(session_id, Task.INVITE)
        row = _at_work(account_id)
        _refuse_last_officer(account_id)
        if row.name_kid is not None:
            leave_keys([row.name_kid])
        row.state, row.ended_at, row.password = ENDED, policy_now(), ""
        row.name_kid, row.name_envelope = None, b""
        row.seal = seal_of(row)  # whatever it bore: an ended account has no power, and none leads back from there
        row.save()
        passkeys.retire_all(account_id)
        DeskSession.objects.filter(account_id=account_id, ended_at=None).update(ended_at=wall_now())
        _note(officer.account_id, account_id, "ended", [])
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "signed-out"})


def use_step(account_id: UUID, step: int) -> bool:
    """Take a time step's code once; False when it, or a later one, was taken already."""
    return bool(StaffAccount.objects.filter(id=account_id, totp_step__lt=step).update(totp_step=step))


def leave_keys(kids: Collection[int]) -> None:
    """Note keys that nothing needs any more; the worker, who alone may, has them destroyed."""
    LeftKey.objects.bulk_create([LeftKey(kid=kid, left_on=policy_today()) for kid in kids], ignore_conflicts=True)


def _refuse_words(name: str, password: str) -> None:
    if not 0 < len(name.strip()) <= NAME_CHARS:
        raise Misused("the name is empty or too long", hint=f"write between 1 and {NAME_CHARS} characters")
    refuse_password(password)


def refuse_password(password: str) -> None:
    """Refuse a password that is too short or too long; raises Misused."""
    least, most = PASSWORD_CHARS
    if not least <= len(password) <= most:
        raise Misused("the password is too short or too long", hint=f"write between {least} and {most} characters")


def _begin_account(account_id: UUID, roles: list[str], name: str, hashed: str) -> None:
    """Write an unfinished account; what an earlier visit by the same link left is replaced. Raises LinkRefused."""
    row = StaffAccount.objects.select_for_update().filter(id=account_id).first()
    if row is None:
        row = StaffAccount(id=account_id, username=_drawn(), state=JOINING, made_at=policy_now())
    elif row.state != JOINING or not stands(row):
        raise _refused()
    (sealed,) = sealing.current().seal([SealRequest(place_of_name(account_id), name.encode())])
    leave_keys([] if row.name_kid is None else [row.name_kid])
    DeskSession.objects.filter(account_id=account_id).delete()
    row.password, row.roles = hashed, roles
    row.name_kid, row.name_envelope = sealed.kid, sealed.envelope
    row.seal = seal_of(row)
    row.save()


def _is_good(link: DeskLink | None) -> TypeGuard[DeskLink]:
    return link is not None and stands(link) and link.usable_until > wall_now()


def _refused() -> LinkRefused:
    return LinkRefused("this link was used, is too old, or is not ours", hint="ask for a new one")


def _at_work(account_id: UUID) -> StaffAccount:
    row = StaffAccount.objects.select_for_update().filter(id=account_id, state=WORKING).first()
    if row is None:
        raise Misused(f"there is no account {account_id} at work", hint="take it from the page of people")
    return row


def _refuse_last_officer(account_id: UUID) -> None:
    others = StaffAccount.objects.select_for_update().filter(state=WORKING).exclude(id=account_id)
    if not any(StaffRole.OFFICER in row.roles for row in others):
        raise LastOfficer("nobody else here is the privacy officer", hint="give somebody else that role first")


def _note(by: UUID, account_id: UUID, change: str, roles: list[str]) -> None:
    StaffChange.objects.create(at=policy_now(), by=by, account_id=account_id, change=change, roles=roles)


def _drawn() -> str:
    letters = ["".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)]
    return "-".join(letters).lower()
