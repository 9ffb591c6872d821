"""JIKIM_HOME: the one directory everything this installation keeps lives in, and the file that says what it is.

`home.json`: {"format": 2, "program": "0.1.0", "kind": "real" or "demo", "offset_days": 0}. Only demos travel in time.
"""

import errno
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from jikim import __version__
from jikim.domain.errors import Refused
from jikim.environment.files import flush_directory, write_whole
from jikim.environment.role import role
from jikim.environment.variables import read, secret

FORMAT = 2  # the newest this program reads and writes
OLDEST = 2  # the oldest it can still read; in homes of format 1 the keys lay in one file
PAPER, KEY = "home.json", "secret.key"
KEY_BYTES = 48
ROOM_BYTES = 256 * 1024  # a start needs at least this much: the databases' logs are made first


class HomeUnusable(Refused):
    """The home cannot be read or written; it was left as it was."""


class HomeTooNew(Refused):
    """A newer program made this home; nothing was touched."""


class HomeTooOld(Refused):
    """This program no longer reads homes that old; nothing was touched."""


class WrongKindOfHome(Refused):
    """A demo on a real home, or the reverse; nothing was touched."""


class NoHome(Refused):
    """There is no home yet."""


class HomeKind(StrEnum):
    REAL = "real"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Home:
    """What home.json says. `offset_days` is how far the policy clock of a demo home stands from the wall clock."""

    format: int
    program: str
    kind: HomeKind
    offset_days: int


def home() -> Path:
    """Return JIKIM_HOME as an absolute path; default ./var. Nothing is read or made."""
    return Path(read("JIKIM_HOME") or "var").absolute()


def read_home() -> Home:
    """Return what the home says of itself; raises NoHome, HomeUnusable, HomeTooNew or HomeTooOld."""
    path = home() / PAPER
    with _explained():
        try:
            lies = path.stat()
            return _read(path, (lies.st_ino, lies.st_mtime_ns, lies.st_size))
        except FileNotFoundError:
            raise NoHome(
                f"there is no Jikim home at {home()}", hint="run `jikim serve` to make one, or set JIKIM_HOME to yours"
            ) from None
        except UnicodeDecodeError:
            raise _damaged() from None


@lru_cache(maxsize=4)
def _read(path: Path, _file: tuple[int, int, int]) -> Home:
    """Read a paper, once for as long as the same file lies there: every page asks what kind of home it is."""
    return _checked(path.read_text(encoding="utf-8"))


def open_home(kind: HomeKind = HomeKind.REAL) -> Home:
    """Return the home of that kind, ready to be written; make it when there is none.

    raises: WrongKindOfHome, HomeTooNew, HomeTooOld, HomeUnusable; what was there is as it was
    """
    with _explained():
        missing = not (home() / PAPER).exists()
    if missing:
        _make(kind)
    found = read_home()
    if found.kind is not kind:
        raise WrongKindOfHome(
            f"{home()} is a {found.kind} home, not a {kind} one",
            hint="set JIKIM_HOME to another directory; a demo never touches a real home, nor the reverse",
        )
    _private()
    if role() is None:  # the others write to their own part of it, if to any
        _room()
    return found


def is_demo() -> bool:
    """Say whether this home is a demo; False when there is no home yet."""
    try:
        return read_home().kind is HomeKind.DEMO
    except NoHome:
        return False


def travel(offset_days: int) -> Home:
    """Keep how far a demo home's policy clock stands from the wall clock; raises WrongKindOfHome for a real home."""
    found = read_home()
    if found.kind is not HomeKind.DEMO:
        raise WrongKindOfHome(
            f"{home()} is a real home, where time does not travel", hint="use `jikim demo` in a home of its own"
        )
    return _keep(replace(found, offset_days=offset_days))


def stamp() -> Home:
    """Note that this program's version now keeps the home, after its databases were brought up to date."""
    found = read_home()
    return found if found.program == __version__ else _keep(replace(found, program=__version__))


def secret_key() -> str:
    """Return JIKIM_SECRET_KEY (or its file), else the home's own key, made once (mode 0600)."""
    if given := secret("JIKIM_SECRET_KEY"):
        return given
    with _explained():
        path = home() / KEY
        if not path.exists():
            write_whole(path, secrets.token_urlsafe(KEY_BYTES).encode(), replace=False)
        found = path.read_bytes()
    if len(found) < KEY_BYTES or not found.isascii():
        raise HomeUnusable(
            f"{path} is empty, cut short or damaged",
            hint="remove it: the next start makes a new one, and staff are invited anew by the link it prints",
        )
    return found.decode()


