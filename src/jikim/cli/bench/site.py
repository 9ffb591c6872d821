"""A whole `jikim serve` over a new home, as people start it, and beside it a bare Django over the same database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.visiting import ATTACHED, PERSON, Form
from jikim.cli.processes import SYSTEM
from jikim.domain.errors import Refused

GREETED = "Stop with"
START_SECONDS = 60
STOP_SECONDS = 20
SETTLED_SECONDS = 1  # after the worker's first round: the postman began with it and does not say when it is ready
AGREED = {"age": "of-age", "consent-inquiry": "given"}
SERVER = (
    "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1", "--blocking-threads", "4",
    "--no-ws", "--log-level", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A running house. number: of the process that started all others."""

    port: int
    number: int
    home: Path
    surroundings: Mapping[str, str]

    def inquiry(self, *, attached: bool = False) -> Form:
        file = ("attachments", ATTACHED) if attached else None
        return Form(self.port, "/inquiry/", PERSON | AGREED, 201, page="/inquiry/", each=True, file=file)


@dataclass(frozen=True, slots=True)
class Bare:
    """A Django that only does the least: parse, or parse and insert one row."""

    port: int
    number: int

    def insert(self, *, attached: bool = False) -> Form:
        return Form(self.port, "/bare/", PERSON, 201, file=("attachments", ATTACHED) if attached else None)

    def parse(self) -> Form:
        return Form(self.port, "/parse/", PERSON, 200)


@contextmanager
def running(bench: Bench, database: Mapping[str, str], program: str = "jikim") -> Iterator[Site]:
    """Start everything over a new home, and end it. program: the module that is run as `jikim`."""
    home = bench.place("home")
    surroundings = {**system(), **database, "JIKIM_HOME": str(home), "JIKIM_ROOTS": "anywhere", "JIKIM_USERS": "none"}
    port, desk_port = free_port(), free_port()
    command = [sys.executable, "-m", program, "serve", "--port", str(port), "--desk-port", str(desk_port)]
    log = bench.place("log") / "said"
    with _process(bench, command, surroundings, log) as process:
        _await_greeting(process, log)
        yield Site(port, process.pid, home, surroundings)


@contextmanager
def bare(bench: Bench, site: Site) -> Iterator[Bare]:
    """Start the bare Django over the database of a site."""
    _await_round(site.home / "worker.round")
    surroundings = {**site.surroundings, "JIKIM_ROLE": "public"}
    with served(bench, sys.executable, "jikim.cli.bench.bare:application", surroundings) as (port, number):
        yield Bare(port, number)


@contextmanager
def served(bench: Bench, python: str, application: str, surroundings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application as Jikim's own pages are served; gives its port and the server's process."""
    port, log = free_port(), bench.place("log") / "said"
    with _process(bench, [python, *SERVER, "--port", str(port), application], surroundings, log) as process:
        _await_port(process, port, log)
        yield port, process.pid


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def system() -> dict[str, str]:
    return {name: os.environ[name] for name in SYSTEM if name in os.environ}


@contextmanager
def _process(
    bench: Bench, command: Sequence[str], surroundings: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[str]"]:
    with ExitStack() as stack:
        errors = stack.enter_context(log.open("wb"))
        process = stack.enter_context(
            subprocess.Popen(command, env=dict(surroundings), stdout=subprocess.PIPE, stderr=errors, text=True)  # noqa: S603  our own programs
        )
        stack.callback(_end, process)
        stack.enter_context(bench.processes.counting(process.pid))
        yield process


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _await_greeting(process: "subprocess.Popen[str]", log: Path) -> None:
    for line in process.stdout or ():
        if line.startswith(GREETED):
            return
    raise _did_not_start(log)


def _await_round(noted: Path) -> None:
    """Wait for the worker's first round: until then the house may still refuse a table that it does not know."""
    latest = time.monotonic() + START_SECONDS
    while not noted.exists():
        if time.monotonic() > latest:
            raise Refused("the worker of the bench did not begin", hint="run the row again; if it stays, read its log")
        time.sleep(0.05)
    time.sleep(SETTLED_SECONDS)


def _await_port(process: "subprocess.Popen[str]", port: int, log: Path) -> None:
    latest = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < latest:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise _did_not_start(log)


def _did_not_start(log: Path) -> Refused:
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    return Refused(
        f"a server of the bench did not start: {''.join(last)[:200]}", hint="mend it, then run the row again"
    )
