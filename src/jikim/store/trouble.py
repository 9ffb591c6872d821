"""What is wrong with a database that cannot be used, and what to do: which file, whose it is, whether it is damaged."""

import os
import sqlite3
from pathlib import Path

from django.db import DatabaseError, connections

from jikim import environment, sealing
from jikim.domain.errors import Refused

PUT_BACK = "put the newest copy of it in its place, then run `jikim restore`"
KEEP_IT = "nothing was changed: move the file aside with its -wal and -shm and keep them, " + PUT_BACK
MAKE_ROOM = "free some space on its disk, then try again; nothing was lost"
OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: ("is damaged", KEEP_IT),
    sqlite3.SQLITE_NOTADB: ("is no database", KEEP_IT),
    sqlite3.SQLITE_FULL: ("cannot be written: its disk is full", MAKE_ROOM),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "look at its disk and at the free space there, then try again"),
    sqlite3.SQLITE_BUSY: ("is held by another program", "end the other program that has it open, then try again"),
}


class DatabaseUnreachable(Refused):
    """A database does not answer, or cannot be read or written; nothing was started."""


class DatabaseGone(Refused):
    """A database is not there or empty, and the journal has entries of it; nothing was made in its place."""


def refuse_unusable(alias: str) -> None:
    """Look at the file before anything opens it; raises DatabaseUnreachable, DatabaseGone."""
    path = _file(alias)
    if path is None:
        return
    if is_unmade(alias):
        refuse_gone(alias)
    elif not path.is_file():
        raise DatabaseUnreachable(f"{path}, the {alias} database, is no file", hint=PUT_BACK)
    elif not os.access(path, os.R_OK | os.W_OK):
        raise DatabaseUnreachable(
            f"{path}, the {alias} database, is not for user {os.geteuid()} to read and write",
            hint=f"nothing was changed: run as user {path.stat().st_uid}, who owns it, with `chmod 600 {path}`",
        )


def is_unmade(alias: str) -> bool:
    """Say whether there is nothing in the place of a database's file yet, or any more."""
    path = _file(alias)
    return path is not None and (not path.exists() or (path.is_file() and not path.stat().st_size))


def refuse_gone(alias: str) -> None:
    """Refuse a database without tables where there was one; raises DatabaseGone, KeyringUnavailable."""
    if environment.keys().database.exists() and sealing.current().newest_told(alias) is not None:
        raise DatabaseGone(
            f"the {alias} database ({_place(alias)}) is empty or not there, and the journal has entries of it",
            hint=f"look whether its disk is mounted and JIKIM_{alias.upper()}_URL names it; if it is lost, {PUT_BACK}",
        )


def damaged(alias: str) -> DatabaseUnreachable:
    """Return what says that SQLite read a database's file and found it not whole."""
    fact, hint = OF_SQLITE[sqlite3.SQLITE_CORRUPT]
    return DatabaseUnreachable(f"the {alias} database ({_place(alias)}) {fact}", hint=hint)


def told(alias: str, error: DatabaseError) -> tuple[str, str]:
    """Return what is wrong, and the next step."""
    fact, hint = reason(error)
    where = _place(alias)
    return f"the {alias} database ({where}) {fact}", hint or f"look at JIKIM_{alias.upper()}_URL and what is behind it"


def reason(error: BaseException) -> tuple[str, str]:
    """Return what is wrong with a database, whichever it is, and the next step or "". Never a word of a row."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    return OF_SQLITE.get(code, (f"cannot be used: {type(error).__name__}", ""))


def _place(alias: str) -> str:
    return str(_file(alias) or f"JIKIM_{alias.upper()}_URL")


def _file(alias: str) -> Path | None:
    connection = connections[alias]
    return Path(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
