"""The keyring's file: sealed nodes, cohorts, tombs and requests. It holds no key in clear and no word about a person.

Any number of copies of any age may exist: without the current root it is noise.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, get_ident
from typing import Any

from jikim.environment.files import identity
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.tree.errors import NodesLinger
from jikim.sealing.tree.ports import SealedNode

SETTINGS: dict[str, object] = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
BUSY_MS = 5_000
CLEAR_MS = 40  # for readers to end; whoever seals waits as long, and readers of our own take a few milliseconds
FORMAT = 1

# A row of keyring: the epoch in force, the highest epoch ever staged (never used again), the commitment to the root,
# and whether somebody hands out numbers who has not given back what was left over.
# Batches move gathered -> staged -> (waiting ->) effaced -> logged -> done; a staging rolled back is gathered again.
# A batch of a re-key renews a slice of the nodes born in the re-key's epoch or before.
TABLES = f"""
CREATE TABLE IF NOT EXISTS keyring (
    format INTEGER PRIMARY KEY CHECK (format = {FORMAT}), epoch INTEGER NOT NULL, highest INTEGER NOT NULL,
    root BLOB NOT NULL, handing INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS node (
    id INTEGER NOT NULL, birth INTEGER NOT NULL, blob BLOB NOT NULL, shipped INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (id, birth)
);
CREATE INDEX IF NOT EXISTS node_birth ON node (birth);
CREATE INDEX IF NOT EXISTS node_unshipped ON node (shipped) WHERE shipped = 0;
CREATE TABLE IF NOT EXISTS cohort (
    no INTEGER PRIMARY KEY AUTOINCREMENT, class TEXT NOT NULL, category TEXT NOT NULL, day TEXT NOT NULL,
    part INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0, UNIQUE (class, category, day, part)
);
CREATE TABLE IF NOT EXISTS alloc (cohort INTEGER PRIMARY KEY REFERENCES cohort (no), next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batch (
    no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, state TEXT NOT NULL, epoch INTEGER UNIQUE,
    old_root BLOB, new_root BLOB, effaced_at TEXT, groups TEXT, rekey INTEGER REFERENCES rekey (no)
);
CREATE TABLE IF NOT EXISTS rekey (
    no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, epoch INTEGER, told INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS intent (
    no INTEGER PRIMARY KEY AUTOINCREMENT, request BLOB NOT NULL UNIQUE, reason TEXT NOT NULL, policy TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    batch INTEGER REFERENCES batch (no)
);
CREATE INDEX IF NOT EXISTS intent_batch ON intent (batch);
CREATE TABLE IF NOT EXISTS target (
    intent INTEGER NOT NULL REFERENCES intent (no), whole INTEGER NOT NULL, number INTEGER NOT NULL, rows BLOB NOT NULL,
    PRIMARY KEY (intent, whole, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tomb (
    whole INTEGER NOT NULL, number INTEGER NOT NULL, epoch INTEGER NOT NULL,
    intent INTEGER NOT NULL REFERENCES intent (no), salt BLOB NOT NULL, commitment BLOB NOT NULL, rows BLOB NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (whole, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tomb_epoch ON tomb (epoch);
CREATE TABLE IF NOT EXISTS own_key (name TEXT PRIMARY KEY, kid INTEGER NOT NULL);
"""


class Store:
    """One writer, and readers beside it who see what is committed. A commit is durable before it returns."""

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS) -> None:
        self._path, self._busy_ms = path, busy_ms
        self._writing, self._reading = RLock(), RLock()
        self._writer, self._reader = _connect(path, busy_ms), _connect(path, busy_ms)
        self._file = identity(path)
        self._changes_in: int | None = None  # the thread whose transaction is open; it reads its own changes

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self._changes_in == get_ident():
            return self._writer.execute(sql, values).fetchall()
        with self._reading, self._usable():
            return self._reader.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def number(self, sql: str, *values: object) -> int | None:
        """Return the one number asked for, or None when there is no row or it is NULL."""
        found = self.row(sql, *values)
        return None if found is None else found[0]

    def run(self, sql: str, *values: object) -> int:
        """Change rows inside `writing`; returns the number of the row that was inserted last."""
        return self._writer.execute(sql, values).lastrowid or 0

    def run_each(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Change rows inside `writing`, once for each tuple of values."""
        self._writer.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it durable, or none of it happened. Raises KeyringUnavailable."""
        with self._writing, self._usable():
            self.refuse_another_file()
            self._writer.execute("BEGIN IMMEDIATE")
            self._changes_in = get_ident()
            try:
                yield
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            finally:
                self._changes_in = None

    def sealed(self, node: int, epoch: int) -> SealedNode | None:
        """Return the version of a node that is in force in an epoch."""
        sql = "SELECT id, birth, blob FROM node WHERE id = ? AND birth <= ? ORDER BY birth DESC LIMIT 1"
        found = self.row(sql, node, epoch)
        return None if found is None else SealedNode(*found)

    def keep(self, nodes: Iterable[SealedNode]) -> None:
        """Write versions inside `writing`; the same version sealed anew takes the old one's place."""
        sql = "INSERT OR REPLACE INTO node (id, birth, blob) VALUES (?, ?, ?)"
        self.run_each(sql, ((one.node, one.birth, one.blob) for one in nodes))

    def unshipped(self) -> Sequence[SealedNode]:
        return [SealedNode(*row) for row in self.rows("SELECT id, birth, blob FROM node WHERE shipped = 0")]

    def mark_shipped(self, nodes: Iterable[SealedNode]) -> None:
        sql = "UPDATE node SET shipped = 1 WHERE id = ? AND birth = ? AND blob = ?"
        with self.writing():
            self.run_each(sql, ((one.node, one.birth, one.blob) for one in nodes))

    def clear_log(self) -> None:
        """Move the write-ahead log into the file and cut it to nothing; raises NodesLinger while it is held open."""
        with self._writing, self._usable():
            self._writer.execute(f"PRAGMA busy_timeout = {min(CLEAR_MS, self._busy_ms)}")
            try:
                ((busy, _log, _moved),) = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {self._busy_ms}")
        if busy:
            raise NodesLinger(
                "the keyring's write-ahead log is held open by a reader, so superseded nodes are still in it",
                hint="end other programs that read the keyring; the next round clears it",
            )

    def close(self) -> None:
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def refuse_another_file(self) -> None:
        """Refuse to write where nobody would find it again: into a file that lost its name while it was open."""
        if identity(self._path) != self._file:
            raise KeyringUnavailable(
                f"the keyring file {self._path.name} was replaced or taken away while it was in use",
                hint="stop the key daemon, put back the folder of keys as one whole, then start again",
            )

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise KeyringUnavailable(
                f"the keyring file {self._path.name} cannot be used: {error}",
                hint="look at its permissions and at the free space of JIKIM_HOME, then try again",
            ) from error


def _connect(path: Path, busy_ms: int) -> sqlite3.Connection:
    """Open the file and read every setting back; raises KeyringUnavailable when one did not take."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False)
        for setting, wanted in SETTINGS.items():
            connection.execute(f"PRAGMA {setting} = {wanted}")
            if (found := connection.execute(f"PRAGMA {setting}").fetchone()[0]) != wanted:
                connection.close()
                raise _unusable(path, f"its SQLite answers {setting} = {found} where {wanted} was set")
        connection.executescript(TABLES)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, str(error)) from error
    return connection


def _unusable(path: Path, why: str) -> KeyringUnavailable:
    return KeyringUnavailable(
        f"the keyring file {path.name} cannot be opened: {why}",
        hint="look at its permissions and at the free space of JIKIM_HOME; it needs a file system and a SQLite with "
        "write-ahead log and secure delete",
    )
