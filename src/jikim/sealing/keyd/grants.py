"""Tokens by which a person who proved to be one comes back: a grant for half an hour, a link for a day.

Nobody keeps them: what they say is vouched for by the key daemon's own key, so that another process cannot make one.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import timedelta
from enum import IntEnum
from hmac import compare_digest
from uuid import UUID

from jikim import clock
from jikim.sealing.errors import GrantRefused
from jikim.sealing.formats import GRANT
from jikim.sealing.keyd.own import GRANTS, OwnKeys
from jikim.sealing.primitives import DIGEST_BYTES, length_prefixed, mac

MOST_RECORDS = 64
HEAD_BYTES = 1 + 8


class Kind(IntEnum):
    """What a token is for."""

    GRANT = 1
    LINK = 2


LIVES = {Kind.GRANT: timedelta(minutes=30), Kind.LINK: timedelta(hours=24)}


class Grants:
    """Makes tokens and reads them back."""

    def __init__(self, own: OwnKeys) -> None:
        self._own = own

    def make(self, kind: Kind, records: Iterable[UUID]) -> str:
        """Return a token for records, good until its time is over."""
        chosen = list(dict.fromkeys(records))[:MOST_RECORDS]
        ends = int((clock.wall_now() + LIVES[kind]).timestamp())
        body = bytes([kind]) + ends.to_bytes(8, "big") + b"".join(record.bytes for record in chosen)
        return base64.urlsafe_b64encode(body + self._mac(body)).rstrip(b"=").decode("ascii")

    def read(self, kind: Kind, token: str) -> tuple[UUID, ...]:
        """Return the records a token is for; raises GrantRefused."""
        body = self._vouched(token)
        if body[0] != kind:
            raise _refused("is for another use")
        left = int.from_bytes(body[1:HEAD_BYTES], "big") - int(clock.wall_now().timestamp())
        if not 0 < left <= LIVES[kind].total_seconds():  # a clock that was set back makes no grant longer
            raise _refused("has run out")
        return tuple(UUID(bytes=body[at : at + 16]) for at in range(HEAD_BYTES, len(body), 16))

    def refuse_without(self, token: str, records: Iterable[UUID]) -> None:
        """Refuse work on records that a grant is not for; raises GrantRefused."""
        granted = self.read(Kind.GRANT, token)
        if not set(records) <= set(granted):
            raise _refused("is for another record")

    def _vouched(self, token: str) -> bytes:
        try:
            words = token.encode("ascii")
            whole = base64.b64decode(words + b"=" * (-len(words) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            whole = b""
        if base64.urlsafe_b64encode(whole).rstrip(b"=").decode("ascii") != token:
            raise _refused("is none of ours")
        body, claimed = whole[:-DIGEST_BYTES], whole[-DIGEST_BYTES:]
        if len(body) < HEAD_BYTES + 16 or (len(body) - HEAD_BYTES) % 16:
            raise _refused("is none of ours")
        if not compare_digest(self._mac(body), claimed):
            raise _refused("is none of ours")
        return body

    def _mac(self, body: bytes) -> bytes:
        return mac(self._own.mac_key(GRANTS), length_prefixed(GRANT, body))


def _refused(why: str) -> GrantRefused:
    return GrantRefused(f"the grant {why}", hint="enter the receipt code again, or ask for a new link")
