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
from functools import partial

from jikim import environment
from jikim.cli import processes, supervisor
from jikim.domain.journal import Role
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.keyd.channels import PairChannel, SocketChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyring import Keyring

START_SECONDS = 20  # a first start makes the keyring; one after a crash in the middle of a destruction settles it
LOOK_EVERY_SECONDS = 0.01
PATIENCE = 20.0  # seconds for a call: who typed a command on a busy machine waits longer than who loads a page


class _Own:
    """A key daemon of this process: it ends when it is let go of, and with this process at the latest."""

    def __init__(self) -> None:
        pairs = processes.new_pairs(processes.SERVED)
        program = processes.key_daemon(pairs)
        self._process = supervisor.start(program)
        try:
            _await(self._process, program)
        except KeyringUnavailable:
            supervisor.end(self._process)
            for mine, theirs in pairs.values():
                mine.close()
                theirs.close()
            raise
        self._theirs = [theirs for _, theirs in pairs.values()]  # open here: what is sent while it starts anew waits
        self._channels = {
            role: PairChannel(mine.detach(), patience=PATIENCE, is_there=self._is_there)
            for role, (mine, _) in pairs.items()
        }
        atexit.register(self.close)

    def _is_there(self) -> bool:
        """Say whether it runs: nobody starts it again, so there is nothing to wait for once it ended."""
        return self._process.poll() is None

    def together(self) -> Together:
        return Together({role: Client(channel, role) for role, channel in self._channels.items()})

    def close(self) -> None:
        atexit.unregister(self.close)
        supervisor.end(self._process)
        for channel in self._channels.values():
            channel.close()
        for end in self._theirs:
            end.close()


class _Opened:
    """What must be let go of with the keyring of this process."""

    def __init__(self) -> None:
        self.close: Callable[[], None] = lambda: None


_opened = _Opened()


def open_keyring() -> Keyring:
    """Return this process's way to its keys; raises KeyringUnavailable, BadVariable."""
    role, given = environment.role(), environment.keyd_fd()
    if given is not None:
        return _kept(Client(channel := PairChannel(given), role or Role.WORKER), channel.close)
    if (folder := _where_one_listens()) is not None:
        channel_of_home = SocketChannel(processes.door(folder))
        return _kept(Client(channel_of_home, role or Role.WORKER), channel_of_home.close, partial(os.close, folder))
    if role is not None:
        raise KeyringUnavailable(f"no key daemon runs for the {role} process", hint="start it through `jikim serve`")
    own = _Own()
    return _kept(own.together(), own.close)


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


def _await(process: "subprocess.Popen[bytes]", program: supervisor.Program) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not program.is_ready():
        if process.poll() is not None:
            raise KeyringUnavailable(
                f"the key daemon ended while starting (exit code {process.returncode})",
                hint="read its messages above, and mend what they name",
            )
        if time.monotonic() > deadline:
            raise KeyringUnavailable(
                "the key daemon does not answer", hint="look at its messages above, then try again"
            )
        time.sleep(LOOK_EVERY_SECONDS)
