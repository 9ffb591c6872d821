"""Whose each part of a home is, once every process has a user of its own.

    home.json            read by all of the house       secret.key      root's: each side is told its own secret
    live/ visits/        the house's together           separate/       the worker's
    files/live/          the house's together           files/separate/ the key daemon's and the worker's
    keys/                the key daemon's               run/            the key daemon's; the worker may pass

A database moves into a folder of its own: SQLite makes files beside it, and whoever may make files in a folder that
several users share may put some in another's way.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jikim import environment
from jikim.cli.users import User, Users
from jikim.domain.errors import Refused
from jikim.domain.journal import Role
from jikim.environment.databases import ALIASES, file_of, variable

ROOT = 0
BESIDE = ("-wal", "-shm", "-journal", "")  # what SQLite keeps beside a database; the database itself moves last
NO_FILE = (errno.ELOOP, errno.ENXIO)  # a link, a socket: none of ours, and no reason not to start
OWN, SHARED, PASSED = 0o700, 0o2770, 0o710


class HomeDoubled(Refused):
    """Both the old and the new place of a database hold one; neither was touched."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder and whose it is. within: what lies in it is theirs as well."""

    path: Path
    owner: int
    group: int
    mode: int
    within: bool = False
    always: bool = True  # whether what lies within is looked at on every start, or only when the place itself was wrong


def settle(users: Users) -> None:
    """Bring every part of the home to whom it belongs; what is right is left alone.

    raises: HomeDoubled, OSError; the next start goes on with it
    """
    for alias in ALIASES:
        if not environment.secret(variable(alias)):
            _move(alias)
    for place in _places(users):
        _give(place)


def _places(users: Users) -> Iterator[Place]:
    home, house = environment.home(), users.group
    keyd, worker = users.of[Role.KEYD], users.of[Role.WORKER]
    yield Place(home, ROOT, house, PASSED)
    yield Place(home / "home.json", ROOT, house, 0o640)
    for alias in ALIASES:
        if not environment.secret(variable(alias)):
            folder = file_of(alias).parent
            yield _of(worker, folder) if alias == "separate" else Place(folder, ROOT, house, SHARED, within=True)
    yield Place(environment.keyd_socket().parent, keyd.number, worker.group, PASSED)
    yield _of(keyd, environment.keys().folder)
    for path in (path for group in environment.roots().groups for path in group):
        if path.exists():
            yield Place(path, keyd.number, keyd.group, 0o600)
    live, separate = environment.files_folder("live"), environment.files_folder("separate")
    yield Place(live.parent, ROOT, house, PASSED)
    yield Place(live, ROOT, house, SHARED, within=True, always=False)
    yield Place(separate, keyd.number, worker.group, SHARED, within=True, always=False)


def _of(user: User, folder: Path) -> Place:
    return Place(folder, user.number, user.group, OWN, within=True)


def _move(alias: str) -> None:
    folder = environment.home() / alias
    folder.mkdir(mode=0o700, exist_ok=True)
    old = environment.home() / f"{alias}.sqlite3"
    if old.exists() and file_of(alias).exists():
        raise HomeDoubled(
            f"{old.name} lies both in the home and in its folder {alias}",
            hint="find out which of the two is the one in use, and take the other away",
        )
    for ending in BESIDE if old.exists() else ():
        one = old.with_name(old.name + ending)
        if one.exists():
            one.rename(folder / one.name)


def _give(place: Place) -> None:
    """Give a place to its owner, what lies in it before itself: a start that is cut short is taken up by the next."""
    if place.mode & stat.S_IXUSR:
        place.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not place.path.exists():
        return
    right = _is_right(place.path.stat(), place)
    if place.within and (place.always or not right):
        for _folder, folders, files, handle in os.fwalk(place.path):
            for name in (*folders, *files):
                _give_one(name, handle, place)
    if not right:
        _give_one(str(place.path), None, place, itself=True)


def _give_one(name: str, folder: int | None, place: Place, *, itself: bool = False) -> None:
    """Change one entry by a handle on it: a name that is a link now, or has another, leads nowhere else."""
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if itself else os.O_NOFOLLOW), dir_fd=folder
        )
    except OSError as error:
        if error.errno in NO_FILE:
            return
        raise
    try:
        found = os.fstat(handle)
        is_folder = stat.S_ISDIR(found.st_mode)
        if not is_folder and (not stat.S_ISREG(found.st_mode) or found.st_nlink > 1):
            return
        mode = place.mode if is_folder or itself else place.mode & 0o660
        if not _is_right(found, place, mode):
            os.fchown(handle, place.owner, place.group)
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _is_right(found: os.stat_result, place: Place, mode: int | None = None) -> bool:
    wanted = (place.owner, place.group, place.mode if mode is None else mode)
    return (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == wanted
