"""Without anybody's asking the root changes each week, and each month every node has a new key, slice after slice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jikim import clock
from jikim.domain.journal import Role
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.upkeep import LOOK_EVERY_SECONDS, REKEY_EVERY, ROTATE_EVERY, SLICE_PAUSE_SECONDS
from jikim.sealing.keyring import KeyState
from jikim.sealing.tree import rekey
from tests.support.daemon import CODE, destruction, new_value, open_house

BEGINS = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Days:
    """The wall clock as a test sets it."""

    def __init__(self) -> None:
        self.now = BEGINS

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    found = Days()
    monkeypatch.setattr(clock, "wall_now", found)
    return found


@pytest.fixture
def house(ram_path: Path, days: Days) -> Iterator[House]:
    found = open_house(ram_path)
    yield found
    found.close()


def told(house: House) -> list[str]:
    return [house.journal.leaf(index).kind for index in range(house.journal.size)]


def pass_by(house: House, days: Days, time: timedelta) -> int:
    """Let so much time pass and do what is due then; returns how many changes of root that took."""
    days.now += time
    before = house.tree.epoch
    house.service.flush()
    return house.tree.epoch - before


def test_a_quiet_week_ends_with_another_root(house: House, days: Days) -> None:
    assert pass_by(house, days, ROTATE_EVERY - HOUR) == 0
    assert pass_by(house, days, HOUR) == 1
    assert pass_by(house, days, HOUR) == 0
    assert told(house)[-2:] == ["rotate", "rotate"]


def test_a_week_in_which_the_root_changed_anyhow_needs_no_other(house: House, days: Days) -> None:
    (sealed,) = local(house).found(CODE, [new_value()]).sealed
    days.now += ROTATE_EVERY - HOUR
    local(house).destroy([destruction(sealed)])
    assert pass_by(house, days, HOUR) == 0
    assert pass_by(house, days, ROTATE_EVERY - HOUR) == 1


def test_each_month_every_node_has_a_new_key(house: House, days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)
    value = new_value()
    founded = local(house).found(CODE, [value])
    old = house.store.number("SELECT max(birth) FROM node") or 0
    days.now += REKEY_EVERY
    slices = 0
    while house.upkeep.seconds_left() <= SLICE_PAUSE_SECONDS:
        slices += pass_by(house, days, timedelta())
        assert local(house).states([founded.sealed[0].kid]) == {founded.sealed[0].kid: KeyState.ALIVE}
    assert slices > 1
    assert told(house)[-1] == "re-key"
    assert (house.store.number("SELECT min(birth) FROM node") or 0) > old
    assert pass_by(house, days, ROTATE_EVERY - HOUR) == 0
    assert [pass_by(house, days, ROTATE_EVERY) for _ in range(3)] == [1, 1, 1]
    days.now += REKEY_EVERY - 4 * ROTATE_EVERY + HOUR
    assert house.upkeep.seconds_left() == 0


def test_who_asks_for_a_destruction_waits_for_no_re_key(
    house: House, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "SLICE", 1)
    (sealed,) = local(house).found(CODE, [new_value()]).sealed
    assert pass_by(house, days, REKEY_EVERY) == 1
    before = house.tree.epoch
    local(house).as_role(Role.WORKER).destroy([destruction(sealed)])
    assert house.tree.epoch == before + 1
    assert rekey.is_under_way(house.store)


def test_a_re_key_that_was_begun_goes_on_after_a_start(
    ram_path: Path, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "SLICE", 1)
    house = open_house(ram_path)
    assert pass_by(house, days, REKEY_EVERY) == 1
    assert not house.has_effaced, "a process does not make way after every slice"
    house.close()
    again = open_house(ram_path)
    assert (again.schedule.seconds_left() or 0) <= SLICE_PAUSE_SECONDS
    while rekey.is_under_way(again.store):
        again.service.flush()
    assert again.has_effaced
    assert told(again)[-1] == "re-key"
    again.close()


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_set_anew_neither_stops_nor_repeats_it(house: House, days: Days, jump: timedelta) -> None:
    pass_by(house, days, jump)
    for _ in range(50):
        if house.upkeep.seconds_left() > SLICE_PAUSE_SECONDS:
            break
        pass_by(house, days, timedelta())
    assert SLICE_PAUSE_SECONDS < house.upkeep.seconds_left() <= LOOK_EVERY_SECONDS
    assert pass_by(house, days, ROTATE_EVERY) == 1


def test_while_a_mirror_is_away_nothing_new_is_begun(ram_path: Path, days: Days) -> None:
    groups = ((ram_path / "keys" / "one.slots", ram_path / "keys" / "two.slots"),)
    house = open_house(ram_path, groups=groups)
    (sealed,) = local(house).found(CODE, [new_value()]).sealed
    groups[0][1].rename(ram_path / "away")
    with pytest.raises(Exception, match="not yet complete"):
        local(house).destroy([destruction(sealed)])
    assert pass_by(house, days, REKEY_EVERY) == 0
    assert house.upkeep.seconds_left() == LOOK_EVERY_SECONDS
    (ram_path / "away").rename(groups[0][1])
    assert pass_by(house, days, timedelta()) == 1
    house.close()
