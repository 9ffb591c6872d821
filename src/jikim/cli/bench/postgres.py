"""A PostgreSQL of the bench's own with everything durable, reached by nothing but a socket in its own folder."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from jikim.cli.bench.harness import Bench
from jikim.environment import ALIASES

INSTALLED = Path("/usr/lib/postgresql")
OWNER = "jikim"
PATIENCE = 30.0


class PostgresNotThere(Exception):
    """No PostgreSQL is installed here, or it did not start; says which, in words for the table."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with an empty database for each alias, and one for a guest."""

    folder: Path

    def variables(self) -> dict[str, str]:
        """What points Jikim at it."""
        return {f"JIKIM_{name.upper()}_URL": f"postgres://{OWNER}@/{name}?host={self.folder}" for name in ALIASES}


@contextmanager
def running(bench: Bench) -> Iterator[Server]:
    """Start a server, and leave nothing of it; raises PostgresNotThere."""
    programs = sorted(INSTALLED.glob("*/bin"), key=lambda path: float(path.parent.name))
    if not programs:
        raise PostgresNotThere("no PostgreSQL is installed")
    folder = Path(tempfile.mkdtemp(prefix="jikim-bench-", dir=tempfile.gettempdir()))  # a socket's path is short
    try:
        with _started(bench, programs[-1], folder):
            _databases(folder)
            yield Server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(bench: Bench, programs: Path, folder: Path) -> Iterator[None]:
    who = _as_whom()
    if who:
        shutil.chown(folder, who["user"], who["group"])
    data, pipe = str(folder / "data"), subprocess.PIPE
    make = [
        str(programs / "initdb"),
        "--pgdata",
        data,
        "--username",
        OWNER,
        "--auth=trust",
        "-E",
        "UTF8",
        "--no-locale",
    ]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **who)  # noqa: S603  our own words
    serve = [str(programs / "postgres"), "-D", data, "-k", str(folder), "-c", "listen_addresses="]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(serve, stdin=pipe, stderr=log, cwd=folder, **who) as server,  # noqa: S603  our own words
    ):
        try:
            _wait(folder, server)
            with bench.processes.counting(server.pid):
                yield
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nobody needs its data again


def _databases(folder: Path) -> None:
    with _connected(folder) as connection:
        for name in (*ALIASES, "guest"):
            connection.execute(f"CREATE DATABASE {name}".encode())


def _connected(folder: Path) -> "psycopg.Connection[Any]":
    return psycopg.connect(host=str(folder), user=OWNER, dbname="postgres", autocommit=True)


def _wait(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    latest = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < latest:
        try:
            _connected(folder).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise PostgresNotThere("it is installed and does not start")


def _as_whom() -> dict[str, Any]:
    """PostgreSQL does not run as root; then its own user does, or nobody."""
    if os.geteuid() != 0:
        return {}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = users.get("postgres", users["nobody"])
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
