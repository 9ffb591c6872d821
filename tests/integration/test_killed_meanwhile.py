"""A hundred people send at once while processes are killed: whoever got a receipt is heard, and nobody twice."""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from jikim.sealing.codes import receipt_digest
from tests.support import pg_roles, postgres, processes
from tests.support.crowd import Person, sending
from tests.support.server import Serve, Served
from tests.support.visitor import Visitor

PEOPLE = 100
KILLED_AFTER = (15, 35, 60)  # receipts: the public side, the key daemon, everything
ONCE_MORE = 12  # people who send what was received a second time, and read what they wrote
Row = tuple[object, ...]


def words_of(number: int) -> Mapping[str, str]:
    return {
        "age": "of-age",
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "topic": "repair",
        "message": f"What person {number} wrote.",
        "consent-inquiry": "given",
    }


class Database:
    """Where live rows lie, asked past the program."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def rows(self, home: Path, asked: str) -> list[Row]:
        if url := self.variables.get("JIKIM_LIVE_URL"):
            with psycopg.connect(url.replace("postgres://", "postgresql://")) as server:
                return server.execute(asked).fetchall()
        with closing(sqlite3.connect(home / "live.sqlite3")) as file:
            return file.execute(asked).fetchall()


@pytest.fixture
def on_sqlite() -> Database:
    return Database({})


@pytest.fixture
def on_postgresql() -> Iterator[Database]:
    """Three roles, none of them the owner of the server, each knowing its own database alone."""
    with postgres.running() as cluster:
        yield Database(pg_roles.given(cluster))


@pytest.mark.parametrize("kind", ["on_sqlite", "on_postgresql"])
def test_nothing_acknowledged_is_lost_and_nothing_comes_twice(
    serve: Serve, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(kind)
    running = [serve(home=tmp_path / "home", more=database.variables)]
    people = [Person(words_of(number)) for number in range(PEOPLE)]
    for person in people:
        person.open(running[0].url)
    with sending(people, lambda: running[-1].url) as received:
        _once(received, KILLED_AFTER[0], lambda: _kill(running[0], "granian"))
        _once(received, KILLED_AFTER[1], lambda: _kill(running[0], "jikim.sealing.keyd"))
        _once(received, KILLED_AFTER[2], lambda: _kill_everything(running[0]))
        running.append(serve(home=tmp_path / "home", more=database.variables))
    assert len({person.code for person in people}) == PEOPLE
    for person in people[:ONCE_MORE]:
        assert person.send(running[-1].url)
        assert person.receipts[-1] == (200, person.code)
    _holds_each_once(database, tmp_path / "home", people)
    for person in people[:ONCE_MORE]:
        assert person.words["message"] in _own_page(running[-1], person)


def test_the_public_process_has_no_way_into_the_separate_database(serve: Serve, on_postgresql: Database) -> None:
    served = serve(more=on_postgresql.variables)
    secret = on_postgresql.variables["JIKIM_SEPARATE_URL"].partition("@")[0].rpartition(":")[2].encode()
    told = {name: [_variables(pid) for pid in processes.of(served, name)] for name in ("granian", "jikim.cli.worker")}
    assert all(secret in variables for variables in told["jikim.cli.worker"])
    assert told["granian"]
    assert not any(secret in variables for variables in told["granian"])
    as_live = on_postgresql.variables["JIKIM_LIVE_URL"].replace("postgres://", "postgresql://")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(as_live.replace("/live?", "/separate?"))
    with psycopg.connect(as_live) as server:
        found = server.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
    assert found == (False, False)


def _holds_each_once(database: Database, home: Path, people: list[Person]) -> None:
    held = database.rows(home, "SELECT receipt_hash FROM live_inquiry")
    assert Counter(held) == Counter((receipt_digest(person.code),) for person in people)
    values = database.rows(home, "SELECT count(*) FROM live_itemvalue GROUP BY record_id")
    assert len(values) == PEOPLE
    assert len(set(values)) == 1, "each record holds as many values as every other"


def _own_page(served: Served, person: Person) -> str:
    own = Visitor()
    return own.send(own.open(f"{served.url}/my/"), {"code": person.code}).body


def _once(received: Callable[[], int], count: int, act: Callable[[], None]) -> None:
    """Act when that many people hold a receipt: the others are in the middle of it."""
    latest = time.monotonic() + 30
    while received() < count:
        assert time.monotonic() < latest
        time.sleep(0.005)
    assert received() < PEOPLE
    act()


def _kill(served: Served, words: str) -> None:
    for pid in processes.of(served, words):
        os.kill(pid, signal.SIGKILL)


def _kill_everything(served: Served) -> None:
    for pid in (served.process.pid, *processes.below(served.process.pid)):
        os.kill(pid, signal.SIGKILL)


def _variables(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()
