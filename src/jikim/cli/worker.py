"""The worker process: `python -m jikim.cli.worker`, started by `jikim serve`."""

import signal
import sys
import threading
from types import FrameType

from jikim.cli import home
from jikim.domain.errors import JikimError


def main() -> int:
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    try:
        home.ready()
    except JikimError as error:
        print(f"jikim worker: {error}", file=sys.stderr)
        return 3
    from jikim.procedures import worker

    worker.run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
