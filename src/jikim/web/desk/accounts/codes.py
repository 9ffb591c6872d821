"""Codes as a second factor: those an authenticator app shows by the half minute, and recovery codes for its loss.

Secrets are sealed (adapter.py). A code counts once, which the account's row says and no cache could.
"""

from dataclasses import dataclass, field
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import signing
from django.db import transaction
from qrcode.main import QRCode

from jikim.actions import staff
from jikim.web.desk.accounts import factors
from jikim.web.desk.accounts.adapter import kid_of, secrets_of, user

Kind = Authenticator.Type
MINUTES = 10  # to set a second factor up, as long as its sign-in may stand halfway


@dataclass(frozen=True, slots=True)
class Setup:
    """A new authenticator secret: in letters, as a picture's path, and signed, to come back with the first code."""

    secret: str = field(repr=False)
    path: str = field(repr=False)
    side: int
    signed: str = field(repr=False)


def new_setup(account_id: UUID, session_id: UUID) -> Setup:
    """Draw a secret; nothing of it is kept until a code proves that an app has it."""
    return _setup(account_id, session_id, totp.generate_totp_secret())


def read_setup(account_id: UUID, session_id: UUID, signed: str) -> Setup | None:
    """Return the setup a form brings back; None when it is another's, altered or too old."""
    try:
        secret = signing.loads(signed, salt=_salt(session_id), max_age=MINUTES * 60)
    except signing.BadSignature:
        return None
    return _setup(account_id, session_id, str(secret))


def activate(account_id: UUID, setup: Setup, code: str) -> bool:
    """Keep the secret, sealed, if the code is one of it; False otherwise, and nothing is kept."""
    if not _fits(account_id, setup.secret, code):
        return False
    with secrets_of(account_id), transaction.atomic("live"):
        forget(account_id, Kind.TOTP)
        data = {"secret": get_adapter().encrypt(setup.secret)}
        factors.keep(Authenticator(user_id=account_id, type=Kind.TOTP, data=data))
    return True


def check(account_id: UUID, code: str) -> bool:
    """Say whether this is a code of the account's app, or an unused recovery code; either is used up by it."""
    return _check_totp(account_id, code) or _check_recovery(account_id, code)


def new_recovery_codes(account_id: UUID) -> list[str]:
    """Draw new recovery codes in the place of the old ones; they are shown once."""
    with secrets_of(account_id), transaction.atomic("live"):
        forget(account_id, Kind.RECOVERY_CODES)
        data = {"seed": get_adapter().encrypt(RecoveryCodes.generate_seed()), "used_mask": 0}
        row = Authenticator(user_id=account_id, type=Kind.RECOVERY_CODES, data=data)
        factors.keep(row)
        codes: list[str] = RecoveryCodes(row).generate_codes()
    return [f"{code[:4]} {code[4:]}" for code in codes]


def recovery_codes_left(account_id: UUID) -> int:
    """Return how many recovery codes are unused; nothing is opened for it."""
    row = Authenticator.objects.filter(user_id=account_id, type=Kind.RECOVERY_CODES).first()
    return 0 if row is None else app_settings.RECOVERY_CODE_COUNT - int(row.data["used_mask"]).bit_count()


def forget(account_id: UUID, *kinds: str) -> None:
    """Take second factors of some kinds away; their keys go to be destroyed."""
    rows = Authenticator.objects.filter(user_id=account_id, type__in=kinds)
    words = [row.data[name] for row in rows for name in ("secret", "seed") if name in row.data]
    staff.leave_keys([kid_of(word) for word in words])
    rows.delete()


def forget_all(account_id: UUID) -> None:
    """Take every second factor of an ended account away."""
    forget(account_id, *Kind.values)


def _setup(account_id: UUID, session_id: UUID, secret: str) -> Setup:
    picture = QRCode(border=2)
    picture.add_data(get_adapter().build_totp_url(user(account_id), secret))
    rows = picture.get_matrix()
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Setup(secret, dots, len(rows), signing.dumps(secret, salt=_salt(session_id)))


def _check_totp(account_id: UUID, code: str) -> bool:
    rows = factors.own(account_id, Kind.TOTP)
    if not rows:
        return False
    with secrets_of(account_id):
        secret = get_adapter().decrypt(rows[0].data["secret"])
    return _fits(account_id, secret, code)


def _fits(account_id: UUID, secret: str, code: str) -> bool:
    """Compare with each time step in turn, all of them; the one that fits is taken once."""
    steps = list(totp.yield_hotp_counters_from_time())
    fitting = [s for s in steps if compare_user_code(actual=code, expected=_said(secret, s))]
    return bool(fitting) and staff.use_step(account_id, fitting[-1])


def _said(secret: str, step: int) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


def _check_recovery(account_id: UUID, code: str) -> bool:
    with secrets_of(account_id), transaction.atomic("live"):
        rows = factors.own(account_id, Kind.RECOVERY_CODES, lock=True)
        if not rows:
            return False
        row = rows[0]
        codes = RecoveryCodes(row).generate_codes()
        fitting = [n for n, expected in enumerate(codes) if compare_user_code(actual=code, expected=expected)]
        if not fitting or row.data["used_mask"] & 1 << fitting[0]:
            return False
        row.data["used_mask"] |= 1 << fitting[0]
        row.record_usage()
        factors.keep(row)
        return True


def _salt(session_id: UUID) -> str:
    return f"jikim.desk.totp.{session_id}"
