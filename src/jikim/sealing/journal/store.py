"""The journal's SQLite file: entries, the hashes over them, a signed checkpoint for every commit. It only grows.

Triggers refuse changes by mistake. Changes by intent are found by hashes, signatures and checkpoints kept elsewhere.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jikim.domain.merkle import leaf_hash, node_hash
from jikim.environment.files import identity
from jikim.sealing.journal import reader
from jikim.sealing.journal.errors import JournalAltered, JournalUnavailable

BUSY_MS = 10_000
KEPT_EVERY = reader.LEVELS  # a kept hash stands for 16 below it, so that the file stays near the size of its entries
SETTINGS = {"journal_mode": "wal", "synchronous": 2, "temp_store": 2}
TABLES = """
CREATE TABLE IF NOT EXISTS leaf (
    i INTEGER PRIMARY KEY CHECK (i >= 0),
    source TEXT NOT NULL,
    once TEXT NOT NULL,
    role TEXT NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (source, once)
) STRICT;
CREATE TABLE IF NOT EXISTS node (
    level INTEGER NOT NULL,
    i INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, i)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
"""
FROZEN = "".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;\n"
    for table in ("leaf", "node", "checkpoint")
    for verb in ("UPDATE", "DELETE")
)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with its place: index, and where it came from."""

    index: int
    source: str  # database, or keyd
    once: str  # what makes it one entry within its source, however often it is sent
    role: str
    data: bytes


class Store:
    """One connection, any number of threads, one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection = _connect(path)
        self._file = identity(path)

    @contextmanager
    def still(self) -> Iterator["Store"]:
        """Give the journal as it is now, for more than one question; others may add to it meanwhile."""
        self._refuse_another_file()
        now = Store(self.path)
        try:
            with now._using() as connection:
                connection.execute("BEGIN")
            now.size()  # what is read first fixes what is seen
            yield now
        finally:
            now.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make all that is added inside durable together, or none of it. Raises JournalUnavailable."""
        with self._using() as connection:
            self._refuse_another_file()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def size(self) -> int:
        """Return the number the next entry gets."""
        return int(self._rows("SELECT coalesce(max(i), -1) + 1 FROM leaf")[0][0])

    def refuse_gaps(self) -> None:
        """Count the entries; raises JournalAltered when their numbers have gaps."""
        count, size = int(self._rows("SELECT count(*) FROM leaf")[0][0]), self.size()
        if count != size:
            raise JournalAltered(
                f"the journal holds {count} entries and the last is numbered {size - 1}",
                hint="entries were taken out; restore the journal from its newest copy and look for who did it",
            )

    def add(self, row: Row) -> None:
        facts = (row.index, row.source, row.once, row.role, row.data)
        with self._using() as connection:
            connection.execute("INSERT INTO leaf (i, source, once, role, data) VALUES (?, ?, ?, ?, ?)", facts)

    def add_hash(self, level: int, index: int, found: bytes) -> None:
        """Keep the hash over a subtree if it is of a kept level; the others are made from the entries when needed."""
        if level and level % KEPT_EVERY == 0:
            with self._using() as connection:
                connection.execute("INSERT INTO node (level, i, hash) VALUES (?, ?, ?)", (level, index, found))

    def add_checkpoint(self, size: int, note: str) -> None:
        with self._using() as connection:
            connection.execute("INSERT INTO checkpoint (size, note) VALUES (?, ?)", (size, note))

    def at(self, index: int) -> bytes | None:
        rows = self._rows("SELECT data FROM leaf WHERE i = ?", index)
        return bytes(rows[0][0]) if rows else None

    def once(self, source: str, once: str) -> Row | None:
        """Return the entry that a source has sent under this name."""
        rows = self._rows("SELECT i, role, data FROM leaf WHERE source = ? AND once = ?", source, once)
        return Row(rows[0][0], source, once, *rows[0][1:]) if rows else None

    def newest(self, source: str) -> str | None:
        """Return the name of the last entry that a source has sent; None when it has sent none."""
        rows = self._rows("SELECT once FROM leaf WHERE source = ? ORDER BY i DESC LIMIT 1", source)
        return str(rows[0][0]) if rows else None

    def leaves(self) -> Iterator[bytes]:
        """Yield every entry in order, as many as there are when this begins."""
        with self._using() as connection:
            for (data,) in connection.execute("SELECT data FROM leaf ORDER BY i"):
                yield data

    def hashes(self, start: int, stop: int) -> tuple[bytes, list[bytes]]:
        """Read entries and hash them, as `reader.hashes` does; nothing is added meanwhile."""
        with self._using() as connection:
            return reader.hashes(connection, start, stop)

    def hash(self, level: int, index: int) -> bytes:
        """Return the hash over a complete subtree; raises JournalAltered when what it is made of is gone."""
        if level % KEPT_EVERY:
            return node_hash(self.hash(level - 1, 2 * index), self.hash(level - 1, 2 * index + 1))
        if level:
            rows = self._rows("SELECT hash FROM node WHERE level = ? AND i = ?", level, index)
            found = bytes(rows[0][0]) if rows else None
        else:
            data = self.at(index)
            found = leaf_hash(data) if data is not None else None
        if found is None:
            raise JournalAltered(
                f"hash {index} of level {level} of the journal is missing",
                hint="restore the journal from its newest copy and look for who changed it",
            )
        return found

    def kept_levels(self) -> tuple[bytes, ...]:
        """Return the kept hashes of each kept level, joined, the lowest level first."""
        levels: dict[int, list[bytes]] = {}
        for level, found in self._rows("SELECT level, hash FROM node ORDER BY level, i"):
            levels.setdefault(level, []).append(found)
        return tuple(b"".join(found) for found in levels.values())

    def last_checkpoint(self) -> tuple[int, str] | None:
        rows = self._rows("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _refuse_another_file(self) -> None:
        """Refuse to write where nobody would find it again, or to call sound what is not what is written."""
        if identity(self.path) != self._file:
            raise JournalUnavailable(
                f"the journal file {self.path.name} was replaced or taken away while it was in use",
                hint="stop the key daemon, put back the folder of keys as one whole, then start again",
            )

    def _rows(self, sql: str, *facts: object) -> list[tuple[Any, ...]]:
        with self._using() as connection:
            return connection.execute(sql, facts).fetchall()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _unavailable(self.path, str(error)) from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, or make it (mode 0600), and read every setting back; raises JournalUnavailable."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        for setting, wanted in SETTINGS.items():
            connection.execute(f"PRAGMA {setting} = {wanted}")
            found = connection.execute(f"PRAGMA {setting}").fetchall()[0][0]
            if found != wanted:
                connection.close()
                raise _unavailable(path, f"SQLite answers {setting} = {found} where {wanted} was set")
        connection.executescript(TABLES + FROZEN)
    except OSError as error:
        raise _unavailable(path, error.strerror or "") from error
    except sqlite3.Error as error:
        raise _unavailable(path, str(error)) from error
    return connection


def _unavailable(path: Path, why: str) -> JournalUnavailable:
    return JournalUnavailable(
        f"the journal file {path.name} cannot be used: {why}",
        hint="look at its permissions and at the free space of JIKIM_HOME, then try again; nothing was lost",
    )
