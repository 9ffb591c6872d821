"""A form for more words, served to somebody who proved whose record it is: taken once, however often it is sent.

The message's id is drawn from the form's random name, so that a reload or a second click finds what the first made.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from jikim.web.public.served import LIFE

SALT = "jikim/more-words/1"
ID_SALT = "jikim/message-of-form/1"


@dataclass(frozen=True, slots=True)
class Once:
    """One form: for which record, when it was served (seconds since 1970, of the wall clock), and its random name."""

    record: str
    at: int
    form: str

    @property
    def message_id(self) -> UUID:
        return UUID(bytes=salted_hmac(ID_SALT, self.form, algorithm="sha256").digest()[:16], version=4)

    def is_good(self, record_id: UUID, now: datetime) -> bool:
        return self.record == record_id.hex and self.is_fresh(now)

    def is_fresh(self, now: datetime) -> bool:
        return 0 <= now.timestamp() - self.at < LIFE.total_seconds()


def serve(record_id: UUID, now: datetime) -> str:
    """Return the token to put into the form."""
    once = Once(record_id.hex, int(now.timestamp()), secrets.token_urlsafe(16))
    return signing.Signer(salt=SALT).sign_object(asdict(once))


def name_of(token: str) -> str:
    """Return the random name of a form; "" for a token that is none of ours."""
    once = read(token)
    return once.form if once else ""


def read(token: str) -> Once | None:
    """Return what a token says, or None when it is none of ours."""
    try:
        return Once(**signing.Signer(salt=SALT).unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None
