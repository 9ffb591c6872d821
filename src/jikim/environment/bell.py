"""The bell between the sides that people use and the worker: a byte that says "look now", and nothing else."""

import os
from contextlib import suppress

from jikim.environment.variables import BadVariable, read

BELL_FD = "JIKIM_BELL_FD"
ENOUGH = 4096  # bytes; who rings while it rings already adds nothing


def bell_fd() -> int | None:
    """Return this process's end of the bell; None without one. Raises BadVariable."""
    written = read(BELL_FD)
    if not written:
        return None
    if not (written.isascii() and written.isdecimal()):
        raise BadVariable(f"{BELL_FD} is not a number", hint="it is set by `jikim serve`; unset it")
    return int(written)


def ring() -> None:
    """Have the worker look at once. Where it does not hear, its next round comes within a minute all the same."""
    end = bell_fd()
    if end is not None:
        with suppress(OSError):
            os.write(end, b"\x01")


def has_rung() -> bool:
    """Say whether somebody rang since the last time this was asked."""
    end = bell_fd()
    if end is None:
        return False
    try:
        return bool(os.read(end, ENOUGH))
    except OSError:  # nobody rang
        return False
