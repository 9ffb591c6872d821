"""The development keyring: keys in a SQLite file of their own.

What it does: a key is durable before its kid is known, a kid is never used again, a destroyed key leaves the database
file and its write-ahead log. What it does not do: SQLite cannot reach free blocks of the file system, backups or
snapshots, so every page and certificate says "development keyring". A key tree with an effaceable root replaces it.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from jikim import clock
from jikim.sealing import envelope
from jikim.sealing.errors import KeyDestroyed, KeyringUnavailable, KeysLinger, KeyUnknown
from jikim.sealing.keyring import Binding, Destroyed, KeyState, Sealed, SealRequest
from jikim.sealing.primitives import Key

BUSY_MS = 10_000
CHECKPOINT_TRIES = 3

TABLE = """
CREATE TABLE IF NOT EXISTS item_key (
    kid INTEGER PRIMARY KEY AUTOINCREMENT,
    secret BLOB CHECK (secret IS NULL OR length(secret) = 32),
    destroyed_at TEXT,
    CHECK ((secret IS NULL) = (destroyed_at IS NOT NULL))
) STRICT
"""
SETTINGS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}


def open_keyring(path: Path) -> "DevelopmentKeyring":
    """Open the keyring file, or make it (mode 0600); raises KeyringUnavailable."""
    keyring = DevelopmentKeyring(path)
    keyring.state(0)
    return keyring


class DevelopmentKeyring:
    """One file, any number of threads and processes."""

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS) -> None:
        self._path = path
        self._busy_ms = busy_ms
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened_by = 0  # process id
        self._file = (0, 0)  # device and inode of what was opened
        self._inherited: list[sqlite3.Connection] = []  # of a parent: after a fork neither to be used nor closed

    @property
    def name(self) -> str:
        return "development keyring"

    def seal(self, requests: Sequence[SealRequest]) -> tuple[Sealed, ...]:
        """Seal each value under a new key of its own; all their keys are made durable in one commit."""
        keys = [Key.fresh() for _ in requests]
        kids = self._keep(keys)
        return tuple(
            envelope.make(key, kid, request.binding, request.plaintext)
            for key, kid, request in zip(keys, kids, requests, strict=True)
        )

    def open_sealed(self, binding: Binding, sealed: Sealed) -> bytes:
        return envelope.read(self._key(sealed.kid), binding, sealed)

    def reseal(self, sealed: Sealed, old: Binding, new: Binding) -> Sealed:
        return self.seal([SealRequest(new, self.open_sealed(old, sealed))])[0]

    def agree(self, one: Sealed, here: Binding, other: Sealed, there: Binding) -> bool:
        return self.open_sealed(here, one) == self.open_sealed(there, other)

    def destroy(self, kids: Sequence[int]) -> Destroyed:
        """Overwrite the keys and clear the log; only then say so.

        raises: KeyUnknown (nothing destroyed), KeysLinger (unusable, but not yet cleared: call again)
        """
        with self._writing() as connection:
            times = [self._bury(connection, kid) for kid in kids]
        if times:
            self._clear_log()
        return Destroyed(tuple(kids), max(times, default=clock.wall_now()))

    def state(self, kid: int) -> KeyState:
        row = self._row(kid)
        if row is None:
            return KeyState.UNKNOWN
        return KeyState.DESTROYED if row[0] is None else KeyState.ALIVE

    def close(self) -> None:
        with self._lock:
            if self._connection is not None and self._opened_by == os.getpid():
                self._connection.close()
            self._connection = None

    def _keep(self, keys: Sequence[Key]) -> list[int]:
        with self._writing() as connection:
            cursors = [connection.execute("INSERT INTO item_key (secret) VALUES (?)", (key.reveal(),)) for key in keys]
            return [cursor.lastrowid or 0 for cursor in cursors]

    def _key(self, kid: int) -> Key:
        row = self._row(kid)
        if row is None:
            raise _unknown(kid)
        if row[0] is None:
            raise KeyDestroyed(f"key {kid} was destroyed at {row[1]}", hint="the value cannot be read again, by anyone")
        return Key(row[0])

    def _row(self, kid: int) -> tuple[bytes | None, str | None] | None:
        with self._connected() as connection:
            rows = connection.execute("SELECT secret, destroyed_at FROM item_key WHERE kid = ?", (kid,)).fetchall()
        return rows[0] if rows else None

    def _bury(self, connection: sqlite3.Connection, kid: int) -> datetime:
        now = clock.wall_now()
        connection.execute(
            "UPDATE item_key SET secret = NULL, destroyed_at = ? WHERE kid = ? AND secret IS NOT NULL",
            (now.isoformat(), kid),
        )
        rows = connection.execute("SELECT destroyed_at FROM item_key WHERE kid = ?", (kid,)).fetchall()
        if not rows:
            raise _unknown(kid)
        return datetime.fromisoformat(rows[0][0])

    def _clear_log(self) -> None:
        """Move the write-ahead log into the file and cut it to nothing; SQLite says whether it could, and we listen."""
        for _ in range(CHECKPOINT_TRIES):
            with self._connected() as connection:
                busy, _log, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
            if not busy:
                return
        raise KeysLinger(
            "the keyring's write-ahead log is held open by a reader, so destroyed keys may still be in it",
            hint="end other programs that read the keyring, then destroy the same keys again",
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connect()
            except sqlite3.Error as error:
                raise KeyringUnavailable(
                    f"the keyring file {self._path.name} cannot be used: {error}",
                    hint="look at its permissions and at the free space of JIKIM_HOME, then try again",
                ) from error

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None and self._opened_by != os.getpid():
            self._inherited.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection, self._opened_by = _connect(self._path, self._busy_ms), os.getpid()
            self._file = _identity(self._path)
        elif self._file != _identity(self._path):
            raise KeyringUnavailable(
                f"the keyring file {self._path.name} was removed or replaced while it was open",
                hint="put the keyring that belongs to this home back, then start again; keys made now would be lost",
            )
        return self._connection


def _connect(path: Path, busy_ms: int) -> sqlite3.Connection:
    """Open one connection and read every setting back; raises KeyringUnavailable when one did not take."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise KeyringUnavailable(
            f"the keyring file {path.name} cannot be opened: {error.strerror}",
            hint="look at its permissions and at the free space of JIKIM_HOME, then try again",
        ) from error
    connection = sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False)
    for setting, wanted in SETTINGS.items():
        if _setting(connection, setting) != wanted:
            connection.execute(f"PRAGMA {setting} = {wanted}")
        if (found := _setting(connection, setting)) != wanted:
            connection.close()
            raise KeyringUnavailable(
                f"the keyring's SQLite answers {setting} = {found} where {wanted} was set",
                hint="use a file system and a SQLite build that support it (write-ahead log, secure delete)",
            )
    connection.execute(TABLE)
    return connection


def _identity(path: Path) -> tuple[int, int]:
    """Say which file a name leads to; (0, 0) when to none. SQLite would go on writing into one without a name."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _setting(connection: sqlite3.Connection, name: str) -> object:
    value: object = connection.execute(f"PRAGMA {name}").fetchall()[0][0]
    return value


def _unknown(kid: int) -> KeyUnknown:
    return KeyUnknown(
        f"key {kid} was never made by this keyring",
        hint="this is the wrong keyring or an old copy of it; the value is not erased, so do not report it as erased",
    )
