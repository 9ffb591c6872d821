"""A crowd of visitors: a program of its own that sends forms, and what it says of the answers."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from jikim.cli.bench.harness import Bench, Side
from jikim.cli.bench.load import used
from jikim.cli.bench.peer import LOCKS
from jikim.domain.errors import Refused

ATTACHED = 20_000  # bytes of the file, where there is one
PERSON = {
    "name": "Kim Mina",
    "email": "mina@example.org",
    "phone": "02-123-4567",
    "topic": "product",
    "message": "Where can I have my scale calibrated, and how long does it take? " * 5,
}


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent, where to, and how success is answered. page: where the form stands; each: one for every sending."""

    port: int
    post: str
    fields: Mapping[str, str]
    expect: int
    page: str = ""
    each: bool = False
    file: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the forms of one turn."""

    seconds: float
    latencies: list[float] = field(repr=False)
    failed: list[int]


@dataclass(frozen=True, slots=True)
class Crowd:
    """The running program."""

    process: "subprocess.Popen[str]"

    def send(self, form: Form, count: int, clients: int) -> Sent:
        """Get forms ready, then let so many visitors send them; only the sending is timed."""
        self.prepare(form, count)
        return self.go(clients)

    def prepare(self, form: Form, count: int) -> None:
        task = {name: value for name, value in asdict(form).items() if value != ""}
        self._ask({"do": "prepare", "name": "forms", "count": count, **task})

    def go(self, clients: int) -> Sent:
        """Have sent what was prepared."""
        found = self._ask({"do": "send", "name": "forms", "clients": clients})
        return Sent(found["seconds"], found["latencies"], found["failed"])

    def _ask(self, task: Mapping[str, object]) -> dict[str, Any]:
        if self.process.stdin is None or self.process.stdout is None:
            raise Refused("the visitors have no pipe", hint="a fault of the bench")
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Refused("a server did not answer its visitors", hint="run the row again; if it stays, read its log")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def crowd(bench: Bench) -> Iterator[Crowd]:
    """Start the visitors, and end them."""
    command = [sys.executable, "-I", str(LOCKS / "visitors.py")]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process,  # noqa: S603  our own file
        bench.processes.counting(process.pid),
    ):
        try:
            yield Crowd(process)
        finally:
            process.kill()


def seconds_each(people: Crowd, form: Form, count: int, clients: int) -> Side:
    """Make a side of sending forms: the seconds each took of the whole. A form that fails ends the measurement."""

    def side() -> float:
        return whole(people.send(form, count, clients)).seconds / count

    return side


def processor_each(people: Crowd, form: Form, count: int, clients: int, server: int) -> Side:
    """Make a side of sending forms: the seconds of processor time that the server's processes used for each."""

    def side() -> float:
        people.prepare(form, count)
        before = used(server)
        whole(people.go(clients))
        return (used(server) - before) / count

    return side


def whole(sent: Sent) -> Sent:
    if sent.failed:
        raise Refused(f"{len(sent.failed)} forms failed, the first with {sent.failed[0]}", hint="read the server's log")
    return sent
