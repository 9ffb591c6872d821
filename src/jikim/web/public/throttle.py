"""Counting wrong receipt codes from one connection, so that nobody can go through codes. Nothing of it is ever stored.

Addresses are counted as HMACs under a key that lives in this process only and is replaced with every window, so that
even the counters tell nobody who came.
"""

import hmac
import secrets
from collections import Counter
from threading import Lock

from jikim.clock import wall_now

MOST_WRONG = 20
WINDOW_MINUTES = 10


class WrongCodes:
    """The wrong codes of the present window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window, self._key, self._counts = -1, b"", Counter[bytes]()

    def too_many(self, address: str) -> bool:
        with self._lock:
            name = self._name(address)  # first: it may begin a new window, and with it new counts
            return self._counts[name] >= MOST_WRONG

    def count(self, address: str) -> None:
        with self._lock:
            name = self._name(address)
            self._counts[name] += 1

    def forget(self) -> None:
        """Begin a new window."""
        with self._lock:
            self._window = -1

    def _name(self, address: str) -> bytes:
        window = int(wall_now().timestamp()) // (WINDOW_MINUTES * 60)
        if window != self._window:
            self._window, self._key, self._counts = window, secrets.token_bytes(32), Counter()
        return hmac.digest(self._key, _network(address).encode(), "sha256")


def _network(address: str) -> str:
    """One household counts once: an IPv6 address by its first 64 bits."""
    return ":".join(address.split(":")[:4]) if ":" in address else address


wrong_codes = WrongCodes()
