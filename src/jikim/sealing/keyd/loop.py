"""The serving thread: it takes one frame from each caller in turn, answers what is quick, and hands on what is not.

Nothing in it waits for a medium longer than one commit takes. It ends when it is told to, or when keys were destroyed
that this process has known: then a new process takes its place at the first quiet moment, and in a busy house after
two seconds, as soon as no call is half done.
"""

import os
import selectors
import time
from collections.abc import Iterable
from enum import Enum, auto
from queue import Empty, SimpleQueue

from jikim.sealing.errors import FrameRefused
from jikim.sealing.keyd.doors import Listener, Peer
from jikim.sealing.keyd.errands import Errands
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.later import Deferred, Lane
from jikim.sealing.keyd.replies import error_reply
from jikim.sealing.keyd.wire import Frame, encode

MOST_CALLERS = 256  # at once; a process may commonly have 1,024 files open
MOST_OUTSTANDING = 8  # calls of one peer that are worked on beside the serving
QUIET_SECONDS = 0.1  # whoever destroyed asks for more at once (states, a certificate); a new process would make it wait
LONGEST_SECONDS = 2.0  # for which keys that are destroyed may still lie about in this process
FULL_SECONDS = 0.5  # before it is tried again to let somebody in, where nothing more may be opened
LAST_SECONDS = 5.0  # for what is being worked on when the daemon is told to stop; a crash there loses nothing


class End(Enum):
    """Why the serving ended."""

    STOPPED = auto()
    ABANDONED = auto()  # told to stop, and a destruction goes on: the next start takes it up
    ANEW = auto()


