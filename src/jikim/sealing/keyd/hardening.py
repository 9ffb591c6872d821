"""What a process does to itself before it holds a key: no core dump, and nobody else reads its memory."""

import ctypes
import os
import resource

from jikim.sealing import keys

PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4  # linux/prctl.h


def harden() -> bool:
    """Close this process to debuggers and dumps, and lock the memory of its keys; returns whether that took."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return keys.lock_memory() and is_closed()


def is_closed() -> bool:
    """Say whether this process writes no core dump, and no other of its user may read its memory."""
    dumpable = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    return dumpable == 0 and resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
