"""A disk that fills up: refused with a message, nothing acknowledged is lost, and it goes on once there is room."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from jikim.domain.errors import JikimError
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.tree.tree import Standing
from tests.support import disks
from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.killing import FileHouse

pytestmark = pytest.mark.skipif(not disks.may_mount(), reason="filling a disk takes the right to mount one")


def fill(point: Path) -> Path:
    """Write until nothing more fits, not even one block."""
    filler = point / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 512):
            try:
                while file.write(os.urandom(size)):
                    os.fsync(file.fileno())
            except OSError:
                continue
    return filler


def allocate(house: House) -> None:
    for _ in range(200):
        house.give(CONTRACTS, 256)


def accept(house: House) -> None:
    for number in range(100, 3000):
        house.destroyer.accept(request(max(house.keys), number=number))


def destroy(house: House) -> None:
    for _ in range(200):
        house.destroyer.rotate()


@pytest.mark.parametrize("work", [allocate, accept, destroy])
def test_a_full_disk_refuses_loses_nothing_and_goes_on(tmp_path: Path, work: Callable[[House], None]) -> None:
    adversary, disk = Adversary(), disks.made(tmp_path / "disk")
    with watched_by(adversary), disks.mounted(disk) as point:
        house = FileHouse(point, "one group", tmp_path)
        try:
            filled_up(house, point, work, adversary)
        finally:
            house.close()


def filled_up(house: FileHouse, point: Path, work: Callable[[House], None], adversary: Adversary) -> None:
    kids = house.give(LIVE, 300) + house.give(COMPLAINTS, 3)
    house.destroyer.accept(request(kids[0], number=1))
    filler = fill(point)
    with pytest.raises(KeyringUnavailable, match="cannot be used") as refusal:
        work(house)
    assert "free space" in refusal.value.hint
    assert {house.standing(kid) for kid in kids[1:]} <= {Standing.ALIVE}
    for again in (house.destroyer.run, house.restart):
        with suppress(JikimError):
            again()
    filler.unlink()
    house.restart()
    house.destroyer.run()
    house.give(CONTRACTS, 300)
    wished = {kids[0]} | ({max(kids)} if work is accept else set())
    kept = {kid for kid in wished if house.standing(kid) is not Standing.ALIVE}
    assert kids[0] in kept
    assert flaws(house, adversary, kept, finished=True) == []
    house.destroy(kids[5], number=2)
    assert flaws(house, adversary, kept | {kids[5]}, finished=True) == []
