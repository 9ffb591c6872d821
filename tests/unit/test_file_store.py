"""A directory keeps all of a file or nothing, under a name used once, and says what it could not do."""

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing import file_store
from jikim.sealing.errors import FileMissing, FileTaken, FileUnreadable, StoreUnavailable
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.files import FileCard, check_file, open_file, seal_file
from jikim.sealing.formats import of_attachment
from jikim.sealing.primitives import DoesNotOpen, FileKey
from jikim.sealing.streams import open_stream
from tests.support.streams import put, seal_stream

WORDS = bytes(range(256)) * 800


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "files")


def opened(store: DirectoryStore, card: FileCard) -> bytes:
    return b"".join(open_file(store, card))


def gather(given: Iterator[bytes], into: bytearray) -> None:
    for chunk in given:
        into += chunk


@pytest.mark.parametrize("error", [ConnectionResetError("left"), FileExistsError("odd"), KeyboardInterrupt()])
def test_a_file_whose_sender_leaves_is_not_kept_and_its_stream_never_ends(
    store: DirectoryStore, error: BaseException
) -> None:
    seen = bytearray()

    def leaving() -> Iterator[bytes]:
        yield WORDS
        raise error

    with pytest.raises(type(error)):
        seal_file(store, leaving())
    assert list(store.names()) == []
    assert [path for path in store._root.rglob("*") if path.is_file()] == []
    key, aad = FileKey.fresh(), of_attachment(UUID(int=1))
    with pytest.raises(type(error)):
        gather(seal_stream(key, leaving(), aad), seen)
    with pytest.raises(DoesNotOpen):
        list(open_stream(key, io.BytesIO(bytes(seen)), aad))


def test_a_name_is_used_once(store: DirectoryStore) -> None:
    put(store, UUID(int=1), [b"one"])
    with pytest.raises(FileTaken):
        put(store, UUID(int=1), [b"two"])
    assert store.read(UUID(int=1), 0, 9) == b"one"


def test_a_name_that_is_no_uuid_is_refused(store: DirectoryStore) -> None:
    with pytest.raises(TypeError, match="a UUID, not a str"):
        put(store, "../../etc/passwd", [b""])  # type: ignore[arg-type]  # the misuse under test


def test_a_missing_file_is_missing_and_never_erased(store: DirectoryStore) -> None:
    card = seal_file(store, [WORDS])
    store.remove(card.name)
    store.remove(card.name)
    assert list(store.names()) == []
    with pytest.raises(FileMissing) as told:
        opened(store, card)
    assert "do not report it as erased" in told.value.hint
    with pytest.raises(FileMissing):
        check_file(store, card)


def test_a_full_medium_keeps_nothing_and_is_told(store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, words: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreUnavailable, match="No space left on device") as told:
        seal_file(store, [WORDS])
    assert str(store._root) not in str(told.value)
    assert [path for path in store._root.rglob("*") if path.is_file()] == []


def test_a_file_whose_folder_cannot_be_made_durable_is_not_kept(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, UUID(int=1), [b"there before"])

    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(file_store, "_sync", failing)
    with pytest.raises(StoreUnavailable):
        put(store, UUID(int=2), [b"new"])
    assert list(store.names()) == [UUID(int=1)]


def test_a_medium_that_fails_while_reading_is_not_taken_for_an_alteration(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    card = seal_file(store, [WORDS])
    monkeypatch.setattr(Path, "open", lambda path, mode: Failing())
    with pytest.raises(FileUnreadable, match="Input/output error"):
        opened(store, card)


def test_every_file_is_named_and_nothing_else(store: DirectoryStore) -> None:
    assert list(store.names()) == []
    cards = [seal_file(store, [b"words"]) for _ in range(20)]
    (store._root / "lost+found").mkdir()
    assert set(store.names()) == {card.name for card in cards}


def test_what_a_crash_cut_short_is_no_file_and_is_swept(store: DirectoryStore) -> None:
    def stopping() -> Iterator[bytes]:
        yield b"part"
        os._exit(0)

    if (child := os.fork()) == 0:
        put(store, UUID(int=7), stopping())
    os.waitpid(child, 0)
    assert list(store.names()) == []
    assert store.waiting_bytes() == 4
    now = datetime.now(UTC)
    assert store.sweep(now - timedelta(minutes=1)) == 0
    assert store.sweep(now + timedelta(minutes=1)) == 1
    assert store.waiting_bytes() == 0


def test_what_waits_is_read_kept_once_and_given_back(store: DirectoryStore) -> None:
    name = UUID(int=7)
    part = store.begin(name)
    part.write(b"words")
    part.end()
    assert (store.waits(name), list(store.names()), store.read(name, 1, 3)) == (True, [], b"ord")
    store.keep(name)
    with pytest.raises(FileMissing):
        store.keep(name)
    store.let_go(name)
    assert (store.waits(name), list(store.names()), store.wait_on(name)) == (False, [name], False)
    store.give_back(name)
    assert (store.waits(name), list(store.names()), store.wait_on(name)) == (True, [], True)
    store.let_go(name)
    with pytest.raises(FileMissing):
        store.size(name)


def test_a_file_that_waits_is_never_kept_in_the_place_of_another(store: DirectoryStore) -> None:
    put(store, UUID(int=7), [b"first"])
    part = store.begin(UUID(int=7))
    part.write(b"second")
    part.end()
    with pytest.raises(FileTaken):
        store.keep(UUID(int=7))
    assert store.read(UUID(int=7), 0, 9) == b"first"


def test_what_fails_on_its_way_leaves_nothing(store: DirectoryStore) -> None:
    def failing() -> Iterator[bytes]:
        yield b"part"
        raise OSError(104, "Connection reset by peer")

    with pytest.raises(OSError, match="reset"):
        put(store, UUID(int=7), failing())
    assert list(store.names()) == []


def test_a_file_waits_for_two_flushes_its_bytes_and_its_name(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, UUID(int=1), [b"its folder is there from now on"])
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    put(store, UUID(int=2), [b"words"])
    assert len(flushed) == 2
