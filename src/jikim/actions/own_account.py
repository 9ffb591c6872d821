"""Changing what one signs in with: the password, and second factors. Other browsers are signed out by it.

Source: Safety Measures Standard arts. 5(3), 5(5), 5(6), 6(1).
"""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from jikim.actions import desk, entry
from jikim.actions.staff import refuse_password
from jikim.clock import policy_now, wall_now
from jikim.domain.staff import Task
from jikim.queries.row_seals import seal_of, stands
from jikim.store.live.models import DeskSession, StaffAccount, StaffChange


def change_password(old: str, new: str, *, session_id: UUID, source: str) -> None:
    """Give the account another password; every other session of it ends.

    Wrong guesses at the old one shut the same doors as at the entrance. source: as for `entry.knock`
    raises: NotAtTheDesk, Misused (too short or too long), EntryShut, EntryRefused; nothing changed
    """
    person = desk.signed_in(session_id, Task.LOOK)
    refuse_password(new)
    row = StaffAccount.objects.get(id=person.account_id)
    entry.refuse_shut(row.username, source)
    if not check_password(old, row.password):
        entry.count_wrong(row.username, source)
        raise entry.EntryRefused("the old password is not right", hint="type it again")
    hashed = make_password(new)  # takes long, so outside the transaction
    with transaction.atomic("live"):
        row = StaffAccount.objects.select_for_update().get(id=person.account_id)
        if not stands(row):
            raise desk.NotAtTheDesk("this account does not bear the desk's seal", hint="ask for an invitation")
        row.password = hashed
        row.seal = seal_of(row)
        row.save(update_fields=["password", "seal"])
        _end_others(person.account_id, session_id)
        _note(person.account_id, person.account_id, "password")


def factor_changed(account_id: UUID, change: str, *, session_id: UUID) -> None:
    """Note that a second factor came or went, and end the account's other sessions.

    change: app | recovery | passkey-gone | app-gone, told by whoever changed it: the account itself, or the officer
    raises: NotAtTheDesk, RoleMissing
    """
    person = desk.signed_in(session_id, Task.LOOK)
    if account_id != person.account_id:
        person = desk.signed_in(session_id, Task.INVITE)
    with transaction.atomic("live"):
        _end_others(account_id, session_id)
        _note(person.account_id, account_id, change)


def _end_others(account_id: UUID, session_id: UUID) -> None:
    others = DeskSession.objects.filter(account_id=account_id, ended_at=None).exclude(id=session_id)
    others.update(ended_at=wall_now())


def _note(by: UUID, account_id: UUID, change: str) -> None:
    StaffChange.objects.create(at=policy_now(), by=by, account_id=account_id, change=change, roles=[])
