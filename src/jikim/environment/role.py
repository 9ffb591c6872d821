"""JIKIM_ROLE: which process this is. It decides the pages a process serves and the databases it knows."""

from jikim.domain.journal import Role
from jikim.environment.variables import BadVariable, read

ROLE, KEYD_FD = "JIKIM_ROLE", "JIKIM_KEYD_FD"
WITH_SEPARATE = frozenset({None, Role.WORKER, Role.CUSTODIAN})  # None: what an operator types


def role() -> Role | None:
    """Return the role this process was started in; None for a command that somebody typed. Raises BadVariable."""
    written = read(ROLE)
    try:
        return Role(written) if written else None
    except ValueError:
        raise BadVariable(
            f"{ROLE} is not a role", hint=f"it is set by `jikim serve`; unset it, or write one of {', '.join(Role)}"
        ) from None


def knows_separate() -> bool:
    """Say whether this process may know the separate database; the pages' processes may not."""
    return role() in WITH_SEPARATE


def keyd_fd() -> int | None:
    """Return the socket to the key daemon that this process inherited; None without one. Raises BadVariable."""
    written = read(KEYD_FD)
    if not written:
        return None
    if not (written.isascii() and written.isdecimal()):
        raise BadVariable(f"{KEYD_FD} is not a number", hint="it is set by `jikim serve`; unset it")
    return int(written)
