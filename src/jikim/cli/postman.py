"""The postman process: `python -m jikim.cli.postman`, started by `jikim serve`. The only one that speaks SMTP."""

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
        from jikim import environment

        environment.mail_server()  # a server that cannot be used is told before anything waits for it
    except JikimError as error:
        print(f"jikim postman: {error}", file=sys.stderr)
        return 3
    from jikim.procedures import postman

    postman.run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
