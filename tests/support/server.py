"""`jikim` as people run it: its own process, its own home, a free port."""

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from jikim.cli import desk_link
from jikim.cli.supervisor import end_with_parent

DEVELOPMENT = {"JIKIM_ROOTS": "anywhere"}  # a test's disk may be anything
JIKIM = (sys.executable, "-m", "jikim")
START_SECONDS = 300  # a demo lives years before it greets, and other tests run beside it; what dies is noticed at once
STOP_SECONDS = 20
GREETED = "Stop with"  # the last line it prints once it answers


@dataclass(frozen=True)
class Served:
    """A running program: where its two sides answer, where it keeps things, what it said."""

    url: str
    desk_url: str
    home: Path
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def link(self, path: str) -> str:
        """Return the address that has this path in it, printed or, as the desk's one-time link, left in a file."""
        left = self.home / desk_link.FILE
        for line in (*self.said, *([left.read_text()] if left.exists() else [])):
            if found := re.search(rf"http://127\.0\.0\.1:\d+\S*{re.escape(path)}\S*", line):
                return found[0]
        raise AssertionError(f"no link with {path} among {len(self.said)} lines")


Serve = Callable[..., Served]


def free_port() -> int:
    """Return a port that is free, as the one after it is: below those the system gives out, in this process's share."""
    while True:
        port = next(_ports)
        if all(_is_free(number) for number in (port, port + 1)):
            return port


def _share() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return itertools.cycle(range(10_000 + worker * 1_000, 11_000 + worker * 1_000, 2))


_ports = _share()


def _is_free(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) != 0


def surroundings(home: Path, more: Mapping[str, str] = {}) -> dict[str, str]:
    """The variables a program gets: none of the test's own JIKIM_ ones, and its own home."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("JIKIM_", "DJANGO_", "PYTEST_"))}
    return ours | {"JIKIM_HOME": str(home), "PYTHONUNBUFFERED": "1"} | DEVELOPMENT | dict(more)


def jikim(
    home: Path, *words: str, more: Mapping[str, str] = {}, within: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*JIKIM, *words],
        env=surroundings(home, more),
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


@contextmanager
def serving(
    home: Path, *words: str, more: Mapping[str, str] = {}, wrap: tuple[str, ...] = (), python: str = sys.executable
) -> Iterator[Served]:
    """Start `jikim serve` (or other words), wait until it greets, and end it with everything it started."""
    port, desk_port = free_port(), free_port()
    command = [*wrap, python, *JIKIM[1:], *(words or ("serve",)), "--port", str(port), "--desk-port", str(desk_port)]
    with subprocess.Popen(
        command,
        env=surroundings(home, more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - a run that is killed leaves nothing serving or mounted
    ) as process:
        served = Served(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{desk_port}", home, process)
        listener = threading.Thread(target=_listen, args=(process.stdout, served.said), daemon=True)
        listener.start()
        try:
            _wait_until_it_greets(served)
            yield served
        finally:
            _end(process)
            listener.join(STOP_SECONDS)


def _listen(lines: IO[str] | None, said: list[str]) -> None:
    for line in lines or ():
        said.append(line)  # noqa: PERF402 - one by one: another thread reads while we wait for the next


def _wait_until_it_greets(served: Served) -> None:
    latest = time.monotonic() + START_SECONDS
    while not any(line.startswith(GREETED) for line in served.said):
        if served.process.poll() is not None or time.monotonic() > latest:
            raise AssertionError(f"jikim did not start:\n{''.join(served.said)}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the whole group to stop (under strace the program is a grandchild), then insist."""
    for ask in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ask)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start as many programs as a test needs; all are ended with it. Each has a new home unless given one."""
    with ExitStack() as running:
        count = iter(range(100))

        def start(
            *words: str, home: Path | None = None, more: Mapping[str, str] = {}, wrap: tuple[str, ...] = ()
        ) -> Served:
            own = home or tmp_path / f"home{next(count)}"
            return running.enter_context(serving(own, *words, more=more, wrap=wrap))

        yield start


@pytest.fixture
def live_home(serve: Serve) -> Served:
    """A first run on a new home: `jikim serve`, answering."""
    return serve()
