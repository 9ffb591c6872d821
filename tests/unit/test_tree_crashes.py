"""Stopped at any numbered step, every kind of destruction comes to the same end after a new start and a retry.

The points are those the code passes when nothing stops it, torn writes of mirrors among them.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from jikim.domain.leaf import DestroyReason
from jikim.sealing.kids import COHORT, node_id
from jikim.sealing.tree import rekey as slices
from jikim.sealing.tree.steps import Step
from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.power import PowerCut

Operation = Callable[[House, tuple[int, ...]], None]


def single(house: House, kids: tuple[int, ...]) -> None:
    house.destroy(kids[0])


def several(house: House, kids: tuple[int, ...]) -> None:
    """Three requests for two reasons over two cohorts, one of them for a key that another names too."""
    house.destroyer.accept(request(kids[0], kids[5], number=1))
    house.destroyer.accept(request(kids[0], kids[1], number=2, reason=DestroyReason.CONSENT_WITHDRAWN))
    house.destroyer.accept(request(kids[6], number=3))
    house.destroyer.run()


def cohort(house: House, kids: tuple[int, ...]) -> None:
    house.destroy(kids[0], kids[5], cohorts=[kids[5] >> 16])


def move(house: House, kids: tuple[int, ...]) -> None:
    """Allocate in another cohort, then destroy the old key: the value has a key at every moment."""
    house.give(CONTRACTS, 1)
    house.destroyer.accept(request(kids[0], reason=DestroyReason.MOVED))
    house.destroyer.run()


def rekey(house: House, kids: tuple[int, ...]) -> None:
    """Destroy a key and give every node a new key, in two slices."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "SLICE", 2)
        house.destroyer.accept(request(kids[0]))
        house.destroyer.rekey()


VICTIMS: dict[Operation, tuple[int, ...]] = {
    single: (0,),
    several: (0, 1, 5, 6),
    cohort: (0, 5, 6, 7),
    move: (0,),
    rekey: (0,),
}
OPERATIONS = list(VICTIMS)
TWO_MIRRORS, TWO_GROUPS = (2,), (1, 2)
CASES = [*product(OPERATIONS[:-1], (TWO_MIRRORS, TWO_GROUPS)), (rekey, TWO_MIRRORS)]


def built(folder: Path, groups: tuple[int, ...]) -> tuple[House, tuple[int, ...]]:
    folder.mkdir()
    house = House(folder, groups)
    kids = house.give(LIVE, 5) + house.give(COMPLAINTS, 3)
    house.power.forget()
    return house, kids


def trace(folder: Path, operation: Operation, groups: tuple[int, ...]) -> list[str]:
    """Return the points an operation passes when nothing stops it."""
    house, kids = built(folder, groups)
    operation(house, kids)
    house.store.close()
    return house.power.passed


def told(operation: Operation, kids: tuple[int, ...]) -> list[int]:
    """Return what the journal has to name, once each: a cohort by its node."""
    if operation is cohort:
        return sorted([kids[0], kids[5], node_id(COHORT, kids[5] >> 16)])
    return sorted(kids[place] for place in VICTIMS[operation])


@pytest.mark.parametrize(("operation", "groups"), CASES, ids=lambda one: getattr(one, "__name__", str(one)))
def test_stopped_anywhere_it_comes_to_the_same_end(
    ram_path: Path, operation: Operation, groups: tuple[int, ...]
) -> None:
    for number, point in enumerate(trace(ram_path / "whole", operation, groups)):
        adversary = Adversary()
        with watched_by(adversary):
            house, kids = built(ram_path / str(number), groups)
            victims = {kids[place] for place in VICTIMS[operation]}
            old_root = house.tree.root.reveal()
            house.power.forget(fails_at=number)
            with pytest.raises(PowerCut, match=point):
                operation(house, kids)
            for _ in ("as it was left", "as the first start left it"):
                house.restart()
                assert flaws(house, adversary, victims, finished=False) == [], point
            operation(house, kids)
            assert flaws(house, adversary, victims, finished=True) == [], point
            assert house.ledger.destroyed() == told(operation, kids), point
            assert victims <= {kid for kid, _key in adversary.reach(old_root)}, (
                "the old root reached them: this check can fail"
            )
            house.store.close()


def test_stopped_again_while_it_recovers_it_still_comes_to_the_same_end(ram_path: Path) -> None:
    recoveries = set()
    for number, point in enumerate(trace(ram_path / "whole", several, TWO_MIRRORS)):
        for again in range(1000):
            adversary = Adversary()
            with watched_by(adversary):
                house, kids = built(ram_path / f"{number}-{again}", TWO_MIRRORS)
                house.power.forget(fails_at=number)
                with pytest.raises(PowerCut):
                    several(house, kids)
                try:
                    house.restart(fails_at=again)
                except PowerCut as cut:
                    recoveries.add(str(cut))
                else:
                    house.store.close()
                    break
                house.restart()
                several(house, kids)
                victims = {kids[place] for place in VICTIMS[several]}
                assert flaws(house, adversary, victims, finished=True) == [], (point, again)
                assert house.ledger.destroyed() == told(several, kids), (point, again)
                house.store.close()
    assert {"a-effaced-torn", "b-prepared", Step.D5_MARKED, Step.D6_TOLD, Step.D7_DONE} <= recoveries


def test_every_numbered_step_is_passed(ram_path: Path) -> None:
    passed = {
        point for operation in OPERATIONS for point in trace(ram_path / operation.__name__, operation, TWO_MIRRORS)
    }
    mirrors = {f"{name}-{word}{torn}" for name in "ab" for word in ("prepared", "effaced") for torn in ("", "-torn")}
    assert passed == {*map(str, Step), *mirrors}
