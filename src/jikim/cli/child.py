"""What the processes that wait for work have in common: they stop when asked, and tell why they could not begin."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from jikim.cli import home
from jikim.domain.errors import JikimError

Begin = Callable[[], Callable[[threading.Event], None]]


def run(name: str, begin: Begin) -> int:
    """Wait for the home, begin, and work until the process is asked to stop; returns the exit code.

    begin: what may be refused before the work, and the work, of which nothing is imported before the home is ready
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    try:
        home.ready()
        work = begin()
    except JikimError as error:
        print(f"jikim {name}: {error}", file=sys.stderr)
        return 3
    work(stop)
    return 0
