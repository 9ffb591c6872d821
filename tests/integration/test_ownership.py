"""Every part of a home belongs to the user whose process needs it, and a home of one user is brought to that."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jikim import environment
from jikim.cli import ownership
from jikim.cli.ownership import HomeDoubled
from jikim.cli.users import ENDINGS, User, Users
from jikim.environment import HomeKind, HomeUnusable
from jikim.sealing.file_store import DirectoryStore
from tests.support.streams import put

ME, MINE = os.geteuid(), os.getegid()
NUMBERS = {ending: 60_001 + place if ME == 0 else ME for place, ending in enumerate(ENDINGS.values())}
GROUPS = NUMBERS if ME == 0 else dict.fromkeys(NUMBERS, MINE)
HOUSE = 60_000 if ME == 0 else MINE  # only root gives files away; for others the modes are what is looked at
USERS = Users(HOUSE, {role: User(NUMBERS[name], GROUPS[name], (HOUSE,)) for role, name in ENDINGS.items()})
PLACES = {
    "home.json": (ME, HOUSE, 0o640),
    "live": (ME, HOUSE, 0o2770),
    "live/live.sqlite3": (ME, HOUSE, 0o660),
    "live/live.sqlite3-wal": (ME, HOUSE, 0o660),
    "visits": (ME, HOUSE, 0o2770),
    "separate": (NUMBERS["worker"], GROUPS["worker"], 0o700),
    "separate/separate.sqlite3": (NUMBERS["worker"], GROUPS["worker"], 0o600),
    "keys": (NUMBERS["keyd"], GROUPS["keyd"], 0o700),
    "keys/root.slots": (NUMBERS["keyd"], GROUPS["keyd"], 0o600),
    "keys/journal": (NUMBERS["keyd"], GROUPS["keyd"], 0o700),
    "run": (NUMBERS["keyd"], GROUPS["worker"], 0o710),
    "files": (ME, HOUSE, 0o710),
    "files/live": (ME, HOUSE, 0o2770),
    "files/live/a1": (ME, HOUSE, 0o2770),
    "files/live/incoming": (ME, HOUSE, 0o2770),
    "files/separate": (NUMBERS["keyd"], GROUPS["worker"], 0o2770),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as one user leaves it: databases beside each other, a log of one of them, keys, an attachment."""
    path = tmp_path / "home"
    monkeypatch.setenv("JIKIM_HOME", str(path))
    monkeypatch.delenv("JIKIM_ROOTS")
    monkeypatch.setattr(ownership, "ROOT", ME)
    environment.open_home(HomeKind.REAL)
    environment.secret_key()
    for name in ("live.sqlite3", "live.sqlite3-wal", "separate.sqlite3"):
        (path / name).write_bytes(name.encode())
    (path / "keys" / "journal").mkdir(parents=True)
    (path / "keys" / "root.slots").touch()
    put(DirectoryStore(path / "files" / "live"), UUID("a1" + "0" * 30), [b"sealed"])
    return path


def standing(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


def test_each_part_comes_to_its_owner_and_a_second_time_changes_nothing(home: Path) -> None:
    ownership.settle(USERS)
    assert {name: standing(home / name) for name in PLACES} == PLACES
    assert standing(home) == (ME, HOUSE, 0o710)
    assert standing(home / "secret.key") == (ME, MINE, 0o600)
    before = {path: path.stat().st_ctime_ns for path in home.rglob("*")}
    ownership.settle(USERS)
    assert {path: path.stat().st_ctime_ns for path in home.rglob("*")} == before


def test_a_database_moves_with_its_log_and_is_found_there(home: Path) -> None:
    ownership.settle(USERS)
    assert environment.database("live")["NAME"] == str(home / "live" / "live.sqlite3")
    assert (home / "live" / "live.sqlite3-wal").read_bytes() == b"live.sqlite3-wal"
    assert not list(home.glob("*.sqlite3*"))


def test_a_move_that_was_cut_short_is_finished(home: Path) -> None:
    (home / "live").mkdir()
    (home / "live.sqlite3-wal").rename(home / "live" / "live.sqlite3-wal")
    ownership.settle(USERS)
    assert {path.name for path in (home / "live").iterdir()} == {"live.sqlite3", "live.sqlite3-wal"}


def test_two_databases_of_one_name_are_left_for_somebody_to_choose(home: Path) -> None:
    (home / "live").mkdir()
    (home / "live" / "live.sqlite3").write_bytes(b"another")
    with pytest.raises(HomeDoubled, match=r"live\.sqlite3 lies both"):
        ownership.settle(USERS)
    assert (home / "live.sqlite3").read_bytes() == b"live.sqlite3"


def test_a_database_elsewhere_is_left_where_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", "postgres://live@/live?host=/run/postgresql")
    ownership.settle(USERS)
    assert not (home / "live").exists()


def test_what_strangers_put_into_a_shared_folder_is_not_followed(home: Path, tmp_path: Path) -> None:
    ownership.settle(USERS)
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    outside.chmod(0o600)
    (home / "live" / "link").symlink_to(outside)
    (home / "live" / "same").hardlink_to(outside)
    os.mkfifo(home / "live" / "pipe", 0o600)
    ownership.settle(USERS)
    assert standing(outside) == (ME, MINE, 0o600)


def test_an_attachment_is_for_everybody_of_its_folder(home: Path) -> None:
    ownership.settle(USERS)
    put(DirectoryStore(home / "files" / "live"), name := uuid4(), [b"sealed"])
    made = home / "files" / "live" / name.hex[:2]
    assert standing(made)[1:] == (HOUSE, 0o2770)
    assert standing(made / name.hex)[1:] == (HOUSE, 0o660)


def test_the_paper_of_a_home_stays_readable_when_it_is_written_anew(home: Path) -> None:
    ownership.settle(USERS)
    (home / "home.json").write_text((home / "home.json").read_text().replace("real", "demo"))
    environment.travel(3)
    assert standing(home / "home.json") == PLACES["home.json"]


def test_a_process_of_the_house_may_use_roots_home_and_a_command_of_another_user_may_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    if ME == 0:
        with pytest.raises(HomeUnusable, match="belongs to user 0"):
            environment.open_home(HomeKind.REAL)
        monkeypatch.setenv("JIKIM_ROLE", "public")
        environment.open_home(HomeKind.REAL)
    home.chmod(0o714)
    with pytest.raises(HomeUnusable, match="open to other users"):
        environment.open_home(HomeKind.REAL)


def test_a_database_that_was_moved_still_holds_what_only_its_log_held(home: Path) -> None:
    for path in home.glob("live.sqlite3*"):
        path.unlink()
    with closing(sqlite3.connect(home / "live.sqlite3")) as live:
        live.execute("PRAGMA journal_mode=wal")
        live.execute("CREATE TABLE fact (word)")
        live.execute("INSERT INTO fact VALUES ('kept')")
        live.commit()
        copies = {path.name: path.read_bytes() for path in home.glob("live.sqlite3*")}
    for name, content in copies.items():  # as after a crash: nobody wrote the log back
        (home / name).write_bytes(content)
    ownership.settle(USERS)
    with closing(sqlite3.connect(home / "live" / "live.sqlite3")) as live:
        assert live.execute("SELECT word FROM fact").fetchall() == [("kept",)]
