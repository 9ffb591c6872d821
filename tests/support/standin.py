"""A process that stands in for one of the house: it notes that it began, greets on its sockets, and echoes.

python -m tests.support.standin NOTES NAME [--fail] [--pair ROLE=FD …]
"""

import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Never


def main(notes: Path, name: str, words: list[str]) -> None:
    _note(notes, f"{name} began")
    if "--fail" in words:
        sys.exit(7)
    ends = [int(word.rpartition("=")[2]) for word in words if "=" in word]

    def end(_number: int, _frame: object) -> Never:
        _note(notes, f"{name} ended")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, lambda *_: _note(notes, f"{name} was interrupted"))
    for one in ends:
        os.write(one, b"boot")
    while True:
        time.sleep(0.02)
        for one in select.select(ends, [], [], 0)[0]:
            os.write(one, os.read(one, 1024))


def _note(notes: Path, words: str) -> None:
    with notes.open("a") as page:
        page.write(f"{words} {os.getpid()}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
