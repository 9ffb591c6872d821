"""An attachment comes back whole or not at all, in part or from the start, and the store never sees it in clear."""

import io
import stat
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing import files
from jikim.sealing.errors import FileAltered, UnknownFormat
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.files import FileCard, check_file, move_file, open_file, open_range, seal_file
from jikim.sealing.formats import of_attachment
from jikim.sealing.primitives import DoesNotOpen, FileKey, Segments
from jikim.sealing.streams import SealingStream, open_stream
from tests.support.streams import seal_stream
from tests.support.vectors import vectors

KNOWN = vectors("formats")["attachment"]
FIRST, REST = 65_480, 65_520  # bytes in clear of the first segment and of every other
WORDS = bytes(range(256)) * 800  # 204,800 bytes: four segments


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "files")


def chunks(words: bytes, size: int = 10_000) -> Iterator[bytes]:
    return (words[at : at + size] for at in range(0, len(words), size))


def path_of(store: DirectoryStore, card: FileCard) -> Path:
    return store._path(card.name)


def opened(store: DirectoryStore, card: FileCard) -> bytes:
    return b"".join(open_file(store, card))


def gather(given: Iterator[bytes], into: bytearray) -> None:
    for chunk in given:
        into += chunk


# --- format ------------------------------------------------------------------------------------------------------


def test_a_known_stream_opens() -> None:
    aad, key = of_attachment(UUID(KNOWN["name"])), FileKey(bytes.fromhex(vectors("formats")["key"]))
    assert aad.hex() == KNOWN["aad"]
    sealed = io.BytesIO(bytes.fromhex(KNOWN["stream"]))
    assert b"".join(open_stream(key, sealed, aad)).hex() == KNOWN["plaintext"]


def test_a_card_is_built_and_read_as_written() -> None:
    card = FileCard.from_bytes(bytes.fromhex(KNOWN["card"]))
    assert (str(card.name), card.size) == (KNOWN["name"], 5)
    assert card.to_bytes().hex() == KNOWN["card"]
    assert "hidden" in repr(card)
    for bad in (b"", bytes(88), bytes(89), b"\x02" + card.to_bytes()[1:], card.to_bytes() + b"\x00"):
        with pytest.raises(UnknownFormat):
            FileCard.from_bytes(bad)


# --- sealing and opening -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + REST, FIRST + REST + 1, len(WORDS)])
def test_a_file_comes_back_as_it_went_in(store: DirectoryStore, size: int) -> None:
    card = seal_file(store, chunks(WORDS[:size]))
    assert card.size == size
    assert store.size(card.name) == files.sealed_size(size)
    assert opened(store, card) == WORDS[:size]
    check_file(store, card)


def test_the_store_holds_nothing_in_clear(store: DirectoryStore) -> None:
    canary = "주민등록번호 800101".encode() * 9_000
    card = seal_file(store, chunks(canary))
    kept = path_of(store, card).read_bytes()
    assert canary[:20] not in kept
    assert card.key.reveal() not in kept
    assert [path for path in store._root.rglob("*") if path.is_file()] == [path_of(store, card)]
    assert stat.S_IMODE(path_of(store, card).stat().st_mode) == 0o600
    assert stat.S_IMODE(store._root.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 0), (0, 1), (0, FIRST), (FIRST - 1, 2), (FIRST, REST), (FIRST + REST - 5, 10), (100, 200_000), (204_799, 1),
     (204_800, 0), (0, 204_800)],
)  # fmt: skip
def test_a_range_is_that_part_of_the_file(store: DirectoryStore, start: int, length: int) -> None:
    card = seal_file(store, chunks(WORDS))
    assert b"".join(open_range(store, card, start, length)) == WORDS[start : start + length]


