"""Proof of the words a form was served with: a signed token, so that a consent always means one exact text.

Source: PIPA arts. 15(2), 22; Decree art. 17. The token names the notice by digest and the policy by number. It is not a
secret and holds nothing about the person; after its time, or under a newer policy, the person is shown the words again.

Each form also has a random name of its own, and the receipt code is drawn from it under the installation's secret. So a
form that is sent twice, by a reload or an impatient hand, is stored once and gets the same receipt; the name itself is
never kept, and without it nobody can draw the code again.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core import signing
from django.utils.crypto import salted_hmac

from jikim.language.notice import Notice
from jikim.sealing.codes import code_of

LIFE = timedelta(hours=2)
SALT = "jikim/served-notice/1"
CODE_SALT = "jikim/receipt-of-form/1"


class Standing(StrEnum):
    CURRENT = "current"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNPROVEN = "unproven"  # missing, damaged or made elsewhere


@dataclass(frozen=True, slots=True)
class Served:
    """What stood on the page, and when it was served (seconds since 1970, of the wall clock)."""

    collection: str
    language: str
    policy_number: int
    notice_sha256: str
    at: int
    form: str  # the random name of this one form


def serve(collection: str, language: str, policy_number: int, notice: Notice, now: datetime) -> str:
    """Return the token to put beside the consent."""
    served = Served(collection, language, policy_number, notice.sha256, int(now.timestamp()), secrets.token_urlsafe(16))
    return signing.Signer(salt=SALT).sign_object(asdict(served))


def read(token: str) -> Served | None:
    """Return what a token proves, or None when it proves nothing."""
    try:
        return Served(**signing.Signer(salt=SALT).unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def name_of(token: str) -> str:
    """Return the random name of a form; "" for a token that proves nothing."""
    proof = read(token)
    return proof.form if proof else ""


def code(served: Served) -> str:
    """Return the receipt code of whatever this one form is sent with."""
    return code_of(salted_hmac(CODE_SALT, served.form, algorithm="sha256").digest())


def is_fresh(served: Served, now: datetime) -> bool:
    return 0 <= now.timestamp() - served.at < LIFE.total_seconds()


def standing(served: Served | None, policy_number: int, notice: Notice, now: datetime) -> Standing:
    """Hold a token against the words in force now."""
    if served is None:
        return Standing.UNPROVEN
    if (served.policy_number, served.notice_sha256) != (policy_number, notice.sha256):
        return Standing.SUPERSEDED
    return Standing.CURRENT if is_fresh(served, now) else Standing.EXPIRED
