"""A slot file: two slots overwritten in place, read back, and nobody else's file touched."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing.errors import MirrorAway, NotWritten, RootForeign
from jikim.sealing.formats import SLOT_BYTES, write_slot
from jikim.sealing.label import Label, read_label, write_label
from jikim.sealing.primitives import Share
from jikim.sealing.slots import FILE_BYTES, LABEL_AT, SlotFile

LABEL_SHA256 = "587aec2f58d1ab3e59f25b581a15a697962ebe9ca3269ee9db1ce7b6817f0d60"  # of HOME, at a place of 02s
HOME, OTHER = UUID(int=7), UUID(int=8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m1"


@pytest.fixture
def mirror(path: Path) -> SlotFile:
    return SlotFile.create(path, HOME)


def held(mirror: SlotFile) -> dict[int, bytes]:
    return {epoch: share.reveal() for epoch, share in mirror.read().items()}


def a_share(letter: bytes) -> Share:
    return Share(letter * 32)


def test_a_new_file_is_private_has_its_full_size_and_holds_no_share(mirror: SlotFile, path: Path) -> None:
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, FILE_BYTES)
    assert (held(mirror), mirror.torn()) == ({}, False)


def test_shares_of_two_epochs_stand_side_by_side_until_one_is_effaced(mirror: SlotFile) -> None:
    mirror.prepare(4, a_share(b"a"))
    mirror.prepare(5, a_share(b"b"))
    assert held(mirror) == {4: b"a" * 32, 5: b"b" * 32}
    mirror.efface(5)
    assert held(mirror) == {5: b"b" * 32}
    mirror.efface(None)
    assert held(mirror) == {}


def test_effacing_leaves_not_one_byte_of_the_share(mirror: SlotFile, path: Path) -> None:
    mirror.prepare(4, a_share(b"a"))
    assert b"a" * 32 in path.read_bytes()
    mirror.efface(5)
    assert b"aaaa" not in path.read_bytes()


def test_writing_keeps_the_same_file_at_the_same_size(mirror: SlotFile, path: Path) -> None:
    before = path.stat().st_ino
    for epoch in range(1, 6):
        mirror.prepare(epoch, Share.fresh())
        mirror.efface(epoch)
    assert (path.stat().st_ino, path.stat().st_size) == (before, FILE_BYTES)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("cut_at", [9, 17, 60, 79])
def test_a_torn_slot_is_no_share_and_is_effaced_with_the_rest(mirror: SlotFile, path: Path, cut_at: int) -> None:
    mirror.prepare(4, a_share(b"a"))
    write_at(path, SLOT_BYTES, write_slot(5, a_share(b"b"))[:cut_at])
    assert (list(held(mirror)), mirror.torn()) == ([4], True)
    mirror.efface(4)
    assert (list(held(mirror)), mirror.torn()) == ([4], False)
    assert b"bbbb" not in path.read_bytes()


def test_a_share_in_the_wrong_slot_is_no_share(mirror: SlotFile, path: Path) -> None:
    write_at(path, 0, write_slot(5, a_share(b"b")))
    assert (held(mirror), mirror.torn()) == ({}, True)


def test_making_a_file_again_leaves_it_as_it_is(mirror: SlotFile, path: Path) -> None:
    mirror.prepare(4, a_share(b"a"))
    assert held(SlotFile.create(path, HOME)) == {4: b"a" * 32}


def test_making_goes_on_where_it_was_cut_off(path: Path) -> None:
    path.write_bytes(bytes(SLOT_BYTES))
    assert held(SlotFile.create(path, HOME)) == {}


@pytest.mark.parametrize("contents", [b"notes of somebody", bytes(FILE_BYTES + 1)], ids=["other", "longer"])
def test_a_file_that_is_something_else_is_never_overwritten(path: Path, contents: bytes) -> None:
    path.write_bytes(contents)
    with pytest.raises(RootForeign):
        SlotFile.create(path, HOME)
    assert path.read_bytes() == contents


@pytest.mark.parametrize(
    "work",
    [
        lambda mirror: mirror.read(),
        lambda mirror: mirror.torn(),
        lambda mirror: mirror.prepare(6, a_share(b"x")),
        lambda mirror: mirror.efface(6),
        lambda mirror: mirror.medium(),
        lambda mirror: SlotFile.create(mirror.path, OTHER),
    ],
    ids=["read", "torn", "prepare", "efface", "medium", "create"],
)
def test_another_homes_file_is_refused_and_left_untouched(
    mirror: SlotFile, path: Path, work: Callable[[SlotFile], object]
) -> None:
    mirror.prepare(4, a_share(b"a"))
    before = path.read_bytes()
    with pytest.raises(RootForeign, match="m1"):
        work(SlotFile(path, OTHER))
    assert path.read_bytes() == before


def test_a_file_with_a_second_name_or_behind_a_link_is_refused(mirror: SlotFile, path: Path) -> None:
    (path.parent / "link").symlink_to(path)
    with pytest.raises(MirrorAway):
        SlotFile(path.parent / "link", HOME).read()
    os.link(path, path.parent / "second")
    with pytest.raises(RootForeign, match="more than one name"):
        mirror.read()


def test_a_missing_file_is_away_and_is_never_made_by_reading_or_writing(path: Path) -> None:
    for work in (SlotFile.read, lambda mirror: mirror.prepare(1, a_share(b"a")), lambda mirror: mirror.efface(1)):
        with pytest.raises(MirrorAway, match="m1"):
            work(SlotFile(path, HOME))
    assert not path.exists()


def test_a_write_that_reads_back_otherwise_is_not_written(mirror: SlotFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda _handle, data, _offset: len(data))
    with pytest.raises(NotWritten, match="reads back"):
        mirror.prepare(1, a_share(b"a"))


@pytest.mark.parametrize("call", ["pwrite", "fsync"])
def test_a_disk_that_fails_or_fills_is_not_written(
    mirror: SlotFile, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_words: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(NotWritten, match="No space left"):
        mirror.efface(None)


def test_a_file_that_was_copied_to_another_place_cannot_be_effaced_there(mirror: SlotFile, path: Path) -> None:
    if mirror.medium().facts[0] not in ("ext4", "xfs", "btrfs"):
        write_at(path, LABEL_AT, write_label(Label(HOME, b"\1" * 32)))  # no map here: a label that remembers another
    else:
        path.with_name("copy").write_bytes(path.read_bytes())
        path.with_name("copy").replace(path)
    copied = SlotFile(path, HOME)
    assert not copied.medium().can_efface
    assert "the file does not lie where it was made: it was copied, restored or moved" in copied.medium().facts


def test_a_file_that_moves_while_in_use_is_noticed_at_the_next_write(mirror: SlotFile, path: Path) -> None:
    facts = mirror.medium().facts
    write_at(path, LABEL_AT, write_label(Label(HOME, b"\1" * 32)))
    assert mirror.medium().facts == facts
    mirror.efface(None)
    assert "the file moved when it was overwritten" in mirror.medium().facts


def test_errors_and_reprs_never_show_a_share(mirror: SlotFile, path: Path) -> None:
    mirror.prepare(4, a_share(b"a"))
    with pytest.raises(RootForeign) as refused:
        SlotFile(path, OTHER).read()
    assert "aaaa" not in f"{refused.value!r} {mirror.read()!r} {mirror.medium()!r}"


def test_a_label_reads_back_and_nothing_else_passes_for_one() -> None:
    block = write_label(Label(HOME, b"\2" * 32))
    assert read_label(block) == Label(HOME, b"\2" * 32)
    assert block[:8] == b"JKLABEL1"
    assert block[8:24] == HOME.bytes
    assert sha256(block).hexdigest() == LABEL_SHA256, "frozen: files out there have it"
    for at in (0, 8, 24, 56, 4095):
        assert read_label(block[:at] + bytes([block[at] ^ 1]) + block[at + 1 :]) is None
    assert read_label(block[:-1]) is None


def write_at(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)
