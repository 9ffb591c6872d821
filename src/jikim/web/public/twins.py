"""A form that comes twice at the same time: the second one waits a moment for what the first became."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
ATTEMPTS, SECONDS = 10, 0.1


def awaited(find: Callable[[], T | None]) -> T | None:
    """Return what is found within a second, None when nothing is."""
    for _attempt in range(ATTEMPTS):
        if found := find():
            return found
        time.sleep(SECONDS)
    return None
