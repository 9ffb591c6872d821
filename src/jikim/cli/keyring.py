"""How this process reaches the keys: by the socket it was given, by the key daemon of its home, or by one of its own.

A page's or the worker's process was given a socket and a role. A command that somebody typed asks the key daemon that
runs for its home, as the worker does; where none runs it starts one, speaks for every role, and ends it.
"""

import atexit
import os
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from jikim import environment, sealing
from jikim.cli import processes, supervisor
from jikim.cli.processes import Pairs
from jikim.cli.supervisor import Program
from jikim.domain.journal import Role
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.keyd.channels import PairChannel, SocketChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyring import Keyring

START_SECONDS = 20  # a first start makes the keyring; one after a crash in the middle of a destruction settles it
LOOK_EVERY_SECONDS = 0.01
PATIENCE = 20.0  # seconds for a call: who typed a command on a busy machine waits longer than who loads a page


@dataclass(frozen=True, slots=True)
class Begun:
    """A key daemon that runs, and the sockets that bind its roles."""

    program: Program
    process: "subprocess.Popen[bytes]"
    pairs: Pairs


class _Own:
    """A key daemon of this process: it ends when it is let go of, and with this process at the latest."""

    def __init__(self, *, listens: bool = False) -> None:
        pairs = processes.new_pairs(processes.SERVED)
        program = processes.key_daemon(pairs, processes.run_folder() if listens else None)
        self.begun = Begun(program, supervisor.start(program), pairs)
        self._channels: list[PairChannel] = []
        self._is_handed_over = False
        atexit.register(self.close)

    def together(self) -> Together:
        """Return everybody's keyring, once the daemon is ready; raises KeyringUnavailable, and it has ended then."""
        try:
            _await(self.begun)
        except KeyringUnavailable:
            _end_own()
            raise
        mine = {role: os.dup(end.fileno()) for role, (end, _) in self.begun.pairs.items()}  # what is open here waits
        channels = {role: PairChannel(end, patience=PATIENCE, is_there=self._is_there) for role, end in mine.items()}
        self._channels += channels.values()
        return Together({role: Client(channel, role) for role, channel in channels.items()})

    def hand_over(self) -> Begun:
        """Leave the daemon to whoever keeps it running from here on."""
        self._is_handed_over = True
        return self.begun

    def close(self) -> None:
        atexit.unregister(self.close)
        for channel in self._channels:
            channel.close()
        if self._is_handed_over:
            return
        supervisor.end(self.begun.process)
        for end in (end for pair in self.begun.pairs.values() for end in pair):
            end.close()

    def _is_there(self) -> bool:
        """Say whether it runs: nobody starts it again, so there is nothing to wait for once it ended."""
        return self.begun.process.poll() is None


class _Opened:
    """What must be let go of with the keyring of this process. own: a key daemon that was begun for it."""

    def __init__(self) -> None:
        self.close: Callable[[], None] = lambda: None
        self.own: _Own | None = None
        self.listens = False


_opened = _Opened()


def prepare(*, listens: bool) -> None:
    """Begin with this process's key daemon, so that it is ready when somebody asks; a new keyring waits until then.

    listens: also for commands, as the one of a house does
    """
    _opened.listens = listens
    if environment.keys().database.exists():
        _opened.own = _Own(listens=listens)


def hand_over() -> Begun:
    """Let go of the keyring, and return the key daemon that this process began, which goes on.

    raises: KeyringUnavailable
    """
    sealing.current()
    if _opened.own is None:
        raise KeyringUnavailable("another key daemon serves this home", hint="stop that one first")
    begun = _opened.own.hand_over()
    sealing.close()
    return begun


def open_keyring() -> Keyring:
    """Return this process's way to its keys; raises KeyringUnavailable, BadVariable."""
    if _opened.own is not None:
        return _kept(_opened.own.together(), _end_own)
    role, given = environment.role(), environment.keyd_fd()
    if given is not None:
        return _kept(Client(channel := PairChannel(given), role or Role.WORKER), channel.close)
    if (folder := _where_one_listens()) is not None:
        channel_of_home = SocketChannel(processes.door(folder))
        return _kept(Client(channel_of_home, role or Role.WORKER), channel_of_home.close, partial(os.close, folder))
    if role is not None:
        raise KeyringUnavailable(f"no key daemon runs for the {role} process", hint="start it through `jikim serve`")
    _opened.own = _Own(listens=_opened.listens)
    return _kept(_opened.own.together(), _end_own)


def close_keyring(_keyring: Keyring) -> None:
    """Let go of the way to the keys; a key daemon that was started for it ends."""
    close, _opened.close = _opened.close, lambda: None
    close()


def _kept(keyring: Keyring, *closing: Callable[[], None]) -> Keyring:
    def close() -> None:
        for one in closing:
            one()

    _opened.close = close
    return keyring


def _where_one_listens() -> int | None:
    """Return the folder in which a key daemon listens for commands; what a dead one left behind does not listen."""
    try:
        folder = processes.run_folder(make=False)
    except OSError:
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        if probe.connect_ex(str(processes.door(folder))) == 0:
            return folder
    os.close(folder)
    return None


def _end_own() -> None:
    own, _opened.own = _opened.own, None
    if own is not None:
        own.close()


def _await(begun: Begun) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not begun.program.is_ready():
        if begun.process.poll() is not None:
            raise KeyringUnavailable(
                f"the key daemon ended while starting (exit code {begun.process.returncode})",
                hint="read its messages above, and mend what they name",
            )
        if time.monotonic() > deadline:
            raise KeyringUnavailable(
                "the key daemon does not answer", hint="look at its messages above, then try again"
            )
        time.sleep(LOOK_EVERY_SECONDS)
