"""The postman process: `python -m jikim.cli.postman`, started by `jikim serve`. The only one that speaks SMTP."""

import sys
from collections.abc import Callable
from threading import Event

from jikim.cli import child


def begin() -> Callable[[Event], None]:
    from jikim import environment
    from jikim.procedures import postman

    environment.mail_server()  # a server that cannot be used is told before anything waits for it
    return postman.run


if __name__ == "__main__":
    sys.exit(child.run("postman", begin))
