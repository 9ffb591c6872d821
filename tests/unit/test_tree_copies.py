"""A copy and a mirror's slots are enough: whenever the disk is lost, the keyring rises again, opens and destroys."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.errors import Misused
from jikim.sealing.kids import cohort_of
from jikim.sealing.tree import rekey
from jikim.sealing.tree.ports import Row, SealedNode
from jikim.sealing.tree.shipping import rebuild
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary, watched_by
from tests.support.copies import Copy, PatientLedger, promote
from tests.support.indexes import IndexHouse
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.power import PowerCut


def built(folder: Path) -> tuple[House, Copy]:
    copy = Copy()
    folder.mkdir()
    house = House(folder, copies=copy)
    house.ledger = house.destroyer._journal = PatientLedger()
    return house, copy


def test_a_keyring_rises_from_its_copy_opens_everything_and_destroys_on(ram_path: Path, adversary: Adversary) -> None:
    house, copy = built(ram_path / "house")
    kids = house.give(LIVE, 300) + house.give(COMPLAINTS, 3)
    house.destroy(kids[0], kids[1])
    house.destroy(cohorts=[cohort_of(kids[-1])], number=2)
    promote(house, copy, ram_path / "again.sqlite3")
    gone = {kids[0], kids[1], *kids[300:]}
    assert {kid for kid in kids if house.standing(kid) is not Standing.ALIVE} == gone
    assert flaws(house, adversary, gone, finished=True) == []
    assert not {cohort_of(kid) for kid in house.give(COMPLAINTS, 2)} & {cohort_of(kids[-1])}
    house.give(LIVE, 300)
    house.destroy(kids[5], number=3)
    assert flaws(house, adversary, gone | {kids[5]}, finished=True) == []
    house.store.close()


def an_hour(house: House, kids: tuple[int, ...]) -> None:
    """Everything that changes a keyring."""
    house.destroy(kids[0], kids[4], number=1)
    house.give(CONTRACTS, 2)
    house.destroyer.rekey()
    house.destroy(cohorts=[cohort_of(kids[4])], number=2)


def passed_by(work: Callable[[House, tuple[int, ...]], None], folder: Path) -> list[str]:
    house, _copy = built(folder)
    kids = house.give(LIVE, 3) + house.give(COMPLAINTS, 3)
    house.power.forget()
    work(house, kids)
    house.store.close()
    assert set(Step) <= set(house.power.passed)
    return house.power.passed


def last_of_each(points: list[str]) -> list[int]:
    """Return where each point is passed for the last time."""
    return sorted({point: number for number, point in enumerate(points)}.values())


def test_wherever_the_disk_is_lost_the_copy_goes_on_with_what_was_promised(
    ram_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "SLICE", 1)
    for fails_at in last_of_each(passed_by(an_hour, ram_path / "whole")):
        adversary = Adversary()
        with watched_by(adversary):
            house, copy = built(ram_path / str(fails_at))
            kids = house.give(LIVE, 3) + house.give(COMPLAINTS, 3)
            victims = {kids[0], *kids[3:]}
            house.power.forget(fails_at=fails_at)
            with pytest.raises(PowerCut):
                an_hour(house, kids)
            house.power.forget()
            promote(house, copy, ram_path / str(fails_at) / "again.sqlite3")
            assert flaws(house, adversary, victims, finished=False) == [], fails_at
            for number, some, cohorts in ((1, (kids[0], kids[4]), ()), (2, (), [cohort_of(kids[4])])):
                house.destroyer.accept(request(*some, cohorts=cohorts, number=number))
            house.destroyer.run()
            house.give(LIVE, 300)
            assert flaws(house, adversary, victims, finished=True) == [], fails_at
            house.store.close()


def test_the_index_rises_with_its_keyring(ram_path: Path) -> None:
    copy = Copy()
    house = IndexHouse(ram_path, copies=copy)
    kids = [house.enter(f"{name}@example.com", number) for number, name in enumerate(("one", "two", "three"))]
    house.destroy(kids[0])
    house.give(LIVE, 300)
    promote(house, copy, ram_path / "again.sqlite3")
    assert house.index.find("one@example.com") == ()
    assert house.index.find("two@example.com") == (UUID(int=1),)
    house.destroy(kids[1], number=2)
    assert house.index.find("two@example.com") == ()
    house.store.close()


def test_what_changes_while_it_is_shipped_is_shipped_again(ram_path: Path) -> None:
    house, copy = built(ram_path / "house")
    really = copy.ship

    def slow(nodes: Sequence[SealedNode], rows: Sequence[Row]) -> None:
        really(nodes, rows)
        copy.ship = really  # type: ignore[method-assign]  # slow once
        with house.store.writing():
            house.store.run("UPDATE alloc SET next = next + 1")

    copy.ship = slow  # type: ignore[method-assign]  # the copy is slow
    house.give(LIVE)
    following = house.store.rows("SELECT cohort, next FROM alloc")
    assert copy.rows["alloc", (1,)].values != following[0]
    house.give(COMPLAINTS)
    assert copy.rows["alloc", (1,)].values == following[0]
    house.store.close()


def test_a_row_that_is_gone_is_gone_from_the_copy(ram_path: Path) -> None:
    house, copy = built(ram_path / "house")
    house.destroyer.rotate()
    for sql, values in (("INSERT INTO own_key (name, kid) VALUES ('a', 1)", ("a", 1)), ("DELETE FROM own_key", None)):
        with house.store.writing():
            house.store.run(sql)
        house.destroyer.rotate()
        assert copy.rows["own_key", ("a",)].values == values
    house.store.close()


def test_a_first_copy_is_given_what_was_there_before(ram_path: Path, adversary: Adversary) -> None:
    house = House(ram_path)
    house.ledger = PatientLedger()
    kids = house.give(LIVE, 300)
    house.destroy(kids[0])
    copy = house.copies = Copy()
    house.restart()
    house.give(LIVE, 1)
    promote(house, copy, ram_path / "again.sqlite3")
    assert flaws(house, adversary, {kids[0]}, finished=True) == []
    house.store.close()


def test_nothing_is_rebuilt_over_a_keyring_or_from_what_it_does_not_know(house: House, ram_path: Path) -> None:
    with pytest.raises(Misused, match="not empty"):
        rebuild(house.store, [], [])
    copy = Copy()
    copy.rows["strange", (1,)] = Row("strange", (1,), (1, 2))
    with pytest.raises(Misused, match="strange"):
        copy.rebuilt_in(ram_path / "strange.sqlite3")
