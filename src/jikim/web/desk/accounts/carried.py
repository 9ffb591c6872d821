"""What an account signs in with beside its password: shown, taken away when it was lost, never the last of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from jikim import sealing
from jikim.actions.own_account import factor_changed
from jikim.domain.errors import Refused
from jikim.sealing.webauthn import passkey_id
from jikim.web.desk.accounts import codes

Kind = Authenticator.Type
GONE = {Kind.WEBAUTHN.value: "passkey-gone", Kind.TOTP.value: "app-gone"}


class LastFactor(Refused):
    """Nothing would be left to sign in with; nothing was taken away."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One second factor."""

    id: int
    is_passkey: bool
    since: datetime
    used_at: datetime | None


def factors_of(account_id: UUID) -> tuple[Carried, ...]:
    """Return an account's app and passkeys, the oldest first; also rows that the desk did not write."""
    rows = Authenticator.objects.filter(user_id=account_id, type__in=GONE).order_by("created_at", "id")
    return tuple(Carried(row.pk, row.type == Kind.WEBAUTHN, row.created_at, row.last_used_at) for row in rows)


def take_away(account_id: UUID, factor: int, *, session_id: UUID) -> bool:
    """Take a second factor away: one's own, or as the officer anybody's; False when there is no such one.

    What approves with it stops, too. raises: LastFactor, NotAtTheDesk, RoleMissing; nothing was taken away
    """
    row = Authenticator.objects.filter(user_id=account_id, pk=factor, type__in=GONE).first()
    if row is None:
        return False
    left = Authenticator.objects.filter(user_id=account_id, type__in=GONE).exclude(pk=factor)
    if not left.exists() and not codes.recovery_codes_left(account_id):
        raise LastFactor("this is the last second factor", hint="set up another first; or end the account, and invite")
    with transaction.atomic("live"):
        factor_changed(account_id, GONE[row.type], session_id=session_id)
        if row.type == Kind.TOTP:
            codes.forget(account_id, Kind.TOTP)
            return True
        approving = _number_of(row)
        row.delete()
        sealing.current().retire_passkeys(account_id, approving)
    return True


def _number_of(row: Authenticator) -> UUID | None:
    """Return the number under which the key daemon may know a passkey; None, which is all of them, if it is no such."""
    try:
        return passkey_id(row.wrap().authenticator_data.credential_data.credential_id)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None
