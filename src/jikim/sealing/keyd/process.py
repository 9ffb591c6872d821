"""`python -m jikim.sealing.keyd`: the key daemon as a process. `jikim serve` starts it; systemd may as well.

Exit codes: 0 told to stop, 2 misused, 3 refused (what is wrong with home, keyring or root stands on standard error).
"""

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from jikim.domain.errors import JikimError, Misused
from jikim.domain.journal import Role
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.journal.errors import JournalUnavailable
from jikim.sealing.keyd.doors import Listener, Peer
from jikim.sealing.keyd.hardening import harden
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.lock import Lock
from jikim.sealing.keyd.loop import End, Loop
from jikim.sealing.keyd.places import of_this_home

LOCK_OPTION, LISTENER_OPTION = "--lock", "--listener"  # what one process hands on to the next
TOLD_TO_STOP = {signal.SIGTERM, signal.SIGINT}
AGAIN_SECONDS = 0.25  # before files that cannot be opened now are tried again
CALLERS = tuple(role for role in Role if role is not Role.KEYD)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop. After a destruction a new process takes this one's place and never returns here."""
    logging.basicConfig(format="jikim keyd: %(message)s", level=logging.WARNING)
    try:
        arguments = _parser().parse_args(argv)
        harden()
        house = House(of_this_home(), serving=True) if arguments.lock is None else _taken_over(arguments.lock)
    except JikimError as error:
        _say(error)
        return 2 if isinstance(error, Misused) else 3
    return _serve(house, arguments) if house else 0


def _taken_over(lock: int) -> House | None:
    """Open the house of the process that this one follows, whose lock is held; None when told to stop before.

    Its files were in order a moment ago. A disk that is full now has room again some time; to end instead, again and
    again, would end the whole house.
    """
    said = ""
    while True:
        try:
            house = House(of_this_home(), lock=os.dup(lock), serving=True)
        except (KeyringUnavailable, JournalUnavailable) as error:
            if str(error) != said:
                _say(error)
            said = str(error)
            if signal.sigtimedwait(TOLD_TO_STOP, AGAIN_SECONDS):
                return None
        else:
            os.close(lock)
            return house


def _serve(house: House, arguments: argparse.Namespace) -> int:
    listener = Listener(arguments.listen, dict(arguments.peer), arguments.listener) if arguments.listen else None
    pairs = [Peer(socket.socket(fileno=handle), role, is_inherited=True) for role, handle in arguments.pair]
    loop = Loop(house, pairs, listener)
    for number in TOLD_TO_STOP:
        signal.signal(number, lambda _number, _frame: loop.stop())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_TO_STOP)  # as it may come from the process before this one
    if arguments.say_ready:
        print("ready", flush=True)  # noqa: T201  # what a supervisor without pairs waits for
    end = loop.serve()
    if end is End.ABANDONED:
        os._exit(0)  # the thread that destroys cannot be stopped; what it leaves the next start takes up
    try:
        house.close(keep_lock=end is End.ANEW)
    except JikimError as error:  # as when the disk is full: the next start finds everything as after a crash
        _say(error)
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD_TO_STOP)  # what comes from here on waits for the next process
    if end is End.ANEW and not loop.is_told_to_stop:
        _begin_anew(house.lock, listener)
    return 0


def _begin_anew(lock: Lock, listener: Listener | None) -> None:
    """Put a new process in this one's place: same number, same arguments, same sockets, and nothing of its memory."""
    words = list(sys.orig_argv[1:])
    handles = {LOCK_OPTION: lock.handle, LISTENER_OPTION: listener.socket.fileno() if listener else None}
    for option, handle in handles.items():
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
        if handle is not None:
            os.set_inheritable(handle, True)  # noqa: FBT003  # the name of the call says what is set
            words += [option, str(handle)]
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606  # ourselves


def _say(error: JikimError) -> None:
    print(f"jikim keyd: {error}", file=sys.stderr, flush=True)  # noqa: T201  # a process speaks by printing


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jikim.sealing.keyd", description="The key daemon of JIKIM_HOME.")
    parser.add_argument(
        "--pair", metavar="ROLE=FD", type=_pair, action="append", default=[], help="an inherited socket and its role"
    )
    parser.add_argument("--listen", metavar="PATH", type=Path, help="also serve users who connect here")
    parser.add_argument(
        "--peer", metavar="UID=ROLE", type=_user, action="append", default=[], help="the role of a user who connects"
    )
    parser.add_argument("--say-ready", action="store_true", help="print `ready` once it serves")
    for handed_on in (LOCK_OPTION, LISTENER_OPTION):
        parser.add_argument(handed_on, metavar="FD", type=int, help=argparse.SUPPRESS)
    return parser


def _pair(word: str) -> tuple[Role, int]:
    role, _, handle = word.partition("=")
    return _role(role), int(handle)


def _user(word: str) -> tuple[int, Role]:
    user, _, role = word.partition("=")
    return int(user), _role(role)


def _role(word: str) -> Role:
    role = Role(word)
    if role not in CALLERS:
        raise ValueError
    return role
