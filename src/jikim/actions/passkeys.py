"""Letting passkeys approve destructions: one's own, which then wait; another's, by vouching; and taking that away.

The key daemon keeps them and tells the journal. The change of rights is noted like any other.

Source: Safety Measures Standard arts. 5(1)-(3), 6(1); Standard Guideline art. 10(3).
"""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from jikim import sealing
from jikim.actions import desk
from jikim.clock import policy_now
from jikim.domain.errors import Misused
from jikim.domain.passkey import Passkey, Purpose
from jikim.domain.staff import RoleMissing, Task, may
from jikim.queries import approvers
from jikim.queries.desk import DeskSession
from jikim.sealing.errors import UnknownFormat
from jikim.sealing.webauthn import Assertion
from jikim.store.live.models import StaffChange


def let_approve(attested: Iterable[bytes], *, session_id: UUID) -> int:
    """Let passkeys of whoever asks approve, after the time of waiting; returns how many are new.

    attested: each as its authenticator attested it; what is none, was retired a moment ago or is one too many is left
    raises:   NotAtTheDesk, RoleMissing, KeyringUnavailable
    """
    person = desk.signed_in(session_id, Task.APPROVE)
    before = {one.id for one in approvers.passkeys()}
    now: set[UUID] = set()
    for one in attested:
        with suppress(Misused, UnknownFormat):
            now.add(sealing.current().enroll_passkey(person.account_id, one).id)
    for _ in now - before:
        _note(person.account_id, person.account_id, "passkey")
    return len(now - before)


def ask_to_vouch(passkey_id: UUID, *, session_id: UUID) -> bytes:
    """Return the question whose answer vouches for a passkey; raises NotAtTheDesk, RoleMissing."""
    desk.signed_in(session_id, Task.APPROVE)
    return sealing.current().ask_passkey(Purpose.VOUCH, passkey_id.hex)


def vouch(passkey_id: UUID, answer: Assertion, *, session_id: UUID) -> None:
    """Let a new passkey count at once.

    raises: NotAtTheDesk, RoleMissing, AssertionRefused, Misused; it waits as before
    """
    person = desk.signed_in(session_id, Task.APPROVE)
    found = sealing.current().vouch(passkey_id, answer)
    _note(person.account_id, found.account_id, "vouched")


def retire(passkey_id: UUID, *, session_id: UUID) -> None:
    """Let a passkey approve nothing any more: one's own, or as the officer anybody's.

    raises: NotAtTheDesk, RoleMissing, Misused; nothing changed
    """
    person = desk.signed_in(session_id, Task.LOOK)
    found = next((one for one in approvers.passkeys() if one.id == passkey_id), None)
    if found is None:
        raise Misused("there is no such passkey", hint="load the page again")
    if not _may_retire(person, found):
        raise RoleMissing("this passkey is somebody else's", hint="ask the privacy officer")
    if sealing.current().retire_passkeys(found.account_id, found.id):
        _note(person.account_id, found.account_id, "passkey-end")


def retire_all(account_id: UUID) -> None:
    """Let no passkey of an account approve any more: its role or the account itself ends."""
    sealing.current().retire_passkeys(account_id)


def _may_retire(person: DeskSession, passkey: Passkey) -> bool:
    return passkey.account_id == person.account_id or may(person.roles, Task.INVITE)


def _note(by: UUID, account_id: UUID, change: str) -> None:
    StaffChange.objects.create(at=policy_now(), by=by, account_id=account_id, change=change, roles=[])
