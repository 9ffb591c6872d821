"""The invariants of the key tree, I1 to I8, under their numbers."""

from uuid import UUID

import pytest

from jikim.domain.errors import Misused
from jikim.domain.leaf import DestroyReason
from jikim.sealing.errors import KeyDestroyed, KeyUnknown
from jikim.sealing.kids import cohort_of, kid_of
from jikim.sealing.tree.requests import Request
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, DAY, LIVE, POLICY, ROWS, House, request


def test_i1_every_key_is_fresh_and_none_comes_from_another(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 5) + house.give(COMPLAINTS, 2)
    house.destroy(kids[0])
    held = adversary.reach(house.tree.root.reveal())
    assert len({key for _kid, key in held}) == len(held) == 2 * 256 - 1
    assert set(house.keys.values()) - {key for _kid, key in held} == {house.keys[kids[0]]}


def test_i2_a_key_hangs_from_one_place_only(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 300) + house.give(COMPLAINTS, 2)
    adversary.reach(house.tree.root.reveal())
    house.destroy(kids[0], kids[-1])
    adversary.reach(house.tree.root.reveal())
    house.destroyer.rotate()
    adversary.reach(house.tree.root.reveal())
    places: dict[bytes, set[tuple[int, int]]] = {}
    for key, edges in adversary.edges():
        places.setdefault(key, set()).update(edges)
    assert len(places) > 3 * 256
    assert {len(edges) for edges in places.values()} == {1}


def test_i3_adding_keeps_the_keys_above_and_removing_renews_every_one(house: House) -> None:
    (kid,) = house.give(LIVE)
    path = nodes_above_bucket(kid)
    before, epoch = [house.tree.node_key(node) for node in path], house.tree.epoch
    house.give(COMPLAINTS)
    assert [revealed(house, node) for node in path] == [key.reveal() for key in before if key]
    assert house.tree.epoch == epoch
    kept = [revealed(house, node) for node in path]
    house.destroy(kid)
    assert house.tree.epoch == epoch + 1
    assert not set(kept) & {revealed(house, node) for node in path}


def test_i4_a_key_is_durable_before_its_number_leaves(house: House) -> None:
    for kid in house.give(LIVE, 70) + house.give(COMPLAINTS):
        other = Store(house.path)
        assert other.number("SELECT next FROM alloc WHERE cohort = ?", cohort_of(kid)) > kid & 0xFFFF  # type: ignore[operator]  # a number
        assert other.row("SELECT 1 FROM node WHERE id = ?", kid >> 8)
        other.close()


def test_i5_no_number_is_handed_out_twice_whatever_stops(house: House) -> None:
    given = list(house.give(LIVE, 3))
    for _ in range(3):
        house.restart()
        given += house.give(LIVE, 100)
        house.allocator.close()
        given += house.give(LIVE, 3)
    assert len(set(given)) == len(given) == 3 + 3 * 103


def test_i5_no_cohort_number_comes_back(house: House) -> None:
    first = cohort_of(house.give(LIVE)[0])
    house.destroy(cohorts=[first])
    assert cohort_of(house.give(LIVE)[0]) > first


def test_i6_every_share_is_overwritten_before_the_epoch_after_next(house: House) -> None:
    for _ in range(5):
        house.destroyer.rotate()
        assert [[epoch for epoch, _ in mirror.shares()] for mirror in house.mirrors] == [[house.tree.epoch]] * 2


def test_i7_what_was_never_handed_out_is_unknown_and_never_destroyed(house: House) -> None:
    (kid,) = house.give(LIVE)
    for stranger in (kid + 64, kid_of(99, 0), -1, 1 << 40):
        assert house.standing(stranger) is Standing.UNKNOWN
        with pytest.raises(KeyUnknown):
            house.tree.key(stranger)
        with pytest.raises(KeyUnknown):
            house.tree.keys([kid, stranger])
        with pytest.raises(KeyUnknown):
            house.destroyer.accept(request(kid, stranger))
    with pytest.raises(KeyUnknown):
        house.destroyer.accept(request(kid, cohorts=[99]))
    assert house.standing(kid) is Standing.ALIVE
    assert house.store.rows("SELECT * FROM intent") == []


def test_keys_asked_for_together_are_those_asked_for_one_by_one(house: House) -> None:
    kids = house.give(LIVE, 300) + house.give(COMPLAINTS, 3)
    together = house.tree.keys(kids)
    assert {kid: key.reveal() for kid, key in together.items()} == {kid: house.tree.key(kid).reveal() for kid in kids}
    house.destroy(kids[7])
    with pytest.raises(KeyDestroyed):
        house.tree.keys(kids)


def test_i7_a_key_missing_without_a_tomb_is_not_called_destroyed(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.destroy(kids[0])
    with house.store.writing():
        house.store.run("DELETE FROM tomb")
    with pytest.raises(KeyUnknown):
        house.tree.key(kids[0])


def test_i8_only_codes_reach_the_file_and_the_journal(house: House) -> None:
    for words in ("Kim", "a b", "3y", "x" * 41):
        with pytest.raises(Misused):
            Shelf(CohortClass.LIVE, words, DAY)
    for wrong in ("", "sha256:x", "AB" * 32):
        with pytest.raises(Misused):
            Request(UUID(int=1), DestroyReason.MOVED, wrong, {1: ROWS})
    with pytest.raises(Misused):
        Request(UUID(int=1), DestroyReason.MOVED, POLICY)
    with pytest.raises(Misused):
        Request(UUID(int=1), DestroyReason.MOVED, POLICY, {1: b"short"})


def nodes_above_bucket(kid: int) -> list[int]:
    return [level << 40 | kid >> 8 * (level + 1) for level in range(5)]


def revealed(house: House, node: int) -> bytes:
    key = house.tree.node_key(node)
    assert key is not None
    return key.reveal()
