"""Who is at the other end: inherited pairs, each of one role, and users who connect, known by their number."""

import errno
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import POLLHUP, POLLIN, POLLRDHUP, poll

from jikim.domain.journal import Role
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.keyd.wire import MAX_FRAME

CREDENTIALS = struct.Struct("iII")  # SO_PEERCRED: process, user, group
BACKLOG = 64
NOTHING_LEFT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})  # with which to let somebody in


@dataclass(slots=True, eq=False)
class Peer:
    """One caller.

    is_inherited: another process holds this end too, and the next daemon is given it under the same number
    outstanding:  its calls that are being worked on beside the serving
    """

    way: socket.socket = field(repr=False)
    role: Role
    is_inherited: bool = False
    outstanding: int = 0

    def receive(self) -> bytes | None:
        """Return a frame, or as much of an oversized one as shows that it is; None when the peer is gone.

        raises: BlockingIOError; there was nothing after all
        """
        try:
            data = self.way.recv(MAX_FRAME + 1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            raise
        except OSError:
            return None
        return data if data or not self._has_hung_up() else None

    def send(self, data: bytes) -> None:
        """Send a frame; one that does not fit is lost, for a caller that does not read must not stop the others."""
        with suppress(OSError):
            self.way.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def close(self) -> None:
        """Hang up on a caller who connected; an inherited end stays, so that nothing else takes its number."""
        if not self.is_inherited:
            self.way.close()

    def _has_hung_up(self) -> bool:
        """Say whether nothing comes any more, also from a caller that would still listen: it would seem to speak on."""
        asked = poll()
        asked.register(self.way, POLLIN | POLLRDHUP)
        return any(events & (POLLHUP | POLLRDHUP) for _handle, events in asked.poll(0))


class Listener:
    """A socket for processes of other users. Which role a user has is told when the daemon is started."""

    def __init__(self, path: Path, roles: Mapping[int, Role], handle: int | None = None) -> None:
        """Listen at a path of this daemon's own; raises KeyringUnavailable.

        handle: of the socket on which the process before this one listened, so that nobody is turned away between them
        """
        self._roles = roles
        self.is_full = False  # somebody waits whom this process has nothing left to let in with
        self.socket = _bound(path) if handle is None else socket.socket(fileno=handle)
        self.socket.setblocking(False)  # noqa: FBT003  # the name of the call says what is set

    def accept(self) -> Iterator[Peer]:
        """Give the peers who wait and have a role; all others are hung up on.

        It ends where nobody waits any more, and where this process may open nothing more: `is_full`, and who waits is
        met again.
        """
        while (connection := self._next()) is not None:
            role = self._roles.get(_user(connection))
            if role is None:
                connection.close()
                continue
            yield Peer(connection, role)

    def close(self) -> None:
        self.socket.close()

    def _next(self) -> socket.socket | None:
        try:
            connection, _address = self.socket.accept()
        except OSError as error:
            self.is_full = error.errno in NOTHING_LEFT
            return None
        return connection


def _bound(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        path.unlink(missing_ok=True)
        listening.bind(os.fspath(path))
        path.chmod(0o666)  # who connects is asked for the user, whoever may
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise KeyringUnavailable(
            f"the key daemon cannot listen at {path.name}: {error.strerror}",
            hint="look at the folder of the socket and its permissions",
        ) from error
    return listening


def _user(connection: socket.socket) -> int:
    words = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    user: int = CREDENTIALS.unpack(words)[1]
    return user
