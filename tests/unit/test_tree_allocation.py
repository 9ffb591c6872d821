"""Handing out keys: durable here and on a copy first, in cohorts that go together."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from jikim.domain.errors import Misused
from jikim.sealing.kids import cohort_of
from jikim.sealing.tree import allocate
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.sealing.tree.ports import Row, SealedNode
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, DAY, LIVE, House, flaws, stop_at


def test_a_shelf_goes_on_in_another_part(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocate, "LEAVES", 512)
    kids = house.give(LIVE, 300) + house.give(LIVE, 300)
    assert [cohort_of(kid) for kid in kids] == [1] * 512 + [2] * 88
    assert house.store.rows("SELECT part FROM cohort") == [(0,), (1,)]


def test_days_classes_and_categories_hang_apart(house: House) -> None:
    shelves = [
        LIVE,
        Shelf(CohortClass.SEPARATE, "inquiry", DAY),
        COMPLAINTS,
        Shelf(CohortClass.LIVE, "inquiry", date.max),
    ]
    assert [cohort_of(house.give(shelf)[0]) for shelf in shelves * 2] == [1, 2, 3, 4] * 2


@pytest.mark.parametrize("count", [0, -1, 65_537])
def test_a_count_that_makes_no_sense_is_refused(house: House, count: int) -> None:
    with pytest.raises(Misused):
        house.give(LIVE, count)


def test_numbers_are_reserved_in_blocks_and_given_back(house: House) -> None:
    (kid,) = house.give(LIVE)
    assert house.store.rows("SELECT next FROM alloc") == [(64,)]
    house.allocator.close()
    assert house.store.rows("SELECT next FROM alloc") == [(1,)]
    assert house.give(LIVE) == (kid + 1,)


def test_no_bucket_grows_while_a_destruction_is_staged(house: House, adversary: Adversary) -> None:
    (kid,) = house.give(LIVE)
    stop_at(house, Step.D2_STAGED, kid)
    house.give(LIVE, 10)
    with pytest.raises(BatchUnderWay):
        house.give(COMPLAINTS)
    house.destroyer._watch = house.power.watch
    house.destroyer.run()
    house.give(COMPLAINTS)
    assert flaws(house, adversary, {kid}, finished=True) == []


class Mirror:
    """A second place for nodes, which may refuse."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], bytes] = {}
        self.away = False

    def ship(self, nodes: Sequence[SealedNode], rows: Sequence[Row]) -> None:
        if self.away:
            raise ConnectionError
        self.held |= {(one.node, one.birth): one.blob for one in nodes}


def test_nothing_is_handed_out_or_destroyed_before_a_copy_has_the_nodes(ram_path: Path, adversary: Adversary) -> None:
    copy = Mirror()
    house = House(ram_path, copies=copy)
    (kid,) = house.give(LIVE)
    copy.away = True
    with pytest.raises(ConnectionError):
        house.give(COMPLAINTS)
    with pytest.raises(ConnectionError):
        house.destroy(kid)
    assert house.standing(kid) is Standing.ALIVE
    copy.away = False
    house.destroyer.run()
    house.give(COMPLAINTS)
    held = {(one, birth): blob for one, birth, blob in house.store.rows("SELECT id, birth, blob FROM node")}
    assert held.items() <= copy.held.items()
    assert flaws(house, adversary, {kid}, finished=True) == []
    house.store.close()


def test_after_an_end_without_a_word_no_bucket_is_gone_on_with(house: House) -> None:
    house.give(LIVE, 3)
    house.restart()
    assert [kid & 0xFFFF for kid in house.give(LIVE, 2)] == [256, 257]
    house.allocator.close()
    house.restart()
    assert [kid & 0xFFFF for kid in house.give(LIVE, 1)] == [258]


def test_no_key_ever_serves_two_values_also_where_a_keyring_at_work_was_copied_and_brought_back(house: House) -> None:
    house.give(LIVE, 3)
    house.store.clear_log()
    copied = house.path.read_bytes()
    lost = {house.tree.key(kid).reveal() for kid in house.allocator.allocate(LIVE, 200)}
    house.store.close()
    for suffix in ("", "-wal", "-shm"):
        house.path.with_name(house.path.name + suffix).unlink(missing_ok=True)
    house.path.write_bytes(copied)
    house.restart()
    assert not lost & {house.tree.key(kid).reveal() for kid in house.give(LIVE, 200)}
