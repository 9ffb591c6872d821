"""Counting per source: wrong receipt codes, forms sent, bytes of files that wait. Nothing of it is ever stored.

Sources are counted as HMACs under the key of the day, which the key daemon effaces with the first destruction after
that day; the counters themselves live in this process and go with the day. Source: Privacy Policy, "Safety".
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

from jikim import sealing
from jikim.clock import wall_now
from jikim.domain.period import legal_day

MOST_SOURCES = 20_000  # counted at once; then those whose window is over are dropped, and if need be the oldest
A_WINDOW = {"wrong codes": timedelta(minutes=10), "forms": timedelta(hours=1), "waiting": timedelta(minutes=30)}
MOST_WRONG = 20
MOST_SENT = 10  # forms that nobody's browser worked for
MOST_WAITING_BYTES = 128 * 1024 * 1024  # of files that wait for forms which had to be shown again
MOST_WORKED = 60  # forms with a proof of work: an office behind one address may send many


@dataclass(slots=True)
class _Window:
    ends: float
    count: int = 0


class Names:
    """What stands in the counters for a source: an HMAC under the key of the day."""

    def __init__(self, key_of: Callable[[date], bytes] | None = None) -> None:
        """Take where keys come from: the keyring, unless something else is named."""
        self._key_of = key_of or (lambda day: sealing.current().daily_key(day).reveal())
        self._lock = Lock()
        self._day, self._key = date.min, b""

    def name(self, source: str) -> bytes:
        """Return today's name of a source; raises what the keyring raises."""
        with self._lock:
            today = legal_day(wall_now())
            if today != self._day:
                self._key = self._key_of(today)
                self._day = today
            return hmac.digest(self._key, source.encode(), "sha256")

    def forget(self) -> None:
        """Ask for the key again."""
        with self._lock:
            self._day = date.min


class Counters:
    """How often each source did something in its present window, which begins with the first time."""

    def __init__(self, window: timedelta, names: Names) -> None:
        self._seconds, self._names, self._lock = window.total_seconds(), names, Lock()
        self._windows: dict[bytes, _Window] = {}

    def wait_minutes(self, source: str, most: int) -> int:
        """Return for how many minutes a source has to wait; 0 when it may go on."""
        name, now = self._names.name(source), wall_now().timestamp()
        with self._lock:
            window = self._windows.get(name)
            if window is None or window.ends <= now or window.count < most:
                return 0
            return max(1, -int(-(window.ends - now) // 60))

    def count(self, source: str, much: int = 1) -> None:
        name, now = self._names.name(source), wall_now().timestamp()
        with self._lock:
            window = self._windows.get(name)
            if window is None or window.ends <= now:
                self._make_room(now)
                window = self._windows[name] = _Window(now + self._seconds)
            window.count += much

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._windows = {}

    def _make_room(self, now: float) -> None:
        if len(self._windows) >= MOST_SOURCES:
            self._windows = {name: window for name, window in self._windows.items() if window.ends > now}
        while len(self._windows) >= MOST_SOURCES:
            del self._windows[next(iter(self._windows))]


names = Names()
wrong_codes = Counters(A_WINDOW["wrong codes"], names)
sent_forms = Counters(A_WINDOW["forms"], names)
waiting_bytes = Counters(A_WINDOW["waiting"], names)


def forget() -> None:
    """Begin anew in all, as after a start."""
    for what in (names, wrong_codes, sent_forms, waiting_bytes):
        what.forget()
