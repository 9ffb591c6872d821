"""A system user for each process: what one of them is made to do, the files of the others forbid it.

Only root can start processes as other users. On a machine without these users, root runs everything itself.
"""

import grp
import os
import pwd
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jikim
from jikim import environment
from jikim.domain.errors import Refused
from jikim.domain.journal import Role

ENDINGS: Mapping[Role, str] = {
    Role.KEYD: "keyd",
    Role.PUBLIC: "public",
    Role.DESK: "desk",
    Role.WORKER: "worker",
    Role.POSTMAN: "postman",
}
FIRST_FREE_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


class HalfOfUsers(Refused):
    """Some of the house's users are there and some are not; nothing was started."""


class UsersKeptOut(Refused):
    """The house's users cannot get at what they are to run or to use; nothing was started."""


@dataclass(frozen=True, slots=True)
class User:
    """Whom a process runs as. more: groups beside its own."""

    number: int
    group: int
    more: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Users:
    """The users of a house. group: all of them, and nobody else."""

    group: int
    of: Mapping[Role, User]


def of_this_machine() -> Users | None:
    """Return the users that root starts processes as; None for everybody else, and where the machine has none.

    raises: HalfOfUsers, BadVariable
    """
    prefix = environment.users_prefix()
    if os.geteuid() != 0 or prefix is None:
        return None
    names = {role: f"{prefix}-{ending}" for role, ending in ENDINGS.items()}
    group, found = _group(prefix), {role: _user(name) for role, name in names.items()}
    missing = [names[role] for role, entry in found.items() if entry is None]
    if group is None and len(missing) == len(names) and not environment.users_were_named():
        return None
    if missing or group is None:
        raise HalfOfUsers(
            f"of the users named {prefix}-… not all are there: missing {', '.join(missing) or f'the group {prefix}'}",
            hint="; ".join(["run", *_commands(prefix, group, missing)]) + "; or set JIKIM_USERS=none",
        )
    return _users(group, {role: entry for role, entry in found.items() if entry is not None})


def refuse_unreachable(*paths: Path) -> None:
    """Refuse places that users other than root cannot get to, this program's own among them; raises UsersKeptOut."""
    ours = (Path(sys.prefix) / "bin", Path(jikim.__file__))
    for path in (*ours, *paths):
        if (closed := _first_closed(path)) is not None:
            raise UsersKeptOut(
                f"the users of the house cannot reach {path}: {closed} is closed to them",
                hint="put it where everybody may pass, as under /opt or /var/lib, or set JIKIM_USERS=none",
            )


def refuse_ports(ports: Iterable[int]) -> None:
    """Refuse ports that only root may take: the pages' users could not listen there. Raises UsersKeptOut."""
    first = int(FIRST_FREE_PORT.read_text()) if FIRST_FREE_PORT.exists() else 1024
    for port in ports:
        if port < first:
            raise UsersKeptOut(
                f"port {port} belongs to root, and the pages run as users of their own",
                hint="choose another, as with --port 8000, and let a proxy in front listen on the first one",
            )


def _users(group: int, found: Mapping[Role, pwd.struct_passwd]) -> Users:
    """Give the key daemon the worker's group too: it moves attachments to where the worker alone can get at them."""
    beside = {Role.KEYD: (group, found[Role.WORKER].pw_gid)}
    return Users(group, {role: User(one.pw_uid, one.pw_gid, beside.get(role, (group,))) for role, one in found.items()})


def _first_closed(path: Path) -> Path | None:
    """Return the outermost folder on the way that others may not pass, or the file they may not read."""
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return path if path.is_file() and not path.stat().st_mode & stat.S_IROTH else None


def _commands(prefix: str, group: int | None, missing: list[str]) -> list[str]:
    making = ([] if group is not None else [f"groupadd --system {prefix}"]) + [
        f"useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {name}" for name in missing
    ]
    return [f"`{one}`" for one in making]


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _group(name: str) -> int | None:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None
