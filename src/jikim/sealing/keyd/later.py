"""Work that would keep other callers waiting, and who does it meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

B = TypeVar("B")


class Lane(Enum):
    """Who does it: the destroyer for what takes long, the waiter for what only waits for the tree to be free."""

    DESTROYER = auto()
    WAITER = auto()


@dataclass(frozen=True, slots=True)
class Later(Generic[B]):
    """An answer that is not made yet."""

    work: Callable[[], B]
    lane: Lane = Lane.DESTROYER


@dataclass(frozen=True, slots=True)
class Deferred:
    """A reply that is not made yet.

    call_id:         of the frame that asked
    run:             makes it, and never raises
    acknowledgement: goes out at once and tells the caller to be patient
    """

    call_id: str
    run: Callable[[], bytes]
    lane: Lane
    acknowledgement: bytes


def later_if(busy: bool, work: Callable[[], B]) -> B | Later[B]:  # noqa: FBT001  # the name says what it decides
    """Do work now, or beside the serving while the tree may be taken."""
    return Later(work, Lane.WAITER) if busy else work()
