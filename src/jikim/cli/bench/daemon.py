"""A key daemon as a process of its own over a new home, and what the desk and the worker say to it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from jikim import __version__
from jikim.cli.bench.harness import Bench
from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.environment.home import FORMAT, PAPER, Home, HomeKind
from jikim.sealing.keyd.channels import PairChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import Binding, Sealed, SealRequest
from jikim.sealing.tree.requests import GATHERED_TARGETS

VALUE = bytes(300)
POLICY = "00" * 32
RECORD = UUID(int=1)


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running daemon and two of its clients."""

    desk: Client
    worker: Client

    def seal(self, count: int) -> list[tuple[Binding, Sealed]]:
        """Seal as many values in one call and return where each stands."""
        bindings = [Binding("live", RECORD, uuid4(), "message", "value") for _ in range(count)]
        sealed = self.desk.seal([SealRequest(binding, VALUE) for binding in bindings])
        return list(zip(bindings, sealed, strict=True))

    def destroy(self, places: Sequence[tuple[Binding, Sealed]]) -> None:
        """Destroy the keys of values, in as many requests as it takes, and return when they are gone."""
        kids = {sealed.kid: sha256(sealed.envelope).digest() for _binding, sealed in places}
        names = sorted(kids)
        parts = (names[start : start + GATHERED_TARGETS] for start in range(0, len(names), GATHERED_TARGETS))
        reason = DestroyReason.RETENTION_EXPIRED
        self.worker.destroy([Destruction(uuid4(), reason, POLICY, {kid: kids[kid] for kid in some}) for some in parts])


@contextmanager
def running(bench: Bench) -> Iterator[Daemon]:
    """Start a daemon over a new home, and end it."""
    home = bench.place("home")
    _write_paper(home)
    with ExitStack() as stack:
        channels, ends = {}, {}
        for role in (Role.DESK, Role.WORKER):
            ours, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ends[role] = stack.enter_context(end)
            channels[role] = stack.enter_context(closing(PairChannel(ours.detach())))
        process = stack.enter_context(_started(home, ends))
        stack.callback(process.terminate)
        stack.enter_context(bench.processes.counting(process.pid))
        clients = {role: Client(channel, role) for role, channel in channels.items()}
        for client in clients.values():
            client.hello()
        yield Daemon(clients[Role.DESK], clients[Role.WORKER])


def _started(home: Path, ends: dict[Role, socket.socket]) -> "subprocess.Popen[bytes]":
    pairs = [word for role, end in ends.items() for word in ("--pair", f"{role.value}={end.fileno()}")]
    variables = {**os.environ, "JIKIM_HOME": str(home), "JIKIM_ROOTS": "anywhere"}
    command = [sys.executable, "-m", "jikim.sealing.keyd", *pairs]
    return subprocess.Popen(  # noqa: S603  our own program
        command, env=variables, pass_fds=[end.fileno() for end in ends.values()], stderr=subprocess.DEVNULL
    )


def _write_paper(home: Path) -> None:
    paper = Home(FORMAT, __version__, HomeKind.DEMO, 0)
    (home / PAPER).write_text(json.dumps(asdict(paper)), encoding="utf-8")
