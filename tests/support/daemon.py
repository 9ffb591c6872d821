"""A key daemon of one's own: in this process, or as a process with pairs that outlive it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from jikim import __version__
from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.environment.home import FORMAT
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.keyd.blueprint import Blueprint
from jikim.sealing.keyd.channels import PairChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.values import Destruction, Founded, NewValue
from jikim.sealing.keyring import Binding, Sealed

ROLES = (Role.PUBLIC, Role.DESK, Role.WORKER, Role.POSTMAN, Role.CUSTODIAN)
POLICY = "ab" * 32
CODE = "cd" * 32  # the digest of a receipt code
ORIGIN = "DEMO/example.kr"


def blueprint(folder: Path, **changes: object) -> Blueprint:
    """Return a home's key daemon with one mirror and folders for attachments."""
    stores = {store: DirectoryStore(folder / "files" / store) for store in ("live", "separate")}
    facts: dict[str, object] = {
        "folder": folder / "keys",
        "groups": ((folder / "keys" / "root.slots",),),
        "anywhere": True,
        "origin": ORIGIN,
        "files": stores,
    }
    return Blueprint(**{**facts, **changes})  # type: ignore[arg-type]  # the fields of a Blueprint, by name


def open_house(folder: Path, **changes: object) -> House:
    (folder / "files").mkdir(exist_ok=True)
    return House(blueprint(folder, **changes))


def new_value(item: str = "email", words: bytes = b"kim@example.kr", facet: str = "value") -> NewValue:
    return NewValue(uuid4(), item, facet, words)


def place_of(founded: Founded, value: NewValue) -> Binding:
    return Binding("live", founded.record_id, value.value_id, value.item, value.facet)


def destruction(*sealed: Sealed, request_id: UUID | None = None) -> Destruction:
    kids = {one.kid: sha256(one.envelope).digest() for one in sealed}
    return Destruction(request_id or uuid4(), DestroyReason.SUBJECT_REQUEST, POLICY, kids)


class Daemon:
    """A key daemon as a process; `kill` and `start` are what a supervisor sees and does."""

    def __init__(
        self,
        home: Path,
        *,
        arguments: Sequence[str] = (),
        user: int | None = None,
        readable: Sequence[Path] = (),
        more: Mapping[str, str] = {},
    ) -> None:
        """Make a home. user: whose process it is, only for root to choose; readable: folders on the way to it."""
        self.home, self._arguments, self._user = home, arguments, user
        self._environment = {**os.environ, **more, "JIKIM_HOME": str(home)}
        home.mkdir(mode=0o700, exist_ok=True)
        paper = {"format": FORMAT, "program": __version__, "kind": "demo", "offset_days": 0}
        (home / "home.json").write_text(json.dumps(paper))
        if user is not None and os.geteuid() == 0:
            for path in readable:
                path.chmod(0o755)
            for path in (home, home / "home.json"):
                os.chown(path, user, user)
        self.pairs = {role: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for role in ROLES}
        self._clients: dict[Role, Client] = {}
        self.process: subprocess.Popen[str] | None = None

    def start(self, *, wait: bool = True) -> "Daemon":
        words = [f"--pair={role}={theirs.fileno()}" for role, (_mine, theirs) in self.pairs.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jikim.sealing.keyd", "--say-ready", *words, *self._arguments],
            env=self._environment,
            pass_fds=[theirs.fileno() for _mine, theirs in self.pairs.values()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=self._user,
        )
        if wait and self.process.stdout is not None:
            ready = self.process.stdout.readline()
            assert ready == "ready\n", self.outcome()
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.outcome()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.outcome()[0]

    def outcome(self) -> tuple[int, str]:
        """Wait for the end and return the exit code and what was written on standard error."""
        assert self.process is not None
        _out, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors

    def client(self, role: Role) -> Client:
        """Return a role's client, as the process that inherited its end would have one."""
        if role not in self._clients:
            self._clients[role] = Client(PairChannel(os.dup(self.pairs[role][0].fileno())), role)
        return self._clients[role]

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for client in self._clients.values():
            client.close()
        for ends in self.pairs.values():
            for end in ends:
                end.close()
