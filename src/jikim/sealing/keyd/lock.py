"""One key daemon for one keyring: a lock that ends with its process, whatever way that ends.

It is held on a file, which one process hands on to the next, and on the file's folder: who takes the file away, because
a message named it, lets no second daemon in.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from jikim.sealing.errors import AnotherDaemon, KeyringUnavailable


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held."""

    handle: int
    folder: int

    def release(self) -> None:
        os.close(self.handle)
        os.close(self.folder)


def hold(path: Path, handle: int | None = None) -> Lock:
    """Take the lock, or go on holding the one that was inherited; raises AnotherDaemon, KeyringUnavailable."""
    taken: list[int] = []
    try:
        taken.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600) if handle is None else handle)
        taken.append(os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY))
        for one in taken:
            os.set_inheritable(one, False)  # noqa: FBT003  # the name of the call says what is set
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        for one in taken:
            os.close(one)
        if isinstance(error, BlockingIOError):
            raise AnotherDaemon(
                f"another key daemon holds {path.name}",
                hint="stop the one that runs, or use its socket; there is only one",
            ) from None
        raise KeyringUnavailable(
            f"the lock {path.name} cannot be taken: {error.strerror}", hint="look at the permissions of JIKIM_HOME"
        ) from error
    return Lock(*taken)
