"""Saying yes to a list of destructions, and vouching for the clock. What counts as a yes is what the key daemon keeps.

Source: Standard Guideline art. 10(3), (4); Safety Measures Standard, annex (a second person for destruction).
"""

from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.actions import desk, journal
from jikim.clock import policy_now, policy_today, wall_now
from jikim.domain.approval import NotApproved, sign
from jikim.domain.passkey import Purpose
from jikim.domain.staff import StaffRole, Task
from jikim.queries import rails
from jikim.sealing.webauthn import Assertion
from jikim.store.live.models import ApprovalList, VouchedClock


def ask(digest: str, *, session_id: UUID) -> bytes:
    """Return the question that a passkey answers with a yes to this list; raises NotAtTheDesk, RoleMissing."""
    desk.signed_in(session_id, Task.APPROVE)
    return sealing.current().ask_passkey(Purpose.APPROVE, digest)


def approve(digest: str, answer: Assertion, *, session_id: UUID) -> int:
    """Sign the list that has this digest, as it was shown, and return how many people have.

    The key daemon checks the passkey's answer, keeps the yes and tells the journal; whose yes it is the passkey says.
    raises: NotAtTheDesk, RoleMissing, NotApproved (no such list waits, or this person signed it), AssertionRefused,
            KeyringUnavailable; nobody approved anything
    """
    person = desk.signed_in(session_id, Task.APPROVE)
    row = ApprovalList.objects.filter(digest=digest, ended_on=None).first()
    if row is None:
        raise NotApproved(f"no list {digest[:12]} waits", hint="open the page again: the list may have changed")
    roles = frozenset(map(StaffRole, person.roles))
    sign(rails.approval_of(row), digest, by=person.account_id, roles=roles, at=wall_now())
    return sealing.current().approve(digest, answer)


def vouch_for_clock(*, session_id: UUID) -> None:
    """Say that the clock is right, after it jumped or the machine stood still; the job goes on with its next round.

    raises: NotAtTheDesk, RoleMissing; nothing changed
    """
    with transaction.atomic("live"):
        officer = desk.signed_in(session_id, Task.HOLD)
        VouchedClock.objects.create(at=policy_now(), by=officer.account_id)
        journal.record("live", "clock", {"on": policy_today().isoformat()})
