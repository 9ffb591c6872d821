"""Journals to try things on: entries that are easy to tell apart, and an attacker's hand in the files."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from jikim.domain.journal import Leaf, Role
from jikim.sealing.journal import Journal, Pending, open_journal
from jikim.sealing.journal.log import DATABASE_FILE

AT = datetime(2026, 10, 5, 14, tzinfo=UTC)
ORIGIN = "example.kr/jikim-journal"
WORKER = Role.WORKER


def erased(values: int) -> Leaf:
    return Leaf("erase-rows", AT, {"on": "2026-10-05", "values": values})


def waiting(numbers: Iterable[int]) -> list[Pending]:
    """Return what a database has waiting: each entry counts as many values as its nonce says."""
    return [Pending(UUID(int=number), erased(number)) for number in numbers]


def filled(folder: Path) -> Path:
    """Leave a closed and published journal of forty entries in a folder."""
    log = open_journal(folder, ORIGIN)
    for number in range(1, 41):
        log.submit(WORKER, "live", waiting([number]))
    log.publish()
    log.close()
    return folder


def reopened(folder: Path) -> Journal:
    return open_journal(folder, ORIGIN)


def tamper(folder: Path, *statements: str) -> None:
    """Change the database as someone does who has the file: without triggers."""
    connection = sqlite3.connect(folder / DATABASE_FILE)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
