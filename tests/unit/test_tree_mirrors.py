"""Mirrors that are away or behind: a key counts as destroyed only when no copy of an older root is left."""

from pathlib import Path

import pytest

from jikim.sealing.errors import RootMissing, RootNotDurable
from jikim.sealing.tree.errors import KeyRetired
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import LIVE, House, flaws, stop_at


def test_it_is_not_destroyed_while_a_mirror_is_away(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 2)
    house.mirrors[1].away = True
    house.destroy(kids[0])
    assert house.standing(kids[0]) is Standing.RETIRED
    with pytest.raises(KeyRetired):
        house.tree.key(kids[0])
    assert house.ledger.destroyed() == []
    house.destroy(kids[1], number=2)
    assert flaws(house, adversary, set(kids), finished=False) == []
    house.mirrors[1].away = False
    house.destroyer.run()
    assert {house.standing(kid) for kid in kids} == {Standing.DESTROYED}
    assert house.ledger.destroyed() == sorted(kids)
    assert flaws(house, adversary, set(kids), finished=True) == []


def test_one_group_is_enough_to_destroy(ram_path: Path, adversary: Adversary) -> None:
    house = House(ram_path, groups=(1, 2))
    (kid,) = house.give(LIVE)
    house.mirrors[2].away = True
    house.destroy(kid)
    assert house.standing(kid) is Standing.DESTROYED
    assert flaws(house, adversary, {kid}, finished=False) == []
    house.store.close()


@pytest.mark.parametrize("begins_anew", [False, True])
def test_a_mirror_that_nothing_waits_for_is_settled_when_it_is_back(
    ram_path: Path, adversary: Adversary, *, begins_anew: bool
) -> None:
    house = House(ram_path, groups=(1, 2))
    (kid,) = house.give(LIVE)
    late = house.mirrors[2]
    late.away = True
    house.destroy(kid)
    if begins_anew:
        house.restart()
    house.destroyer.run()
    assert list(house.destroyer.unsettled) == [late.name]
    late.away = False
    house.destroyer.run()
    assert list(house.destroyer.unsettled) == []
    assert late.shares() == house.mirrors[1].shares()
    assert flaws(house, adversary, {kid}, finished=True) == []
    house.store.close()


def test_a_mirror_that_was_emptied_is_given_the_present_share_again(house: House) -> None:
    late = house.mirrors[1]
    late.efface(None)
    house.restart()
    assert late.shares() == house.mirrors[0].shares()
    assert list(house.destroyer.unsettled) == []


def test_a_rolled_back_epoch_is_never_used_again(house: House, adversary: Adversary) -> None:
    """The mirror that held the rolled-back root comes back after another root was made without it."""
    kids = house.give(LIVE, 2)
    epoch = house.tree.epoch
    house.mirrors[1].away = True
    stop_at(house, Step.D3_PREPARED, kids[0])
    house.mirrors[0].away, house.mirrors[1].away = True, False
    house.restart()
    assert (house.tree.epoch, house.standing(kids[0])) == (epoch, Standing.ALIVE)
    house.destroyer.run()
    assert house.tree.epoch == epoch + 3
    house.mirrors[0].away = False
    house.destroyer.run()
    assert house.standing(kids[0]) is Standing.DESTROYED
    assert flaws(house, adversary, {kids[0]}, finished=True) == []


def test_without_any_mirror_nothing_is_destroyed_and_everything_read_on(house: House) -> None:
    kids = house.give(LIVE, 2)
    for mirror in house.mirrors:
        mirror.away = True
    with pytest.raises(RootNotDurable):
        house.destroy(kids[0])
    assert house.tree.key(kids[1]).reveal() == house.keys[kids[1]]
    assert house.standing(kids[0]) is Standing.ALIVE
    with pytest.raises(RootMissing):
        house.restart()
    house.mirrors[0].away = house.mirrors[1].away = False
    house.restart()
    house.destroyer.run()
    assert house.standing(kids[0]) is Standing.DESTROYED
