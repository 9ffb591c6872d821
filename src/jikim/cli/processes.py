"""The processes of one machine: key daemon, public side, desk, worker, postman. Each gets what it needs alone.

A role is bound to a pair of sockets: one end a process inherits, the other the key daemon. Both stay open here as well,
so that whichever of them dies finds its end again.
"""

import errno
import hmac
import os
import select
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from jikim import environment
from jikim.cli import users
from jikim.cli.supervisor import Program
from jikim.cli.users import User
from jikim.domain.errors import Refused
from jikim.domain.journal import Role

SYSTEM = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH",
    "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS",
)  # fmt: skip
PAGES = ("BASE_URL", "DESK_URL", "TRUSTED_PROXY", "POLICY", "LIVE_URL", "VISITS_URL", "FILES_URL", "FILES_RECEIVER")
OF_ROLE = {
    Role.KEYD: ("ROOTS", "FILES_URL", "BASE_URL", "DESK_URL"),
    Role.PUBLIC: PAGES,
    Role.DESK: PAGES,
    Role.WORKER: ("BASE_URL", "POLICY", "LIVE_URL", "SEPARATE_URL", "VISITS_URL", "FILES_URL", "FILES_RECEIVER"),
    Role.POSTMAN: (
        "BASE_URL", "LIVE_URL", "VISITS_URL",
        "SMTP_URL", "SMTP_USER", "SMTP_PASSWORD", "SMTP_RECEIVER", "MAIL_FROM", "MAIL_ALLOW",
    ),
}  # fmt: skip
SERVED = (Role.PUBLIC, Role.DESK, Role.WORKER, Role.POSTMAN)
WITH_SECRET = (Role.PUBLIC, Role.DESK)
PUBLIC_SECRET = b"jikim/public-secret/1"
NOWHERE = "/nonexistent"  # the folder of a user who has none; root's own is closed to others

Pairs = dict[Role, tuple[socket.socket, socket.socket]]  # the end of the process, the end of the key daemon


def claim(host: str, *ports: int) -> None:
    """Refuse addresses that are taken or not ours, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in ports:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                fact = f"cannot listen on {host} port {port}: {_reason(error)}"
                raise Refused(fact, hint=_remedy(error, port)) from None


def programs(host: str, port: int, desk_port: int, pairs: Pairs) -> tuple[Program, ...]:
    """Return the processes of a house beside the key daemon, at the other ends of its pairs.

    What people do wakes the worker: it shares a bell with the sides they use.
    """
    rings, hears = bell = socket.socketpair()
    for end in bell:
        end.settimeout(0)
    return (
        _with_bell(pages(Role.PUBLIC, host, port, "/privacy/", pairs), rings, bell),
        _with_bell(pages(Role.DESK, host, desk_port, "/static/jikim.css", pairs), rings, bell),
        _with_bell(_program(Role.WORKER, [sys.executable, "-m", "jikim.cli.worker"], pairs), hears, bell),
        _program(Role.POSTMAN, [sys.executable, "-m", "jikim.cli.postman"], pairs),
    )


def new_pairs(roles: Iterable[Role]) -> Pairs:
    """Make a pair of sockets for each role; they keep the borders of what is sent."""
    return {role: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for role in roles}


def key_daemon(pairs: Pairs, folder: int | None = None) -> Program:
    """Return the key daemon.

    folder: where it also listens, for commands of root, of the worker's user, or where one user runs everything of
            that one; whoever connects there acts as the worker
    """
    ends = {role: theirs.fileno() for role, (_, theirs) in pairs.items()}
    words = [word for role, end in ends.items() for word in ("--pair", f"{role}={end}")]
    if folder is not None:
        words += ["--listen", str(door(folder))]
        words += [word for user in _commanders() for word in ("--peer", f"{user}={Role.WORKER}")]
    return Program(
        "keyd",
        [sys.executable, "-m", "jikim.sealing.keyd", *words],
        surroundings(Role.KEYD),
        (*ends.values(), *([] if folder is None else [folder])),
        tuple(end for pair in pairs.values() for end in pair),
        is_ready=partial(_has_spoken, [mine for mine, _ in pairs.values()]),
        user=_user(Role.KEYD),
    )


def run_folder(*, make: bool = True) -> int:
    """Return an open handle on the folder of the home's socket; raises OSError where there is none."""
    path = environment.keyd_socket().parent
    if make:
        path.mkdir(mode=0o700, exist_ok=True)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def door(folder: int) -> Path:
    """Return the socket by its folder's handle: an address of a socket may be 107 bytes long, a home's path longer."""
    return Path(f"/proc/self/fd/{folder}") / environment.keyd_socket().name


