"""Stopped at any step, enrolling, adding pages and leaving come to the same end after a new start and a retry."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.leaf import DestroyReason
from jikim.sealing.index.steps import IndexStep
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.indexes import IndexHouse, PageSpy, all_flaws, entry, repeatable
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, request
from tests.support.power import PowerCut

Operation = Callable[[IndexHouse, tuple[int, ...]], None]
SHARED, ALONE = "haneul@example.kr", "bada@example.kr"


def first_entry(house: IndexHouse, kids: tuple[int, ...]) -> None:
    house.enter(SHARED, 1, kids[0])


def more_entries(house: IndexHouse, kids: tuple[int, ...]) -> None:
    """Enough to use up a key and to add pages."""
    for place, kid in enumerate(kids[:7]):
        house.enter(f"m{place}@example.kr", place, kid)


def many_at_once(house: IndexHouse, kids: tuple[int, ...]) -> None:
    """Several pages by one call, twice, so that a key is used up and pages are added."""
    for some in (kids[:4], kids[2:7]):
        house.enter_all({kid: (f"m{kids.index(kid)}@example.kr", kids.index(kid)) for kid in some})


def one_leaves(house: IndexHouse, kids: tuple[int, ...]) -> None:
    house.destroy(kids[0])


def one_is_set_aside(house: IndexHouse, kids: tuple[int, ...]) -> None:
    house.give(CONTRACTS, 1)
    house.destroyer.accept(request(kids[0], reason=DestroyReason.MOVED))
    house.destroyer.run()


def many_leave(house: IndexHouse, kids: tuple[int, ...]) -> None:
    """Two requests over several pages, a key that stands nowhere, and an entry without a row."""
    house.destroyer.accept(request(kids[0], kids[1], number=1))
    house.destroyer.accept(request(kids[1], kids[7], number=2, reason=DestroyReason.CONSENT_WITHDRAWN))
    house.index.reconcile([row for row in house.rows() if row[0] != kids[5]])
    house.destroyer.run()


def all_leave(house: IndexHouse, kids: tuple[int, ...]) -> None:
    house.destroy(cohorts=[kids[0] >> 16])


VICTIMS: dict[Operation, tuple[int, ...]] = {
    first_entry: (),
    more_entries: (),
    many_at_once: (),
    one_leaves: (0,),
    one_is_set_aside: (0,),
    many_leave: (0, 1, 7),
    all_leave: tuple(range(8)),
}
OPERATIONS = list(VICTIMS)
LEAVING = OPERATIONS[3:]


def built(folder: Path, operation: Operation) -> tuple[IndexHouse, tuple[int, ...]]:
    folder.mkdir()
    house = IndexHouse(folder)
    kids = house.give(LIVE, 8)
    house.give(COMPLAINTS, 1)
    if operation in LEAVING:
        for place, kid in enumerate(kids[:7]):
            house.enter(SHARED if place < 3 else f"m{place}@example.kr", place, kid)
    house.power.forget()
    return house, kids


def trace(folder: Path, operation: Operation) -> list[str]:
    """Return the points an operation passes when nothing stops it."""
    with repeatable(Adversary(), PageSpy()):
        house, kids = built(folder, operation)
        operation(house, kids)
        house.store.close()
    return house.power.passed


def expected(house: IndexHouse, kids: tuple[int, ...], operation: Operation) -> list[int]:
    """Return which keys are enrolled at the end."""
    gone = {kids[place] for place in VICTIMS[operation]} | ({kids[5]} if operation is many_leave else set())
    return sorted(set(kids[: 1 if operation is first_entry else 7]) - gone)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_stopped_anywhere_the_index_comes_to_the_same_end(ram_path: Path, operation: Operation) -> None:
    for number, point in enumerate(trace(ram_path / "whole", operation)):
        stopped(ram_path / str(number), operation, number, point)


def stopped(folder: Path, operation: Operation, number: int, point: str) -> None:
    adversary, spy = Adversary(), PageSpy()
    with repeatable(adversary, spy):
        house, kids = built(folder, operation)
        victims = {kids[place] for place in VICTIMS[operation]}
        stray = {kids[5]} if operation is many_leave else set()
        gone = [entry(house, *house.entered[kid]) for kid in victims & house.entered.keys()]
        old_root = house.tree.root.reveal()
        house.power.forget(fails_at=number)
        with pytest.raises(PowerCut, match=point):
            operation(house, kids)
        for kid in stray:  # enrolled or not from here on: it has no row
            house.perhaps[kid] = house.entered.pop(kid)
        for _ in ("as it was left", "as the first start left it"):
            house.restart()
            assert all_flaws(house, adversary, spy, victims, finished=False) == [], point
        operation(house, kids)
        assert all_flaws(house, adversary, spy, victims, finished=True) == [], point
        assert [kid for kid, _record in house.index.enrolled()] == expected(house, kids, operation), point
        assert house.ledger.of("inquiry")[: len(victims)] == sorted(victims) or operation is all_leave, point
        read = spy.read(adversary.reach(old_root))
        assert all(one in read for one in gone), "the old root read them: this check can fail"
        if victims:
            assert house.store.rows("SELECT 1 FROM index_stale") == [], point
        house.store.close()


def test_every_step_is_passed(ram_path: Path) -> None:
    passed = {point for operation in OPERATIONS for point in trace(ram_path / operation.__name__, operation)}
    assert set(map(str, IndexStep)) <= passed
    assert {Step.D2_BEFORE_COMMIT, Step.D2_STAGED, Step.D3_PREPARED, Step.D5_BEFORE_COMMIT} <= passed


def test_what_a_lost_staging_sealed_ends_with_the_batch_that_comes_after_it(ram_path: Path) -> None:
    """A page staged in vain holds whatever else stood on it then; its key has to go before any of that is destroyed."""
    adversary, spy = Adversary(), PageSpy()
    with repeatable(adversary, spy), ExitStack() as last:
        house, kids = built(ram_path / "house", one_leaves)
        last.callback(house.store.close)
        pages = house.store.rows("SELECT * FROM index_page ORDER BY no")
        house.power.forget(trace(ram_path / "whole", one_leaves).index(Step.D2_STAGED))
        with pytest.raises(PowerCut):
            house.destroy(kids[0])
        house.restart()
        assert house.store.rows("SELECT * FROM index_page ORDER BY no") == pages
        assert len(house.store.rows("SELECT 1 FROM index_stale")) >= 1
        house.destroy(kids[0])
        house.destroy(*kids[1:3], number=2)
        assert all_flaws(house, adversary, spy, set(kids[:3]), finished=True) == []
        assert house.index.find(SHARED) == ()


def test_while_a_mirror_is_away_an_entry_is_gone_here_and_not_called_destroyed(ram_path: Path) -> None:
    adversary, spy = Adversary(), PageSpy()
    with repeatable(adversary, spy):
        house, kids = built(ram_path / "house", one_leaves)
        house.mirrors[1].away = True
        house.destroy(kids[0])
        assert house.standing(kids[0]) is Standing.RETIRED
        assert house.index.find(SHARED) == (UUID(int=1), UUID(int=2))
        house.enter(ALONE, 9)
        house.mirrors[1].away = False
        house.restart()
        assert house.standing(kids[0]) is Standing.DESTROYED
        assert all_flaws(house, adversary, spy, {kids[0]}, finished=True) == []
        house.store.close()


@pytest.mark.parametrize("entering", [more_entries, many_at_once], ids=lambda entering: entering.__name__)
def test_a_lost_enrolment_goes_with_its_key(ram_path: Path, entering: Operation) -> None:
    """Every page it may have been sealed on is cut with it, though nobody enrolled it again."""
    for number, point in enumerate(trace(ram_path / "whole", entering)):
        adversary, spy = Adversary(), PageSpy()
        with repeatable(adversary, spy):
            house, kids = built(ram_path / str(number), entering)
            house.power.forget(fails_at=number)
            with pytest.raises(PowerCut, match=point):
                entering(house, kids)
            house.restart()
            house.destroy(*kids)
            assert all_flaws(house, adversary, spy, set(kids), finished=True) == [], point
            assert house.index.reconcile([]).stray == (), point
            house.store.close()
