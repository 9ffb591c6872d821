"""A PostgreSQL started by the tests themselves: never as root, reachable by nothing but a socket in its own folder."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

INSTALLED = "/usr/lib/postgresql"
NAMES = ("live", "separate", "visits")
START_SECONDS = 30
SETTINGS = {"listen_addresses": ""}  # the rest as it comes: a server that does not wait for its disk is refused


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: the folder of its socket and the role that owns it."""

    folder: Path
    role: str

    def url(self, name: str) -> str:
        return f"postgres://{self.role}@/{name}?host={self.folder}"

    def variables(self) -> dict[str, str]:
        """What points Jikim at this server."""
        return {f"JIKIM_{name.upper()}_URL": self.url(name) for name in NAMES}

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=self.role, dbname=name, autocommit=True)


@contextmanager
def running() -> Iterator[Cluster]:
    """Start a new server with three empty databases, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="jikim-pg-", dir="/tmp"))  # a socket's path is at most 107 bytes
    cluster = Cluster(folder, "jikim")
    try:
        with _server(cluster):
            with cluster.connect() as connection:
                for name in NAMES:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def interrupted(cluster: Cluster) -> Iterator[None]:
    """Have the server stopped for a while; whoever calls this ends with `halt`."""
    _control(cluster, "stop", "-m", "fast")
    try:
        yield
    finally:
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        _control(cluster, "start", "-l", str(cluster.folder / "log-again"), "-o", f"-k {cluster.folder} {settings}")


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Have the server take connections and say nothing for a while."""
    first = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    everybody = [first]
    try:
        os.kill(first, signal.SIGSTOP)  # before its processes are listed: it starts no more
        everybody += map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())
        _signal(everybody, signal.SIGSTOP)
        yield
    finally:
        _signal(everybody, signal.SIGCONT)


def _signal(processes: Sequence[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):  # it came to its end
            os.kill(pid, number)


@contextmanager
def locked(cluster: Cluster, name: str, table: str) -> Iterator[None]:
    """Have somebody hold a table for a while, from whoever wants to read it as well."""
    with cluster.connect(name) as connection, connection.transaction():
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))
        yield


def waiting(cluster: Cluster, program: str) -> int:
    """Return how many connections of a program wait for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"
    with cluster.connect() as connection:
        found = connection.execute(asked, [program]).fetchone()
        return int(found[0]) if found else 0


def halt(cluster: Cluster) -> None:
    """Stop the server at once, if it runs: nobody needs this data again."""
    with suppress(subprocess.CalledProcessError):
        _control(cluster, "stop", "-m", "immediate")


def _control(cluster: Cluster, *words: str) -> None:
    command = [_program("pg_ctl"), "-D", str(cluster.folder / "data"), "-w", *words]
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, cwd=cluster.folder, timeout=START_SECONDS, **quiet, **_as_whom())


@contextmanager
def _server(cluster: Cluster) -> Iterator[None]:
    who = _as_whom()
    if who:
        shutil.chown(cluster.folder, who["user"], who["group"])
    data = str(cluster.folder / "data")
    initdb = [
        _program("initdb"),
        "--pgdata",
        data,
        "--username",
        cluster.role,
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=cluster.folder, **who)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    words = [_program("postgres"), "-D", data, "-k", str(cluster.folder), *settings]
    with (
        (cluster.folder / "log").open("wb") as log,
        subprocess.Popen[bytes](words, stdout=log, stderr=log, cwd=cluster.folder, **who) as server,
    ):
        try:
            _wait(cluster, server)
            yield
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nobody needs this data again
            server.wait(START_SECONDS)


def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    latest = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.connect().close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > latest:
                raise RuntimeError((cluster.folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return


def _as_whom() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then Debian's own user for it, or nobody, does."""
    if os.geteuid() != 0:
        return {}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = users.get("postgres", users["nobody"])
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _program(name: str) -> str:
    found = sorted(Path(INSTALLED).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found:
        raise RuntimeError(f"no {name} under {INSTALLED}; run ./dev test, which installs it or says how")
    return str(found[-1])
