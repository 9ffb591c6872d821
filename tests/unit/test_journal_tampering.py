"""What is done to the journal's files is found: cut off, emptied, edited, re-ordered, taken back to an older copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.checkpoint import NotACheckpoint
from jikim.domain.errors import JikimError
from jikim.sealing.journal import Journal, Pending, open_journal
from jikim.sealing.journal.errors import (
    JournalAltered,
    JournalCut,
    JournalKeyMissing,
    JournalUnavailable,
    NoSuchLeaf,
)
from tests.support.journals import ORIGIN, WORKER, erased, filled, reopened, tamper, waiting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, ORIGIN)
    yield opened
    opened.close()


HIDDEN = {
    "cut": ["DELETE FROM leaf WHERE i = 39"],
    "cut with its checkpoint": ["DELETE FROM leaf WHERE i = 39", "DELETE FROM checkpoint WHERE size = 40"],
    "cut in half": ["DELETE FROM leaf WHERE i >= 20", "DELETE FROM checkpoint WHERE size > 20"],
    "cut in the middle": ["DELETE FROM leaf WHERE i = 3"],
    "emptied": ["DELETE FROM leaf"],
    "emptied with all hashes and checkpoints": ["DELETE FROM leaf", "DELETE FROM node", "DELETE FROM checkpoint"],
    "gaps closed": ["DELETE FROM leaf WHERE i = 3", "UPDATE leaf SET i = i - 1 WHERE i > 3"],
    "added to, unsigned": ["INSERT INTO leaf VALUES (40, 'live', '41', 'worker', x'7b7d')"],
    "last edited": ["UPDATE leaf SET data = x'7b7d' WHERE i = 39"],
    "hash changed": ["UPDATE node SET hash = zeroblob(32) WHERE i = 1"],
    "hashes taken out": ["DELETE FROM node"],
    "checkpoint of another size": ["UPDATE checkpoint SET note = replace(note, char(10) || '40', char(10) || '39')"],
    "checkpoint unsigned": ["UPDATE checkpoint SET note = 'example.kr/jikim-journal'"],
}
READ = {
    "edited": ["UPDATE leaf SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE i = 4"],
    "re-ordered": [
        "UPDATE leaf SET i = 100 WHERE i = 2",
        "UPDATE leaf SET i = 2 WHERE i = 5",
        "UPDATE leaf SET i = 5 WHERE i = 100",
    ],
    "hash added": ["INSERT INTO node VALUES (8, 0, zeroblob(32))"],
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_journal_that_was_changed_does_not_open(folder: Path, how: str) -> None:
    tamper(folder, *HIDDEN[how])
    with pytest.raises((JournalCut, JournalAltered, NotACheckpoint)):
        reopened(folder)


@pytest.mark.parametrize(
    ("how", "what"), [("edited", "an entry"), ("re-ordered", "an entry"), ("hash added", "a hash")]
)
def test_an_entry_that_was_changed_is_found_when_all_are_read(folder: Path, how: str, what: str) -> None:
    tamper(folder, *READ[how])
    with pytest.raises(JournalAltered, match=f"^{what} of the journal is not what was signed"):
        reopened(folder).verify()


def test_a_changed_entry_is_never_handed_out_as_journaled(folder: Path) -> None:
    tamper(folder, *READ["edited"])
    log = reopened(folder)
    with pytest.raises(JournalAltered, match=r"^entry 4 of the journal"):
        log.proof(4)
    with pytest.raises(NoSuchLeaf, match=r"^a checkpoint of 40 entries has no entry 40"):
        log.leaf(40)


def test_an_older_copy_of_the_database_does_not_open(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    older = tmp_path_factory.mktemp("older") / "journal.sqlite3"
    shutil.copy(folder / "journal.sqlite3", older)
    log = reopened(folder)
    log.submit(WORKER, "live", waiting([41]))
    log.publish()
    log.close()
    shutil.copy(older, folder / "journal.sqlite3")
    with pytest.raises(JournalCut, match="holds 40 entries, and a checkpoint signed 41"):
        reopened(folder)


def test_an_older_copy_of_everything_is_found_by_a_checkpoint_kept_elsewhere(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    older = shutil.copytree(folder, tmp_path_factory.mktemp("older") / "all")
    log = reopened(folder)
    log.submit(WORKER, "live", waiting([41]))
    kept = log.publish()
    log.close()
    rolled_back = reopened(older)
    with pytest.raises(JournalCut):
        rolled_back.check_older(kept)
    rolled_back.submit(WORKER, "live", [Pending(UUID(int=41), erased(99))])  # and written on: a fork
    with pytest.raises(JournalAltered, match=r"^the beginning up to entry 41"):
        rolled_back.check_older(kept)


def test_a_checkpoint_of_another_journal_vouches_for_nothing(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = open_journal(tmp_path_factory.mktemp("other"), ORIGIN)
    with pytest.raises(JournalAltered, match=r"^a checkpoint is not signed by example\.kr"):
        reopened(folder).check_older(other.checkpoint())
    with pytest.raises(JournalAltered, match=r"^a checkpoint is not signed by other\.kr"):
        open_journal(folder, "other.kr/jikim-journal")


@pytest.mark.parametrize(
    ("gone", "error"),
    [
        (["journal.key"], JournalKeyMissing),
        (["journal.key", "journal.sqlite3"], JournalKeyMissing),
        (["journal.sqlite3"], JournalCut),
        (["journal.checkpoint"], JournalCut),
        (["journal.checkpoint", "journal.sqlite3"], JournalCut),
    ],
)
def test_what_is_missing_is_never_made_anew(folder: Path, gone: list[str], error: type[JikimError]) -> None:
    for name in gone:
        (folder / name).unlink()
    with pytest.raises(error, match=r"gone|holds 0 entries"):
        reopened(folder)


def test_a_beginning_cut_off_before_its_key_begins_again(tmp_path: Path) -> None:
    open_journal(tmp_path, ORIGIN).close()
    (tmp_path / "journal.key").unlink()
    log = reopened(tmp_path)
    assert log.submit(WORKER, "live", waiting([1])) == (0,)
    log.close()


def test_a_key_file_that_holds_no_key_is_refused(folder: Path) -> None:
    (folder / "journal.key").write_bytes(b"short")
    with pytest.raises(JournalKeyMissing, match="is not a key"):
        reopened(folder)
    (folder / "journal.key").unlink()
    (folder / "journal.checkpoint").write_text("nonsense")
    with pytest.raises(JournalKeyMissing, match="is gone"):
        reopened(folder)


def test_files_are_for_their_owner_only(folder: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "journal.sqlite3": 0o600,
        "journal.key": 0o600,
        "journal.checkpoint": 0o600,
    }


def test_the_database_itself_refuses_to_take_anything_back(log: Journal) -> None:
    log.submit(WORKER, "live", waiting(range(1, 18)))
    for statement in (
        "UPDATE leaf SET role = 'desk'",
        "DELETE FROM leaf",
        "DELETE FROM node",
        "DELETE FROM checkpoint",
    ):
        with pytest.raises(JournalUnavailable, match="the journal only grows"):
            log._store._rows(statement)


@pytest.mark.parametrize("becomes", ["another", "nothing"])
def test_nothing_is_told_to_a_journal_that_lost_its_name(folder: Path, becomes: str) -> None:
    log, path = reopened(folder), folder / "journal.sqlite3"
    copy, moved = path.read_bytes(), path.with_suffix(".moved")
    path.rename(moved)
    if becomes == "another":
        path.write_bytes(copy)
    for ask in (lambda: log.submit(WORKER, "live", waiting([41])), log.verify):
        with pytest.raises(JournalUnavailable, match="replaced or taken away"):
            ask()
    assert log.size == 40
    moved.replace(path)
    assert log.submit(WORKER, "live", waiting([41])) == (40,)
    log.close()


def test_files_that_cannot_be_used_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(JournalUnavailable, match=r"journal\.sqlite3 cannot be used"):
        open_journal(tmp_path / "nowhere", ORIGIN)
    (tmp_path / "journal.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(JournalUnavailable, match="not a database"):
        reopened(tmp_path)
    (tmp_path / "journal.sqlite3").unlink()
    (tmp_path / "journal.checkpoint").mkdir()
    with pytest.raises(JournalUnavailable, match=r"journal\.checkpoint cannot be used"):
        reopened(tmp_path)
