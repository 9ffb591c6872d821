"""The power goes at every step of a destruction: the disk is copied as it would be found, and the copy is started from.

What nobody flushed is not on the copy. After the start and a retry no key that was to go, and no root that led
to it, is anywhere on the raw disk: not in a file, a log, a journal or a free block.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing import formats
from jikim.sealing.primitives import Share
from jikim.sealing.slots import SlotFile
from jikim.sealing.tree.steps import Step
from tests.support.adversary import Adversary, watched_by
from tests.support.disks import Disk, cut_off, made, may_mount, mounted, times_found
from tests.support.keytree import COMPLAINTS, LIVE, House, flaws, request
from tests.support.power import OpenMirror, Power

HOME = UUID(int=7)


class RawDisk:
    """An ext4 image: its copy holds what was flushed, and every free block can be read."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    @contextmanager
    def opened(self) -> Iterator[Path]:
        with mounted(self.disk) as folder:
            yield folder

    def cut(self, folder: Path) -> "RawDisk":
        copy = cut_off(self.disk, folder)
        subprocess.run(["fallocate", "--dig-holes", str(copy.image)], check=True)  # dozens of copies lie side by side
        return RawDisk(copy)

    def raw(self) -> bytes:
        return self.disk.image.read_bytes()


class PlainFolder:
    """Where images cannot be mounted: a copy holds what was written, and only files can be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self) -> Iterator[Path]:
        self.folder.mkdir(exist_ok=True)
        yield self.folder

    def cut(self, folder: Path) -> "PlainFolder":
        return PlainFolder(Path(shutil.copytree(self.folder, folder)))

    def raw(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted(self.folder.iterdir()))


Ground = RawDisk | PlainFolder


def ground(folder: Path) -> Ground:
    return RawDisk(made(folder)) if may_mount() else PlainFolder(folder)


class DiskMirror(SlotFile):
    """A slot file that names the points between its writes."""

    away = False
    written: set[tuple[int, bytes]]
    power: Power

    def prepare(self, epoch: int, share: Share) -> None:
        super().prepare(epoch, share)
        self.written.add((epoch, share.reveal()))
        self.power.watch(f"{self.name}-prepared")

    def efface(self, keep_epoch: int | None) -> None:
        super().efface(keep_epoch)
        self.power.watch(f"{self.name}-effaced")

    def shares(self) -> list[tuple[int, bytes]]:
        return [(epoch, share.reveal()) for epoch, share in self.read().items()]


class DiskHouse(House):
    """A house whose mirrors are slot files beside its keyring."""

    def make_mirror(self, name: str) -> OpenMirror:
        SlotFile.create(self.path.with_name(f"{name}.slots"), HOME)
        mirror = DiskMirror(self.path.with_name(f"{name}.slots"), HOME, name=name)
        mirror.written, mirror.power = set(), self.power
        return mirror


class Camera(Power):
    """Copies the disk at every point."""

    def __init__(self, disk: Ground, folder: Path) -> None:
        super().__init__()
        self.disk, self.folder, self.on = disk, folder, False
        self.copies: list[tuple[str, Ground]] = []

    def watch(self, point: str) -> None:
        if self.on:
            self.copies.append((str(point), self.disk.cut(self.folder / str(len(self.copies)))))


def one_key(house: House, kids: tuple[int, ...]) -> None:
    house.destroyer.accept(request(kids[0]))
    house.destroyer.run()


def a_cohort_and_a_key(house: House, kids: tuple[int, ...]) -> None:
    house.destroyer.accept(request(kids[0], cohorts=[kids[-1] >> 16]))
    house.destroyer.run()


def a_key_and_a_rekey(house: House, kids: tuple[int, ...]) -> None:
    house.destroyer.accept(request(kids[0]))
    house.destroyer.rekey()


@pytest.mark.parametrize(
    ("operation", "places"), [(one_key, {0}), (a_cohort_and_a_key, {0, 4, 5}), (a_key_and_a_rekey, {0})]
)
def test_wherever_the_power_goes_no_destroyed_key_is_left_on_the_disk(
    ram_path: Path, operation: Callable[[House, tuple[int, ...]], None], places: set[int]
) -> None:
    adversary, disk = Adversary(), ground(ram_path / "first")
    with watched_by(adversary):
        (ram_path / "cut").mkdir()
        camera = Camera(disk, ram_path / "cut")
        with disk.opened() as folder:
            house = DiskHouse(folder)
            kids = house.give(LIVE, 4) + house.give(COMPLAINTS, 2)
            for mirror in house.mirrors:
                mirror.power = camera  # type: ignore[attr-defined]  # they are DiskMirrors
            house.destroyer._watch, camera.on = camera.watch, True
            old_root = [share for _epoch, share in house.mirrors[0].shares()]
            operation(house, kids)
            house.store.close()
        points = [point for point, _copy in camera.copies]
        assert {step for step in Step if step.startswith("d")} <= set(points)
        assert {f"{name}-{word}" for name in "ab" for word in ("prepared", "effaced")} <= set(points)
        victims = {kids[place] for place in places}
        lost = [house.keys[kid] for kid in sorted(victims)] + old_root
        first = camera.copies[0][1].raw()
        assert times_found(first, old_root[0]) == 2, "the old root is found where it still is: this scan can fail"
        for point, copy in camera.copies:
            again = started_again(copy, house.keys, lambda one: operation(one, kids), adversary, victims)
            raw = copy.raw()
            assert [times_found(raw, secret) for secret in lost] == [0] * len(lost), point
            assert [times_found(raw, secret) for secret in again] == [2], (
                point,
                "the present root is where it is kept",
            )


def test_a_tree_that_does_not_seal_is_found_on_the_disk(ram_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with sealing left out, the same scan finds every key, so that finding none says something."""
    monkeypatch.setattr(formats, "encrypt", lambda _key, words, _aad: bytes(words))
    monkeypatch.setattr(formats, "decrypt", lambda _key, words, _aad: bytearray(words))
    disk = ground(ram_path / "bare")
    with disk.opened() as folder:
        house = DiskHouse(folder)
        house.give(LIVE, 4)
        house.store.close()
    raw = disk.raw()
    assert all(times_found(raw, key) for key in house.keys.values())


def started_again(
    copy: Ground, keys: dict[int, bytes], retry: Callable[[House], None], adversary: Adversary, victims: set[int]
) -> list[bytes]:
    """Mount a copy, settle, retry, look for flaws; returns the shares that are kept now."""
    with copy.opened() as folder:
        house = DiskHouse(folder)
        house.keys = keys
        assert flaws(house, adversary, victims, finished=False) == []
        retry(house)
        assert flaws(house, adversary, victims, finished=True) == []
        house.store.close()
        return [share for _epoch, share in house.mirrors[0].shares()]
