"""Seals over rows of a database that others can write to, and keyed digests of tokens: both need the desk's secret.

Each use has a key of its own, drawn from the installation's secret, which the public process is never given. A row made
or changed without it opens nothing. What was refused is counted here until somebody who may tells the journal.
"""

import hmac
from collections import Counter
from enum import StrEnum
from threading import Lock

from jikim import environment
from jikim.sealing.primitives import length_prefixed

KEY = b"jikim/row-key/1\0"


class Use(StrEnum):
    """What a key is for; the word is part of the key."""

    LINK_TOKEN = "link-token"  # noqa: S105 - the name of a use
    SESSION_TOKEN = "session-token"  # noqa: S105 - as above
    LINK = "link"
    SESSION = "session"
    ACCOUNT = "account"
    FACTOR = "factor"


class Broken:
    """How many rows did not bear their seal, and were not yet told of."""

    def __init__(self) -> None:
        self._lock, self._counts = Lock(), Counter[Use]()

    def count(self, use: Use, times: int = 1) -> None:
        with self._lock:
            self._counts[use] += times

    def take(self) -> dict[Use, int]:
        """Return the counts and begin anew."""
        with self._lock:
            taken = dict(self._counts)
            self._counts.clear()
            return taken


broken = Broken()


def keyed_digest(use: Use, words: str) -> str:
    """Return 64 letters that nobody can make without the secret."""
    key = hmac.digest(environment.secret_key().encode(), KEY + use.encode(), "sha256")
    return hmac.digest(key, length_prefixed(words.encode()), "sha256").hex()


def stands(use: Use, words: str, claimed: str) -> bool:
    """Say in constant time whether a row bears the seal of its facts; one that does not is counted."""
    if hmac.compare_digest(keyed_digest(use, words).encode(), claimed.encode(errors="replace")):
        return True
    broken.count(use)
    return False
