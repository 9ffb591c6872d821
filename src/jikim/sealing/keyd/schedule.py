"""When what was asked for is carried out: a person's own request at once, the rest gathered for a minute."""

import time
from collections.abc import Callable
from threading import Lock

URGENT_SECONDS = 0.2  # a person's request takes effect within one second, the work included
GATHER_SECONDS = 60.0
RETRY_SECONDS = 30.0  # while a mirror is away, or after something went wrong


class Schedule:
    """The next instant at which destructions are to be carried out, on a clock that nobody sets."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._due_at: float | None = None
        self.is_asked = False  # somebody waits for what was not begun yet

    def ask(self, *, urgent: bool) -> None:
        """Something waits; what waits already is never put off by it."""
        self.is_asked = True
        self._at(URGENT_SECONDS if urgent else GATHER_SECONDS)

    def retry(self) -> None:
        """Something could not be finished and is to be tried again."""
        self._at(RETRY_SECONDS)

    def within(self, seconds: float) -> None:
        """Something is due by the calendar, in so many seconds."""
        self._at(seconds)

    def begun(self) -> None:
        """All that waits is being carried out from now on."""
        with self._lock:
            self._due_at, self.is_asked = None, False

    def seconds_left(self) -> float | None:
        """Return how long until something is due, 0 when it is, None when nothing waits."""
        with self._lock:
            return None if self._due_at is None else max(0.0, self._due_at - self._now())

    def _at(self, seconds: float) -> None:
        with self._lock:
            at = self._now() + seconds
            self._due_at = at if self._due_at is None else min(self._due_at, at)
