"""The worker process: `python -m jikim.cli.worker`, started by `jikim serve`."""

import sys
from collections.abc import Callable
from threading import Event

from jikim.cli import child


def begin() -> Callable[[Event], None]:
    from jikim.procedures import worker

    return worker.run


if __name__ == "__main__":
    sys.exit(child.run("worker", begin))
