"""What an authenticator app shows; apart from accounts, so that a test of programs needs no Django for it."""

import hmac
import time
from base64 import b32decode


def code_of(secret: str, *, ahead: int = 0) -> str:
    """Return the code of a key at this half minute, or some half minutes ahead of it, by RFC 6238."""
    step = int(time.time()) // 30 + ahead
    digest = hmac.digest(b32decode(secret), step.to_bytes(8), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"
