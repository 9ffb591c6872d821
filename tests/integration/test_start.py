"""A program starts on a home of its own making, older or newer ones refuse, and it says why: as people meet it."""

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import Cluster
from tests.support.server import surroundings

SCRIPT = """
import sys
from jikim.domain.errors import JikimError
from jikim.environment import HomeKind
from jikim.store import start
try:
    home = start.ready(*eval(sys.argv[1]), migrate=eval(sys.argv[2]))
    from jikim import clock, sealing
    print("ready", home.kind, clock.policy_today() - clock.legal_day(clock.wall_now()), sealing.media())
except JikimError as error:
    print(type(error).__name__, error)
"""
REAL, DEMO, ANY = "[HomeKind.REAL]", "[HomeKind.DEMO]", "[]"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def begin(home: Path, kind: str = REAL, *, migrate: bool = True, more: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, kind, str(migrate)],
        env=surroundings(home, more or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def change(database: Path, statement: str) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_first_start_makes_a_home_and_the_next_ones_use_it(home: Path) -> None:
    assert re.fullmatch(r"ready real 0:00:00 \('[BCX]',\)\n", begin(home))
    assert begin(home, ANY, migrate=False).startswith("ready real")
    assert {path.name.partition("-")[0] for path in home.iterdir()} == {
        "home.json",
        "keys",
        "live.sqlite3",
        "secret.key",
        "separate.sqlite3",
        "visits.sqlite3",
    }


def test_without_a_home_a_command_that_needs_one_says_how_to_make_it(home: Path) -> None:
    told = begin(home, ANY, migrate=False)
    assert told.startswith("NoHome there is no Jikim home")
    assert "hint: run `jikim serve`" in told
    assert not home.exists()


def test_the_policy_clock_of_a_demo_stands_where_the_home_says(home: Path) -> None:
    begin(home, DEMO)
    paper = home / "home.json"
    paper.write_text(paper.read_text().replace('"offset_days": 0', '"offset_days": 400'))
    assert begin(home, DEMO).startswith("ready demo 400 days")


def test_tables_of_a_newer_program_are_refused_and_left_alone(home: Path) -> None:
    begin(home)
    change(
        home / "separate.sqlite3",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('separate', '9999_of_tomorrow', '2030-01-01')",
    )
    for migrate in (True, False):
        told = begin(home, migrate=migrate)
        assert told.startswith("DatabaseTooNew the separate database has tables of a newer Jikim")
        assert "hint: run that newer Jikim" in told


def test_tables_of_an_older_program_are_brought_up_to_date_only_when_asked(home: Path) -> None:
    begin(home)
    (home / "visits.sqlite3").unlink()
    told = begin(home, migrate=False)
    assert told.startswith("DatabaseTooOld the visits database")
    assert "hint: run `jikim serve`" in told
    assert begin(home, migrate=True).startswith("ready")
    assert begin(home, migrate=False).startswith("ready")


def test_a_database_that_is_none_is_refused(home: Path) -> None:
    begin(home)
    (home / "live.sqlite3").write_bytes(b"not a database " * 1000)
    told = begin(home)
    assert told.startswith(f"DatabaseUnreachable the live database ({home / 'live.sqlite3'}) is no database")
    assert "hint: nothing was changed: move the file aside" in told


def test_a_server_that_does_not_answer_is_refused_without_its_password(home: Path) -> None:
    address = {"JIKIM_SEPARATE_URL": f"postgres://u:hunter2@/separate?host={home}"}
    told = begin(home, more=address)
    assert told.startswith(
        "DatabaseUnreachable the separate database (JIKIM_SEPARATE_URL) cannot be used: OperationalError"
    )
    assert "hunter2" not in told


def test_a_keyring_left_behind_is_noticed_only_once_rows_need_it(home: Path) -> None:
    begin(home)
    change(
        home / "separate.sqlite3",
        "INSERT INTO separate_separateitem VALUES (hex(zeroblob(16)), hex(zeroblob(16)), "
        "'email', 'value', 0, 7, x'', NULL, 1, 'c', 'r', '2026-01-01', '2026-01-01', '2026-01-01', NULL, "
        "'2026-01-06', '[]')",
    )
    assert "jikim.E301 the keyring does not know key 7" in begin(home)


def test_a_damaged_secret_is_met_at_the_start_and_not_by_the_first_person(home: Path) -> None:
    begin(home)
    (home / "secret.key").write_text("")
    assert begin(home, ANY, migrate=False).startswith("HomeUnusable")


def test_a_database_file_outside_the_home_is_its_owners_alone_too(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite3"
    assert begin(home, more={"JIKIM_LIVE_URL": f"sqlite://{elsewhere}"}).startswith("ready real")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (elsewhere, home / "separate.sqlite3")] == [0o600, 0o600]


def test_one_server_under_two_addresses_is_one_database_and_refused(home: Path, postgresql: Cluster) -> None:
    addresses = postgresql.variables()
    addresses["JIKIM_SEPARATE_URL"] = addresses["JIKIM_LIVE_URL"].replace("?host=/", "?host=//")
    told = begin(home, more=addresses)
    assert told.startswith("DatabaseShared the database of separate holds the tables of live")


def test_a_start_on_postgresql(home: Path, postgresql: Cluster) -> None:
    assert begin(home, more=postgresql.variables()).startswith("ready real")
    assert begin(home, ANY, migrate=False, more=postgresql.variables()).startswith("ready real")
    assert not list(home.glob("live*"))


def test_a_server_that_does_not_wait_for_its_disk_is_refused(home: Path, postgresql: Cluster) -> None:
    with postgresql.connect() as connection:
        connection.execute("ALTER DATABASE live SET synchronous_commit = off")
    try:
        told = begin(home, more=postgresql.variables())
    finally:
        with postgresql.connect() as connection:
            connection.execute("ALTER DATABASE live RESET synchronous_commit")
    assert told.startswith("UnsafeDatabase the database live answers synchronous_commit = off, not on")


def test_a_full_disk_is_met_before_anything_is_begun(home: Path) -> None:
    """A file size limit stands in for a full disk: the first large write fails, as it would there."""
    begin(home)
    before = {path.name: path.read_bytes() for path in home.glob("*.sqlite3")}
    limited = ["prlimit", "--fsize=65536", sys.executable, "-c", SCRIPT, ANY, "False"]
    done = subprocess.run(limited, env=surroundings(home), capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("HomeUnusable the home")
    assert "File too large" in done.stdout
    assert {path.name: path.read_bytes() for path in home.glob("*.sqlite3")} == before
    assert not list(home.glob(".room*"))
    assert shutil.disk_usage(home).free > 0
    assert os.access(home, os.W_OK)
