"""One frame in, one frame out: who may ask, what is asked, and an answer whatever the bytes were.

It knows no socket. The daemon's loop stands on it, and so does the double in which tests run the very same code.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from jikim.domain.errors import JikimError
from jikim.domain.journal import Role
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.later import Deferred, Lane, Later
from jikim.sealing.keyd.replies import error_reply, unforeseen
from jikim.sealing.keyd.table import Call
from jikim.sealing.keyd.wire import Frame, decode, encode, refused

A = TypeVar("A")
B = TypeVar("B")

LOG = logging.getLogger("jikim.keyd")
LONGEST_ID = 64

Encoded = tuple[object, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Bound(Generic[A, B]):
    """A call of the table and who carries it out."""

    call: Call[A, B]
    work: Callable[[Role, A], B | Later[B]]

    def answer(self, role: Role, asked: object, blobs: Sequence[bytes]) -> Encoded | Later[Encoded]:
        found = self.work(role, self.call.asks.read(asked, blobs))
        if isinstance(found, Later):
            return Later(lambda: self._encoded(found.work()), found.lane)
        return self._encoded(found)

    def _encoded(self, found: B) -> Encoded:
        blobs: list[bytes] = []
        return self.call.answers.write(found, blobs), tuple(blobs)


class Service:
    """Answers frames. `handle` never raises."""

    def __init__(self, calls: Sequence[Bound[Any, Any]], flush: Callable[[], None]) -> None:
        """Take who answers which call. flush: carries out what was asked for; raises what the tree raises."""
        self._calls: Mapping[str, Bound[Any, Any]] = {bound.call.name: bound for bound in calls}
        self.flush = flush

    def handle(self, role: Role, data: bytes) -> bytes | Deferred:
        """Return the reply to a frame, or the promise of one."""
        call_id = ""
        try:
            frame = decode(data)
            call_id = _id(frame)
            return self._reply(call_id, role, frame)
        except Exception as error:  # noqa: BLE001  # whatever a frame does, the next caller is served
            return _failed(call_id, error)

    def _reply(self, call_id: str, role: Role, frame: Frame) -> bytes | Deferred:
        name = frame.head.get("call")
        bound = self._calls.get(name) if isinstance(name, str) else None
        if bound is None:
            raise refused("a call that nobody knows")
        roles.refuse_caller(role, bound.call.name)
        found = bound.answer(role, frame.head.get("ask"), frame.blobs)
        if isinstance(found, Later):
            return Deferred(
                call_id, _guarded(call_id, found.work), found.lane, encode(Frame({"id": call_id, "wait": True}))
            )
        return _answered(call_id, found)


def _guarded(call_id: str, work: Callable[[], Encoded]) -> Callable[[], bytes]:
    def run() -> bytes:
        try:
            return _answered(call_id, work())
        except Exception as error:  # noqa: BLE001  # the caller waits for a reply, whatever happened
            return _failed(call_id, error)

    return run


def _answered(call_id: str, found: Encoded) -> bytes:
    answer, blobs = found
    return encode(Frame({"id": call_id, "answer": answer}, blobs))


def _failed(call_id: str, error: Exception) -> bytes:
    """Tell a deliberate error as it is; of any other log the type alone, for its words could hold a value."""
    if isinstance(error, JikimError):
        return error_reply(call_id, error)
    LOG.error("a call failed: %s", type(error).__name__)
    return error_reply(call_id, unforeseen(error))


def _id(frame: Frame) -> str:
    found = frame.head.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID or not found.isascii():
        raise refused("a call without an id")
    return found


__all__ = ["Bound", "Deferred", "Lane", "Service"]