class Loop:
    """Serves a house to its callers until it ends."""

    def __init__(self, house: House, pairs: Iterable[Peer], listener: Listener | None = None) -> None:
        self._house, self._listener = house, listener
        self._selector = selectors.DefaultSelector()
        self._peers: set[Peer] = set()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._finished: SimpleQueue[tuple[Lane, Peer | None, bytes | None]] = SimpleQueue()
        self._errands = {lane: self._errands_of(lane) for lane in Lane}
        self._stop_at: float | None = None
        self._listen_at: float | None = None  # while nobody is let in: when that is tried again
        self._served_at = time.monotonic()
        self._effaced_at: float | None = None  # since when this process is to make way
        self._selector.register(self._bell, selectors.EVENT_READ)
        if listener is not None:
            self._selector.register(listener.socket, selectors.EVENT_READ, listener)
        for peer in pairs:
            self._welcome(peer)
        house.is_busy = lambda: self._errands[Lane.DESTROYER].outstanding > 0

    def stop(self) -> None:
        """Have the serving end soon; may be called by a signal."""
        self._stop_at = time.monotonic() + LAST_SECONDS
        self._ring()

    @property
    def is_told_to_stop(self) -> bool:
        return self._stop_at is not None

    def serve(self) -> End:
        """Answer frames until there is an end."""
        while (end := self._end()) is None:
            self._carry_out_what_is_due()
            is_ending = self._is_ending()
            self._listen_again()
            for key, _events in self._selector.select(self._patience()):
                if key.data is None:
                    os.eventfd_read(self._bell)
                elif isinstance(key.data, Peer) and not is_ending:
                    self._serve(key.data)
                elif isinstance(key.data, Listener) and not is_ending:
                    self._let_in(key.data)
            self._settle_finished()
            if is_ending:
                self._rest()
        return end

    def _end(self) -> End | None:
        idle = not any(errands.outstanding for errands in self._errands.values())
        if self._stop_at is not None:
            late = time.monotonic() > self._stop_at
            return End.STOPPED if idle else End.ABANDONED if late else None
        if self._makes_way() and idle:
            return End.ANEW
        return End.STOPPED if not self._peers and self._listener is None and idle else None

    def _is_ending(self) -> bool:
        """Say whether no new frame is taken: those that come wait in their sockets for the next process.

        That is a moment: while something long is still being done, callers are served as ever.
        """
        return self._stop_at is not None or (self._makes_way() and not self._house.is_busy())

    def _makes_way(self) -> bool:
        """Say whether the time has come for a new process."""
        if not self._house.has_effaced:
            return False
        now = time.monotonic()
        if self._effaced_at is None:
            self._effaced_at = self._served_at = now
        return now >= min(self._served_at + QUIET_SECONDS, self._effaced_at + LONGEST_SECONDS)

    def _rest(self) -> None:
        """Do not spin while frames wait that are not taken any more."""
        time.sleep(0.001)

    def _patience(self) -> float | None:
        if self._stop_at is not None or self._house.has_effaced:
            return 0.01
        due = None if self._house.is_busy() else self._house.schedule.seconds_left()
        listening = None if self._listen_at is None else max(0.0, self._listen_at - time.monotonic())
        return min((one for one in (due, listening) if one is not None), default=None)

    def _carry_out_what_is_due(self) -> None:
        if self._house.schedule.seconds_left() == 0 and not self._house.is_busy() and not self._is_ending():
            self._errands[Lane.DESTROYER].give(None, self._flush)

    def _flush(self) -> None:
        self._house.service.flush()

    def _serve(self, peer: Peer) -> None:
        try:
            data = peer.receive()
        except BlockingIOError:
            return
        if data is None:
            self._dismiss(peer)
            return
        self._served_at = time.monotonic()
        found = self._house.service.handle(peer.role, data)
        if isinstance(found, Deferred):
            self._defer(peer, found)
        else:
            peer.send(found)

    def _defer(self, peer: Peer, found: Deferred) -> None:
        if peer.outstanding >= MOST_OUTSTANDING:
            busy = FrameRefused("more calls at once than one caller may make", hint="wait for the replies")
            peer.send(error_reply(found.call_id, busy))
            return
        peer.send(found.acknowledgement)
        if found.lane is Lane.DESTROYER and self._makes_way():
            return  # left to the next process: its greeting makes the caller, patient from now on, send it again
        peer.outstanding += 1
        self._errands[found.lane].give(peer, found.run)

    def _settle_finished(self) -> None:
        """Send the replies that were made beside the serving."""
        try:
            while True:
                lane, peer, reply = self._finished.get_nowait()
                self._errands[lane].outstanding -= 1
                if peer is not None and reply is not None:
                    peer.outstanding -= 1
                    peer.send(reply)
        except Empty:
            return

    def _errands_of(self, lane: Lane) -> Errands[Peer | None]:
        def put_down(peer: Peer | None, reply: bytes | None) -> None:
            self._finished.put((lane, peer, reply))
            self._ring()

        return Errands(lane.name.lower(), put_down)

    def _ring(self) -> None:
        os.eventfd_write(self._bell, 1)

    def _welcome(self, peer: Peer) -> None:
        """Greet a caller: one that waited for the daemon before this one sends its call again."""
        if len(self._peers) >= MOST_CALLERS:
            peer.close()
            return
        self._peers.add(peer)
        self._selector.register(peer.way, selectors.EVENT_READ, peer)
        peer.send(encode(Frame({"boot": self._house.boot})))

    def _let_in(self, listener: Listener) -> None:
        """Let in who waits; where nothing more may be opened, do not ask again and again who does."""
        for peer in listener.accept():
            self._welcome(peer)
        if listener.is_full:
            self._selector.unregister(listener.socket)
            self._listen_at = time.monotonic() + FULL_SECONDS

    def _listen_again(self) -> None:
        if self._listener is not None and self._listen_at is not None and time.monotonic() >= self._listen_at:
            self._listen_at = None
            self._selector.register(self._listener.socket, selectors.EVENT_READ, self._listener)

    def _dismiss(self, peer: Peer) -> None:
        self._peers.discard(peer)
        self._selector.unregister(peer.way)
        peer.close()
