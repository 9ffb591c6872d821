"""Starting `jikim serve` on a home that is there already, until both sides answer."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Bar, Result
from jikim.cli.bench.results import time as written
from jikim.domain.errors import Refused

SECONDS = 3.0  # more than that, and an operator looks for what is wrong
LAST_LINE = "Stop with"


def measure(bench: Bench) -> Iterator[Result]:
    home = bench.place("start")
    start(home)  # the first one makes it
    run = bench.alternate({"start": lambda: start(home)})
    line = run.result(
        "start", "a second start of `jikim serve`, until both sides answer; against three seconds", ("start", "start"),
        run.seconds["start"] / SECONDS, Bar(1.0, 0.7, at_most=True),
        note="five processes, each of which reads the program and checks the tables",
    )  # fmt: skip
    yield replace(line, against=written(SECONDS))


def start(home: Path) -> float:
    """Start and stop it; return the seconds until it said where to go."""
    began = time.perf_counter()
    with _served(home) as process:
        for line in process.stdout or ():
            if line.startswith(LAST_LINE):
                return time.perf_counter() - began
    raise Refused(f"`jikim serve` ended with exit code {process.returncode}", hint="start it by hand to see why")


@contextmanager
def _served(home: Path) -> Iterator["subprocess.Popen[str]"]:
    ports = [word for name in ("--port", "--desk-port") for word in (name, str(_free_port()))]
    given = {name: word for name, word in os.environ.items() if not name.startswith("JIKIM_")}
    given |= {"JIKIM_HOME": str(home), "JIKIM_ROOTS": "anywhere", "JIKIM_USERS": "none"}
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "jikim", "serve", *ports],
        env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
