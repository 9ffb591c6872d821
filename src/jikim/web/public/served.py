"""Proof of the words a form was served with: a signed token, so that a consent always means one exact text.

Source: PIPA arts. 15(2), 22; Decree art. 17. The token names the notice by digest and the policy by number. It is not a
secret and holds nothing about the person; after its time, or under a newer policy, the person is shown the words again.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core import signing

from jikim.language.notice import Notice

LIFE = timedelta(hours=2)
SALT = "jikim/served-notice/1"


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


def serve(collection: str, language: str, policy_number: int, notice: Notice, now: datetime) -> str:
    """Return the token to put beside the consent."""
    served = Served(collection, language, policy_number, notice.sha256, int(now.timestamp()))
    return signing.Signer(salt=SALT).sign_object(asdict(served))


def read(token: str) -> Served | None:
    """Return what a token proves, or None when it proves nothing."""
    try:
        return Served(**signing.Signer(salt=SALT).unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def standing(served: Served | None, policy_number: int, notice: Notice, now: datetime) -> Standing:
    """Hold a token against the words in force now."""
    if served is None:
        return Standing.UNPROVEN
    if (served.policy_number, served.notice_sha256) != (policy_number, notice.sha256):
        return Standing.SUPERSEDED
    age = now.timestamp() - served.at
    return Standing.CURRENT if 0 <= age < LIFE.total_seconds() else Standing.EXPIRED
