"""A database that cannot be read: every command says which file it is and what to do, and leaves all as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from jikim.store import trouble
from tests.support.server import free_port, jikim, serving, surroundings

PAGE_BYTES = 4096
PUT_BACK = "put the newest copy of it in its place, then run `jikim restore`"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a policy, of which the journal was told."""
    home = tmp_path_factory.mktemp("sound") / "home"
    with serving(home):
        latest = time.monotonic() + 30
        while not (home / "worker.round").exists() and time.monotonic() < latest:
            time.sleep(0.05)
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    """Such a home of one's own."""
    copy = tmp_path / "home"
    shutil.copytree(sound, copy, ignore=shutil.ignore_patterns("run"))
    copy.chmod(0o700)
    return copy


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(5 * PAGE_BYTES))


def damaged(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:PAGE_BYTES] + b"\xff" * (len(whole) - PAGE_BYTES))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("harm", "fact"),
    [
        (garbage, "is no database"),
        (damaged, "is damaged"),
        (emptied, "is empty or not there, and the journal has entries of it"),
        (gone, "is empty or not there, and the journal has entries of it"),
        (a_folder, "is no file"),
    ],
)
def test_it_is_refused_by_its_name_with_the_next_step_and_serves_again_once_it_is_back(
    home: Path, harm: Callable[[Path], None], fact: str
) -> None:
    file = home / "live.sqlite3"
    kept = shutil.copy(file, home.parent / "kept")
    harm(file)
    left = file.read_bytes() if file.is_file() else None
    for command in (["serve", "--port", str(free_port())], ["due"]):
        said = jikim(home, *command, within=60)
        assert said.returncode == 3, said.stderr
        assert str(file) in said.stderr
        assert fact in said.stderr
        assert PUT_BACK in said.stderr
        assert "Traceback" not in said.stderr
        assert (file.read_bytes() if file.is_file() else None) == left, "nothing was made in its place"
    if file.is_dir():
        file.rmdir()
    shutil.copy(kept, file)
    assert jikim(home, "due").returncode == 0


@pytest.mark.parametrize(
    ("harm", "fact"),
    [(damaged, "is damaged"), (emptied, "is empty or not there"), (gone, "is empty or not there")],
)
def test_the_doctor_names_the_file_once_changes_nothing_and_looks_at_everything_else(
    home: Path, harm: Callable[[Path], None], fact: str
) -> None:
    file = home / "live.sqlite3"
    harm(file)
    left = file.read_bytes() if file.exists() else None
    said = jikim(home, "doctor", "--json")
    assert said.returncode == 1, said.stderr
    assert said.stderr == ""
    assert (file.read_bytes() if file.exists() else None) == left
    assert said.stdout.count("live.sqlite3") == 1
    assert fact in said.stdout
    assert "entries are what was signed" in said.stdout


def test_the_doctor_leaves_it_to_serve_to_begin_a_database_that_nothing_was_told_of(home: Path) -> None:
    file = home / "visits.sqlite3"
    file.unlink()
    said = jikim(home, "doctor", "--json")
    assert said.returncode == 1
    assert "it was never begun" in said.stdout
    assert not file.exists()


def damaged_inside(file: Path, table: str) -> None:
    """Damage the first page of one table and of each of its indexes."""
    with closing(sqlite3.connect(file)) as connection:
        asked = "SELECT rootpage FROM sqlite_master WHERE tbl_name = ? AND rootpage > 0"
        pages = [page for (page,) in connection.execute(asked, [table])]
    whole = bytearray(file.read_bytes())
    for page in pages:
        whole[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = b"\xff" * PAGE_BYTES
    file.write_bytes(whole)


def test_damage_that_no_start_meets_is_told_by_the_command_that_does_and_found_by_the_doctor(home: Path) -> None:
    file = home / "live.sqlite3"
    damaged_inside(file, "live_inquiry")
    met = jikim(home, "due")
    assert met.returncode == 1
    assert met.stderr.startswith("jikim: a database is damaged\nhint: `jikim doctor` says which; ")
    assert "Traceback" not in met.stderr
    said = jikim(home, "doctor", "--json")
    assert said.returncode == 1
    assert f"the live database ({file}) is damaged" in said.stdout


def test_a_file_that_may_not_be_read_or_written_is_named_with_the_user_it_belongs_to(
    own_files: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(connections["live"].settings_dict["NAME"])
    monkeypatch.setattr(os, "access", lambda path, _mode: str(path) != file)
    with pytest.raises(trouble.DatabaseUnreachable) as refused:
        trouble.refuse_unusable("live")
    assert f"{file}, the live database, is not for user {os.geteuid()} to read and write" in str(refused.value)
    assert f"chmod 600 {file}" in refused.value.hint


def test_a_process_of_pages_says_so_too_and_shows_no_way_through_the_program(home: Path) -> None:
    garbage(home / "live.sqlite3")
    page = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(free_port())]
    more = {"JIKIM_ROLE": "public", "JIKIM_SECRET_KEY": "s" * 64}
    run = [*page, "--log-level", "warning", "jikim.config.wsgi:application"]
    said = subprocess.run(run, env=surroundings(home, more), capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode != 0
    assert f"jikim public: the live database ({home / 'live.sqlite3'}) is no database" in said.stderr
    assert "Traceback" not in said.stderr + said.stdout
