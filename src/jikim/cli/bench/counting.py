"""Counting flushes from outside the program: each connection and each `os.fsync` made meanwhile is watched."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

CHECKPOINT_FLUSHES = 2  # the log, then the file it is moved into
NEW_LOG_FLUSHES = 1  # the first commit into an empty log makes its beginning durable before the rest


@dataclass(slots=True)
class Flushes:
    """How often durable steps were waited for. SQLite's are counted by what it was asked: WAL, synchronous FULL."""

    count: int = 0
    connections: int = 0


@contextmanager
def counted_flushes() -> Iterator[Flushes]:
    """Count from here on, on connections opened inside; those stay watched as long as they are open."""
    found, connect, fsync = Flushes(), sqlite3.connect, os.fsync

    def watched(*words: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*words, **more)
        connection.set_trace_callback(_watcher(found))
        found.connections += 1
        return connection

    def flush(handle: int) -> None:
        found.count += 1
        fsync(handle)

    sqlite3.connect, os.fsync = watched, flush  # type: ignore[assignment]  # for this one measurement
    try:
        yield found
    finally:
        sqlite3.connect, os.fsync = connect, fsync


def _watcher(found: Flushes) -> Callable[[str], None]:
    """Count the commits of one connection that changed something; a commit of nothing flushes nothing."""
    changed, empty_log = False, True

    def watch(statement: str) -> None:
        nonlocal changed, empty_log
        word = statement.lstrip()[:24].upper()
        if word.startswith(("INSERT", "UPDATE", "DELETE")):
            changed = True
        elif word.startswith("COMMIT") and changed:
            found.count += 1 + NEW_LOG_FLUSHES * empty_log
            changed = empty_log = False
        elif word.startswith("PRAGMA WAL_CHECKPOINT"):
            found.count += CHECKPOINT_FLUSHES
            empty_log = True

    return watch