def test_a_range_reads_only_the_segments_that_hold_it(store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    card, reads = seal_file(store, chunks(WORDS)), list[tuple[int, int]]()
    read = store.read

    def noted(name: UUID, start: int, length: int) -> bytes:
        reads.append((start, length))
        return read(name, start, length)

    monkeypatch.setattr(store, "read", noted)
    assert b"".join(open_range(store, card, FIRST + 1, 10)) == WORDS[FIRST + 1 : FIRST + 11]
    assert reads == [(0, 40), (65_536, 65_536)]


@pytest.mark.parametrize(("start", "length"), [(-1, 1), (0, -1), (0, 204_801), (204_800, 1)])
def test_a_range_outside_the_file_is_refused(store: DirectoryStore, start: int, length: int) -> None:
    card = seal_file(store, chunks(WORDS))
    with pytest.raises(ValueError, match="do not lie in a file of 204800 bytes"):
        open_range(store, card, start, length)


# --- what was altered --------------------------------------------------------------------------------------------

SEGMENTS = [65_536 * at for at in range(4)]


def altered(sealed: bytes) -> dict[str, bytes]:
    parts = [sealed[at : at + 65_536] for at in SEGMENTS]
    return {
        "cut at a segment's border": sealed[: SEGMENTS[3]],
        "cut to the first segment": parts[0],
        "cut by one byte": sealed[:-1],
        "empty": b"",
        "lengthened by a byte": sealed + b"\x00",
        "lengthened by a segment": sealed + parts[1],
        "segments swapped": parts[0] + parts[2] + parts[1] + parts[3],
        "a segment repeated": parts[0] + parts[1] * 2 + parts[3],
        "salt altered": sealed[:1] + bytes([sealed[1] ^ 1]) + sealed[2:],
        "nonce altered": sealed[:39] + bytes([sealed[39] ^ 1]) + sealed[40:],
        "header length altered": b"\x29" + sealed[1:],
        "last byte altered": sealed[:-1] + bytes([sealed[-1] ^ 1]),
    }


@pytest.mark.parametrize("how", altered(bytes(204_904)))
def test_an_altered_file_is_refused_as_a_whole_and_where_it_was_altered(store: DirectoryStore, how: str) -> None:
    card = seal_file(store, chunks(WORDS))
    path_of(store, card).write_bytes(altered(path_of(store, card).read_bytes())[how])
    with pytest.raises(FileAltered) as told:
        opened(store, card)
    assert str(card.name) in str(told.value)
    with pytest.raises(FileAltered):
        list(open_range(store, card, 0, card.size))
    with pytest.raises(FileAltered):
        check_file(store, card)


@pytest.mark.parametrize("how", altered(bytes(204_904)))
def test_the_stream_itself_refuses_too_without_help_from_the_card(how: str) -> None:
    key, aad = FileKey.fresh(), of_attachment(UUID(int=1))
    sealed = b"".join(seal_stream(key, chunks(WORDS), aad))
    with pytest.raises(DoesNotOpen):
        list(open_stream(key, io.BytesIO(altered(sealed)[how]), aad))


def test_the_same_words_under_one_key_are_never_sealed_alike() -> None:
    key, aad = FileKey.fresh(), of_attachment(UUID(int=1))
    once, again = (b"".join(seal_stream(key, chunks(WORDS), aad)) for _ in range(2))
    heads = [once[:40], again[:40]]
    assert heads[0][1:33] != heads[1][1:33]
    assert heads[0][33:] != heads[1][33:]
    assert sum(a == b for a, b in zip(once, again, strict=True)) < len(once) / 128


def test_no_place_of_a_stream_is_sealed_twice_when_sealing_breaks_off() -> None:
    seal, places = Segments.seal, list[int]()

    def break_off(self: Segments, number: int, words: bytes, *, last: bool) -> bytes:
        places.append(number)
        sealed = seal(self, number, words, last=last)
        if number == 1:
            raise MemoryError
        return sealed

    stream = SealingStream(FileKey.fresh(), of_attachment(UUID(int=1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Segments, "seal", break_off)
        with pytest.raises(MemoryError):
            stream.write(WORDS)
        for again in (partial(stream.write, b"other words"), stream.end):
            with pytest.raises(ValueError, match="after it broke off"):
                again()
    assert places == [0, 1]


def test_a_stream_takes_nothing_after_its_end() -> None:
    stream = SealingStream(FileKey.fresh(), of_attachment(UUID(int=1)))
    assert stream.write(b"words") == b""
    assert len(stream.end()) == 40 + 5 + 16
    for late in (partial(stream.write, b"one more"), stream.end):
        with pytest.raises(ValueError, match="after its end"):
            late()


def test_a_file_put_in_the_place_of_another_is_refused(store: DirectoryStore) -> None:
    one, other = seal_file(store, chunks(WORDS)), seal_file(store, chunks(WORDS))
    path_of(store, one).write_bytes(path_of(store, other).read_bytes())
    with pytest.raises(FileAltered):
        opened(store, one)
    for card in (replace(one, key=other.key), replace(other, name=one.name), replace(other, key=FileKey.fresh())):
        with pytest.raises(FileAltered):
            opened(store, card)
        with pytest.raises(FileAltered):
            list(open_range(store, card, 5, 5))


def test_what_is_given_out_before_an_alteration_is_good(store: DirectoryStore) -> None:
    card = seal_file(store, chunks(WORDS))
    sealed = bytearray(path_of(store, card).read_bytes())
    sealed[-1] ^= 1
    path_of(store, card).write_bytes(sealed)
    given = bytearray()
    with pytest.raises(FileAltered):
        gather(open_file(store, card), given)
    assert 0 < len(given) < len(WORDS)
    assert WORDS.startswith(given)


# --- moving ------------------------------------------------------------------------------------------------------


def test_a_moved_file_has_a_new_key_a_new_name_and_other_bytes(store: DirectoryStore, tmp_path: Path) -> None:
    separate = DirectoryStore(tmp_path / "separate")
    card = seal_file(store, chunks(WORDS))
    moved = move_file(store, card, separate)
    assert opened(separate, moved) == opened(store, card) == WORDS
    assert moved.name != card.name
    assert moved.key.reveal() != card.key.reveal()
    assert not set(chunks(path_of(separate, moved).read_bytes(), 64)) & set(
        chunks(path_of(store, card).read_bytes(), 64)
    )


def test_a_file_that_does_not_open_is_not_moved(store: DirectoryStore, tmp_path: Path) -> None:
    separate = DirectoryStore(tmp_path / "separate")
    card = seal_file(store, chunks(WORDS))
    sealed = bytearray(path_of(store, card).read_bytes())
    sealed[-1] ^= 1
    path_of(store, card).write_bytes(sealed)
    with pytest.raises(FileAltered):
        move_file(store, card, separate)
    assert list(separate.names()) == []
    assert [path for path in (tmp_path / "separate").rglob("*") if path.is_file()] == []
