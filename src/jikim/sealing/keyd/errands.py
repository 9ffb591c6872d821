"""A thread beside the serving one, for work that takes long. What it finished, it puts down and rings."""

import logging
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

P = TypeVar("P")

LOG = logging.getLogger("jikim.keyd")
Work = Callable[[], bytes | None]


class Errands(Generic[P]):
    """Work is done one after another, in the order in which it came. Whoever gives it also counts it."""

    def __init__(self, name: str, put_down: Callable[[P, bytes | None], None]) -> None:
        self._put_down = put_down
        self._waiting: SimpleQueue[tuple[P, Work]] = SimpleQueue()
        self.outstanding = 0  # given and not yet settled; changed by the serving thread alone
        Thread(target=self._run, name=name, daemon=True).start()

    def give(self, whose: P, work: Work) -> None:
        self.outstanding += 1
        self._waiting.put((whose, work))

    def _run(self) -> None:
        while True:
            whose, work = self._waiting.get()
            self._put_down(whose, _done(work))
            del work


def _done(work: Work) -> bytes | None:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # the thread goes on; what failed is tried again
        LOG.error("what was due failed and is tried again: %s", type(error).__name__)  # noqa: TRY400  # no traceback
        return None
