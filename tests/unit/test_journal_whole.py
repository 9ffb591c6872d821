"""A long journal is read by two processes, and finds what one would find; a second one that fails changes nothing."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from jikim.domain.merkle import Tree
from jikim.sealing.journal import open_journal, reader, whole
from jikim.sealing.journal.errors import JournalAltered
from jikim.sealing.journal.log import DATABASE_FILE
from jikim.sealing.journal.store import Store
from tests.support.journals import ORIGIN, WORKER, filled, reopened, tamper, waiting

EDITED = {
    "first": ["UPDATE leaf SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE i = 3"],
    "second": ["UPDATE leaf SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE i = 200"],
}
SIZES = (0, 1, 15, 16, 17, 40, 256, 300)


def store_of(folder: Path, size: int) -> Store:
    log = open_journal(folder, ORIGIN)
    if size:
        log.submit(WORKER, "live", waiting(range(1, size + 1)))
    log.publish()
    log.close()
    return Store(folder / DATABASE_FILE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = store_of(tmp_path, 300)
    yield opened
    opened.close()


@pytest.mark.parametrize("many", [0, 1000], ids=["two processes", "one process"])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_read_is_the_tree_over_every_entry(tmp_path: Path, size: int, many: int) -> None:
    store = store_of(tmp_path, size)
    tree, found = Tree.over(store.leaves()), whole.read_whole(store, size, many=many)
    assert (found.size, found.root) == (size, tree.root())
    assert found.kept == tree.levels()[4::4] == store.kept_levels()
    store.close()


def test_reading_in_pieces_gives_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = store.hashes(0, 300)
    monkeypatch.setattr(reader, "AT_ONCE", 64)
    assert store.hashes(0, 300) == at_once
    assert len(at_once[0]) == 300 // 16 * 32
    assert len(at_once[1]) == 300 % 16


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "pass",
        "print('x' * 7)",
        "import sys; sys.stdout.write('x' * 256); sys.exit(1)",  # as much as was asked for, and yet a failure
    ],
)
def test_a_second_process_that_fails_changes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    expected = whole.read_whole(store, 300, many=1000)
    (tmp_path / "broken.py").write_text(program)
    monkeypatch.setattr(reader, "__file__", str(tmp_path / "broken.py"))
    assert whole.read_whole(store, 300, many=0) == expected


def test_a_second_process_that_cannot_start_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = whole.read_whole(store, 300, many=1000)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert whole.read_whole(store, 300, many=0) == expected


@pytest.mark.parametrize("half", EDITED)
def test_an_edited_entry_is_found_in_either_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: str) -> None:
    store_of(tmp_path, 300).close()
    tamper(tmp_path, *EDITED[half])
    log = reopened(tmp_path)
    monkeypatch.setattr(whole.read_whole, "__kwdefaults__", {"many": 0})
    with pytest.raises(JournalAltered, match=r"^an entry of the journal"):
        log.verify()
    log.close()


def test_fewer_entries_than_were_asked_for_are_told_by_their_number(store: Store) -> None:
    assert whole.read_whole(store, 400, many=1000).size == 300


def test_while_a_journal_is_verified_entries_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = reopened(filled(tmp_path))

    def meanwhile(store: Store, size: int) -> whole.Whole:
        taken = Thread(target=log.submit, args=(WORKER, "live", waiting([41])))
        taken.start()
        taken.join(timeout=5)
        assert not taken.is_alive()
        return whole.read_whole(store, size)

    monkeypatch.setattr("jikim.sealing.journal.log.read_whole", meanwhile)
    log.verify()
    assert log.size == 41
    log.close()
