"""The processes of a running house, found by the words that started them."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import Served


def of(served: Served, words: str) -> list[int]:
    """Return the public side's processes ("granian"; the desk's port is another), or those of another module."""
    port = served.url.rpartition(":")[2]
    wanted = {words, port} if words == "granian" else {words}
    return [pid for pid in below(served.process.pid) if wanted <= set(_command(pid))]


def below(pid: int) -> list[int]:
    """Return everything that a process started, directly or not."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, children) for one in (child, *below(child))]


@contextmanager
def signalled(served: Served, words: str, first: signal.Signals, then: signal.Signals) -> Iterator[None]:
    """Send processes one signal, and another in the end."""
    found = of(served, words)
    assert found, f"nothing runs {words}"
    for pid in found:
        os.kill(pid, first)
    try:
        yield
    finally:
        for pid in found:
            os.kill(pid, then)


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
