"""A retired root is nowhere on the disk: not in the file, not in a free block, not in a journal, not after a power cut.

With the right to mount images the whole disk is looked through; without it, the folder is, and everything else is run.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing.groups import RootGroup
from jikim.sealing.medium import MediumClass
from jikim.sealing.mirror import Mark, Verdict
from jikim.sealing.primitives import Share
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile
from tests.support import disks
from tests.support.server import surroundings

HOME = UUID(int=7)
MIRRORS = ("m1", "m2")
ROTATIONS = 20
PLACES = ("folder", "disk") if disks.may_mount() else ("folder",)
on_a_disk = pytest.mark.parametrize("place", [place for place in PLACES if place == "disk"])


class Folder:
    """A plain folder: what lies under its files cannot be looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True)

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        yield self._path

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self._path.rglob("*")) if path.is_file())

    def cut_off(self, folder: Path) -> "Folder":
        copy = Folder(folder)
        for path in self._path.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        return copy


class Disk:
    """A whole file system, every block of which is looked at."""

    def __init__(self, disk: disks.Disk) -> None:
        self._disk = disk

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        with disks.mounted(self._disk) as point:
            yield point

    def bytes(self) -> bytes:
        return self._disk.image.read_bytes()

    def cut_off(self, folder: Path) -> "Disk":
        return Disk(disks.cut_off(self._disk, folder))


def the_place(place: str, folder: Path) -> Folder | Disk:
    return Disk(disks.made(folder)) if place == "disk" else Folder(folder)


def the_roots(point: Path, make: Callable[..., SlotFile]) -> Roots:
    return Roots([RootGroup([make(point / name, HOME) for name in MIRRORS], anywhere=True)])


def rotate(roots: Roots, epoch: int) -> bytes:
    root = roots.draw(epoch)
    roots.prepare(root)
    assert roots.efface(root).destroyed
    return root.shares[0].reveal()


@pytest.mark.parametrize("place", PLACES)
def test_after_many_rotations_only_the_living_root_is_on_the_disk(tmp_path: Path, place: str) -> None:
    disk = the_place(place, tmp_path / "disk")
    with disk.mounted() as point:
        roots = the_roots(point, SlotFile.create)
        shares = [rotate(roots, epoch) for epoch in range(1, ROTATIONS + 1)]
    found = [disks.times_found(disk.bytes(), share) for share in shares]
    assert found == [0] * (ROTATIONS - 1) + [len(MIRRORS)]


@pytest.mark.parametrize("place", PLACES)
def test_destroying_a_home_leaves_no_root_on_the_disk(tmp_path: Path, place: str) -> None:
    disk = the_place(place, tmp_path / "disk")
    with disk.mounted() as point:
        roots = the_roots(point, SlotFile.create)
        share = rotate(roots, 1)
        os.sync()
        assert disks.times_found(disk.bytes(), share) == len(MIRRORS)
        roots.efface_all()
    assert disks.times_found(disk.bytes(), share) == 0


@on_a_disk
def test_the_same_scan_finds_what_a_rename_leaves(tmp_path: Path, place: str) -> None:
    disk = the_place(place, tmp_path / "disk")
    shares = [Share.fresh().reveal() for _ in range(ROTATIONS)]
    with disk.mounted() as point:
        for share in shares:
            draft = point / "root.new"
            with draft.open("wb") as file:
                file.write(share.ljust(4096, b"\x00"))
                os.fsync(file.fileno())
            draft.replace(point / "root")
    assert sum(disks.times_found(disk.bytes(), share) > 0 for share in shares[:-1]) > ROTATIONS // 2


