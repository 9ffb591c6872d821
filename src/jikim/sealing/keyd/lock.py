"""One key daemon for one keyring: a lock that ends with its process, whatever way that ends."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from jikim.sealing.errors import AnotherDaemon, KeyringUnavailable


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held."""

    handle: int

    def release(self) -> None:
        os.close(self.handle)


def hold(path: Path, handle: int | None = None) -> Lock:
    """Take the lock, or go on holding the one that was inherited; raises AnotherDaemon, KeyringUnavailable."""
    try:
        if handle is None:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.set_inheritable(handle, False)  # noqa: FBT003  # the name of the call says what is set
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle or 0)
        raise AnotherDaemon(
            f"another key daemon holds {path.name}", hint="stop the one that runs, or use its socket; there is only one"
        ) from None
    except OSError as error:
        raise KeyringUnavailable(
            f"the lock {path.name} cannot be taken: {error.strerror}", hint="look at the permissions of JIKIM_HOME"
        ) from error
    return Lock(handle)