def _make(kind: HomeKind) -> None:
    """Make the directory and its paper; whatever fails, what this call made is taken away again."""
    path = home()
    with _explained(), ExitStack() as undo:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.mkdir(mode=0o700)
            undo.callback(path.rmdir)
        except FileExistsError:
            _only_empty(path)
        undo.callback((path / PAPER).unlink, missing_ok=True)
        write_whole(path / PAPER, _written(Home(FORMAT, __version__, kind, 0)), replace=False)
        flush_directory(path.parent)
        undo.pop_all()


def _only_empty(path: Path) -> None:
    strangers = [entry.name for entry in path.iterdir() if entry.name != PAPER and not entry.name.startswith(".")]
    if strangers:
        raise HomeUnusable(
            f"{path} holds {len(strangers)} other files and no {PAPER}, so it is not a Jikim home",
            hint="set JIKIM_HOME to a new or empty directory",
        )
    path.chmod(0o700)


def _keep(said: Home) -> Home:
    with _explained():
        write_whole(home() / PAPER, _written(said))
    _read.cache_clear()
    return said


def _written(said: Home) -> bytes:
    return (json.dumps(asdict(said)) + "\n").encode()


def _checked(text: str) -> Home:
    """Read home.json; the format is looked at first, because another format may say the rest differently."""
    try:
        facts = json.loads(text)
        format_, program = int(facts["format"]), str(facts["program"])
        _readable(format_, program)
        return Home(format_, program, HomeKind(facts["kind"]), int(facts["offset_days"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise _damaged() from None


def _readable(format_: int, program: str) -> None:
    if format_ > FORMAT:
        raise HomeTooNew(
            f"{home()} has format {format_}, made by Jikim {program}; Jikim {__version__} reads up to format {FORMAT}",
            hint=f"run Jikim {program} or later on it, or set JIKIM_HOME to another directory",
        )
    if format_ < OLDEST:
        raise HomeTooOld(
            f"{home()} has format {format_}, made by Jikim {program}; Jikim {__version__} reads from format {OLDEST}",
            hint="no version brings such a home over: keep it as it is, and set JIKIM_HOME to a new directory",
        )


def _damaged() -> HomeUnusable:
    return HomeUnusable(
        f"{home() / PAPER} does not say what a home must say (format, program, kind, offset_days)",
        hint=f"put {PAPER} back from a backup; do not write it by hand over data you need",
    )


def _private() -> None:
    """Refuse a home that is open to others. One that root owns may be passed through by a group: the house's users."""
    found = home().stat()
    if (mode := stat.S_IMODE(found.st_mode)) & (0o067 if found.st_uid == 0 else 0o077):
        raise HomeUnusable(f"{home()} is open to other users (mode {mode:o})", hint=f"run: chmod 700 {home()}")
    if found.st_uid != os.geteuid() and (found.st_uid != 0 or role() is None):
        raise HomeUnusable(
            f"{home()} belongs to user {found.st_uid}, and this program runs as user {os.geteuid()}",
            hint="run it as the user who owns the home; root would leave files there that its owner cannot open",
        )


def _room() -> None:
    """Try a write the size of a start, so that a full or read-only home is met before anything is begun."""
    probe = home() / f".room.{os.getpid()}"
    with _explained():
        try:
            write_whole(probe, bytes(ROOM_BYTES))
        finally:
            probe.unlink(missing_ok=True)


HINTS = {
    errno.ENOENT: "run `jikim serve` to make a home, or set JIKIM_HOME to yours",
    errno.EACCES: "give this program's user access to it, or set JIKIM_HOME to a directory of its own",
    errno.EPERM: "give this program's user access to it, or set JIKIM_HOME to a directory of its own",
    errno.EROFS: "mount it for writing, or set JIKIM_HOME to a directory that can be written",
    errno.ENOSPC: "free some space on its disk, then start again; nothing was left half-written",
    errno.EDQUOT: "free some of this user's quota, then start again; nothing was left half-written",
    errno.ENOTDIR: "set JIKIM_HOME to a directory, not a file",
    errno.EEXIST: "set JIKIM_HOME to a directory, not a file",
}


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = HINTS.get(error.errno or 0, "look at the directory and its disk, then start again")
        raise HomeUnusable(f"the home {home()} cannot be used: {error.strerror}", hint=hint) from error
