"""Get a home ready for a command: opened, its tables up to date, checked. Django is met here and nowhere earlier."""

import fcntl
import os
from collections.abc import Collection
from pathlib import Path

from jikim import environment
from jikim.cli import keyring, ownership, users
from jikim.domain.errors import Refused
from jikim.environment import HomeKind

LOCK = "serve.lock"
_held: dict[Path, int] = {}  # a lock is a process's, and asked for once in it


class HomeServed(Refused):
    """Another process serves this home or prepares to; nothing was touched."""


def open_and_migrate(kind: HomeKind, *, serves: bool = False) -> None:
    """Make the home if there is none and bring its databases up to date; until it ends no other process does the same.

    Where root has users for the processes of the house, each part of the home is given to its own.

    serves: whether this process will hand its key daemon over to those of a house
    raises: HomeServed, UsersKeptOut, HalfOfUsers, what `store.start.ready` and `ownership.settle` raise
    """
    from jikim.store import start

    found = users.of_this_machine()
    if found:
        users.refuse_unreachable(environment.home())
    environment.open_home(kind)
    _hold()
    if found:
        ownership.settle(found)  # before the databases are made
    keyring.prepare(listens=serves)
    start.ready(kind, migrate=True)
    if found:
        ownership.settle(found)


def _hold() -> None:
    """Hold the home until this process ends; raises HomeServed."""
    path = environment.home() / LOCK
    if path in _held:
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise HomeServed(
            f"another Jikim serves the home {environment.home()}",
            hint="stop that one first, or set JIKIM_HOME to a home of its own",
        ) from None
    _held[path] = handle


def closed(*, but: Collection[str]) -> None:
    """Use an existing home that nobody serves, and keep it so until this process ends. but: refusals this mends.

    raises: HomeServed, and what `store.start.ready` raises
    """
    from jikim.store import start

    environment.read_home()
    _hold()
    start.ready(but=but)


def is_served() -> bool:
    """Say whether another process serves this home now; a socket left behind by one that was killed says nothing."""
    path = environment.home() / LOCK
    if path in _held or not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def ready() -> None:
    """Use an existing home of either kind; raises NoHome when there is none."""
    from jikim.store import start

    start.ready()