@on_a_disk
@pytest.mark.parametrize(
    ("tuning", "options", "journals"),
    [((), "", False), ((), "data=journal", True), (("-o", "journal_data"), "", True)],
    ids=["ordered", "asked for at the mount", "asked for by the superblock"],
)
def test_a_journal_of_data_is_noticed_however_it_was_asked_for(
    tmp_path: Path, place: str, tuning: tuple[str, ...], options: str, *, journals: bool
) -> None:
    disk = disks.made(tmp_path / place, *tuning)
    with disks.mounted(disk, options) as point:
        medium = SlotFile.create(point / "m1", HOME).medium()
    assert ("its journal takes copies of data (data=journal)" in medium.facts) is journals
    assert not journals or medium.medium_class is MediumClass.CANNOT


# --- killed ------------------------------------------------------------------------------------------------------

CHILD = """
import json, os, signal, sys
from pathlib import Path
from uuid import UUID

from jikim.sealing.groups import RootGroup
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile

point, deadly, how = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
roots = Roots([RootGroup([SlotFile.create(point / name, UUID(int=7)) for name in ("m1", "m2")], anywhere=True)])
old = roots.draw(1)
roots.prepare(old)
roots.efface(old)
new = roots.draw(2)
told = {root.epoch: [root.commitment.hex(), root.shares[0].reveal().hex()] for root in (old, new)}
print(json.dumps(told), flush=True)

really, flush = os.pwrite, os.fsync
count = 0

def pwrite(handle, data, offset):
    global count
    count += 1
    if count != deadly:
        return really(handle, data, offset)
    really(handle, data[:60] if how == "torn" else data, offset)
    flush(handle)
    os.kill(os.getpid(), signal.SIGKILL)

os.pwrite = pwrite
roots.prepare(new)
roots.efface(new)
print(count, flush=True)
"""
WRITES = 4  # of one rotation: prepare in each mirror, efface in each


@dataclass(frozen=True, slots=True)
class Told:
    """What the killed program said before: both marks and both shares; and how it ended."""

    old: Mark
    new: Mark
    shares: tuple[bytes, bytes]
    code: int
    rest: tuple[str, ...]


def killed(folder: Path, point: Path, deadly: int, how: str) -> Told:
    folder.joinpath("child.py").write_text(CHILD)
    words = [sys.executable, str(folder / "child.py"), str(point), str(deadly), how]
    run = subprocess.run(words, env=surroundings(folder, {}), capture_output=True, timeout=60, check=False)
    first, *rest = run.stdout.decode().splitlines()
    told = {int(epoch): words for epoch, words in json.loads(first).items()}
    old, new = (Mark(epoch, bytes.fromhex(told[epoch][0])) for epoch in (1, 2))
    return Told(old, new, (bytes.fromhex(told[1][1]), bytes.fromhex(told[2][1])), run.returncode, tuple(rest))


def test_a_rotation_makes_as_many_writes_as_are_tested(tmp_path: Path) -> None:
    (tmp_path / "roots").mkdir()
    told = killed(tmp_path, tmp_path / "roots", 0, "never")
    assert (told.code, told.rest) == (0, (str(WRITES),))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", ["torn", "whole"])
@pytest.mark.parametrize("deadly", range(1, WRITES + 1))
def test_killed_at_any_write_the_next_start_knows_what_to_do_and_leaves_one_root(
    tmp_path: Path, place: str, how: str, deadly: int
) -> None:
    disk = the_place(place, tmp_path / "disk")
    with disk.mounted() as point:
        told = killed(tmp_path, point, deadly, how)
        assert told.code == -signal.SIGKILL
        after = disk.cut_off(tmp_path / "after the power cut")
    forward = (deadly, how) != (1, "torn")
    with after.mounted() as point:
        roots = the_roots(point, SlotFile)
        beginning = roots.begin(told.old, told.new, 2)
        assert beginning.verdict is (Verdict.FORWARD if forward else Verdict.BACK)
        assert beginning.root is not None
        assert beginning.root.mark == (told.new if forward else told.old)
        assert roots.efface(beginning.root).destroyed
    found = [disks.times_found(after.bytes(), share) for share in told.shares]
    assert found == ([0, len(MIRRORS)] if forward else [len(MIRRORS), 0])