def pages(role: Role, host: str, port: int, page: str, pairs: Pairs) -> Program:
    """Return a web server: WSGI only, one process with threads, no access log."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "jikim.config.wsgi:application",
    ]  # fmt: skip
    return _program(role, command, pairs, partial(_answers, f"{local(host, port)}{page}"))


def local(host: str, port: int) -> str:
    """Return where this machine reaches the server itself, also when it listens everywhere."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{reached}:{port}"


def surroundings(role: Role) -> dict[str, str]:
    """Return the variables of one role and no other: what it is not given it cannot give away."""
    kept = {name: os.environ[name] for name in SYSTEM if name in os.environ}
    if _user(role) is None:
        names = [f"JIKIM_{name}{of}" for name in OF_ROLE[role] for of in ("", "_FILE")]
        kept |= {name: os.environ[name] for name in names if name in os.environ}
    else:  # files of secrets stay root's
        given = {f"JIKIM_{name}": environment.secret(f"JIKIM_{name}") for name in OF_ROLE[role]}
        kept |= {name: word for name, word in given.items() if word} | {"HOME": NOWHERE}
    if role in WITH_SECRET:
        kept |= {"JIKIM_SECRET_KEY": _secret(role)}
    return kept | {"JIKIM_HOME": str(environment.home())}


def _secret(role: Role) -> str:
    """Return what a side signs with. The public side's is drawn from the other, and does not lead to it."""
    secret = environment.secret_key()
    return secret if role is Role.DESK else hmac.digest(secret.encode(), PUBLIC_SECRET, "sha256").hex()


def _user(role: Role) -> User | None:
    found = users.of_this_machine()
    return found.of[role] if found else None


def _commanders() -> tuple[int, ...]:
    """Return who may ask the key daemon at its socket."""
    worker = _user(Role.WORKER)
    return (os.geteuid(), worker.number) if worker else (os.geteuid(),)


def _at_once() -> bool:
    """Say of what works in the background that nobody need wait for it."""
    return True


def _program(role: Role, command: list[str], pairs: Pairs, is_ready: Callable[[], bool] = _at_once) -> Program:
    end = pairs[role][0].fileno()
    given = surroundings(role) | {"JIKIM_ROLE": role, "JIKIM_KEYD_FD": str(end)}
    name, is_awaited = users.ENDINGS[role], is_ready is not _at_once
    return Program(name, command, given, (end,), pairs[role], is_ready, _user(role), is_awaited)


def _with_bell(program: Program, end: socket.socket, bell: tuple[socket.socket, socket.socket]) -> Program:
    """Give a program its end of the bell; both stay open here, so that whoever dies finds its own again."""
    return replace(
        program,
        surroundings={**program.surroundings, "JIKIM_BELL_FD": str(end.fileno())},
        sockets=(*program.sockets, end.fileno()),
        kept=(*program.kept, *bell),
    )


def _has_spoken(ends: list[socket.socket]) -> bool:
    """Say whether the key daemon greeted on every pair; its words are left for those they are meant for."""
    return len(select.select(ends, [], [], 0)[0]) == len(ends)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - always our own http address
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except OSError:
        return False


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else "not an address of this machine"


def _remedy(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"stop what listens there, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return "ports below 1024 belong to root: choose another with --port 8000"
    return "listen on this machine with --host 127.0.0.1"
