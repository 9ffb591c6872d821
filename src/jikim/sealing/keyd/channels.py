"""How a frame gets to the key daemon and its reply back. A channel belongs to one role; threads take turns on it.

The daemon starts anew after each destruction, and may die. It greets with a `boot` frame then, and whoever waits for a
reply sends the same frame again; every call may be made twice.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

from jikim.sealing.errors import FrameRefused, KeyringUnavailable
from jikim.sealing.keyd.wire import MAX_FRAME, decode

PATIENCE = 2.0  # seconds: a restart of the daemon takes a tenth of that
LONG_PATIENCE = 600.0  # once the daemon has said that it works on it
LOOK_EVERY_SECONDS = 1.0  # whether the daemon that works on it is still there
PAUSE = 0.02  # between two attempts to connect
MOST_LOSSES = 5  # of a connection, in one call


class Channel(Protocol):
    """The way to the key daemon."""

    def exchange(self, call_id: str, frame: bytes) -> bytes:
        """Return the reply to a frame; raises KeyringUnavailable when patience ends."""

    def close(self) -> None:
        """Give the way up."""


class _Gone(Exception):
    """The other end is closed."""


class _Turn:
    """Whose turn it is to speak. While nobody answers, those who wait for theirs give up when the speaker does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ends = 0.0

    def is_long(self) -> None:
        """Note that the daemon asked the speaker to wait, and with them everybody."""
        self._ends = time.monotonic() + LONG_PATIENCE

    @contextmanager
    def taken(self, until: float) -> Iterator[None]:
        """Take a turn; raises KeyringUnavailable."""
        while not self._lock.acquire(timeout=min(LOOK_EVERY_SECONDS, max(0.01, until - time.monotonic()))):
            if time.monotonic() >= max(until, self._ends):
                raise _unreachable(TimeoutError())
        try:
            yield
        finally:
            self._ends = 0.0
            self._lock.release()


class PairChannel:
    """One end of a pair that this process inherited; the other end outlives the daemon."""

    def __init__(self, handle: int, *, patience: float = PATIENCE, is_there: Callable[[], bool] = lambda: True) -> None:
        """Take an end. is_there: whether there is a daemon, or somebody who starts the next one."""
        self._socket = socket.socket(fileno=handle)
        self._patience, self._is_there, self._turn = patience, is_there, _Turn()

    def exchange(self, call_id: str, frame: bytes) -> bytes:
        """Send a frame and wait for its reply; greetings and replies to calls that were given up are passed over."""
        until = time.monotonic() + self._patience  # waiting for a turn is a part of it
        with self._turn.taken(until):
            try:
                _drain(self._socket)
                _send(self._socket, frame, until)
                return _reply(self._socket, call_id, frame, until, self._is_there, self._turn.is_long)
            except (OSError, _Gone) as error:
                raise _unreachable(error) from None

    def close(self) -> None:
        self._socket.close()


class SocketChannel:
    """The daemon's listening socket; which role this is, the daemon reads from the user who connects."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self._path, self._patience, self._turn = path, patience, Lock()
        self._socket: socket.socket | None = None

    def exchange(self, call_id: str, frame: bytes) -> bytes:
        """Send a frame and wait for its reply, over a new connection where the old one ended."""
        with self._turn:
            until, lost = time.monotonic() + self._patience, 0
            while True:
                try:
                    connected = self._connected()
                    _drain(connected)
                    _send(connected, frame, until)
                    return _reply(connected, call_id, frame, until)
                except TimeoutError as error:
                    self._forget()
                    raise _unreachable(error) from None
                except (OSError, _Gone) as error:
                    if self._socket is not None and lost < MOST_LOSSES:  # it answered, and began anew meanwhile
                        lost, until = lost + 1, max(until, time.monotonic() + self._patience)
                    self._forget()
                    if time.monotonic() + PAUSE > until:
                        raise _unreachable(error) from None
                    time.sleep(PAUSE)

    def close(self) -> None:
        self._forget()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            fresh = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                fresh.connect(os.fspath(self._path))
            except BaseException:
                fresh.close()
                raise
            self._socket = fresh
        return self._socket

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _drain(way: socket.socket) -> None:
    """Take away what was said while nobody asked."""
    way.settimeout(0)
    with suppress(BlockingIOError):
        while way.recv(MAX_FRAME):
            continue


def _send(way: socket.socket, frame: bytes, until: float) -> None:
    way.settimeout(max(0.001, until - time.monotonic()))
    way.send(frame)


def _reply(
    way: socket.socket,
    call_id: str,
    frame: bytes,
    until: float,
    is_there: Callable[[], bool] = lambda: True,
    is_long: Callable[[], object] = lambda: None,
) -> bytes:
    """Wait for the reply to a call; raises TimeoutError, OSError, _Gone."""
    while True:
        way.settimeout(max(0.001, min(LOOK_EVERY_SECONDS, until - time.monotonic())))
        try:
            reply = way.recv(MAX_FRAME)
        except TimeoutError:
            if time.monotonic() < until and is_there():
                continue
            raise
        if not reply:
            raise _Gone
        head = _head(reply)
        if "boot" in head:
            until = max(until, time.monotonic() + PATIENCE)
            _send(way, frame, until)
        elif head.get("id") == call_id and head.get("wait"):
            until = time.monotonic() + LONG_PATIENCE
            is_long()
        elif head.get("id") in (call_id, ""):
            return reply


def _head(reply: bytes) -> Mapping[str, object]:
    try:
        return decode(reply).head
    except FrameRefused:
        return {}  # no reply to anything


def _unreachable(error: Exception) -> KeyringUnavailable:
    return KeyringUnavailable(
        f"the key daemon does not answer ({type(error).__name__})",
        hint="see whether it runs and what it wrote last; nothing is lost, the same call may be made again",
    )
