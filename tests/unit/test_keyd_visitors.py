"""A key for a day: the public side's alone, the same all day, gone with the first destruction after it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.period import SEOUL, legal_day
from jikim.sealing.errors import GrantRefused
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyring import KeyState
from tests.support.daemon import CODE, destruction, new_value, open_house

TODAY = legal_day(clock.wall_now())
MIDNIGHT = datetime.combine(TODAY + timedelta(days=1), time.min, SEOUL)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall_now", lambda: MIDNIGHT - timedelta(hours=12))


@pytest.fixture
def house(ram_path: Path) -> Iterator[House]:
    one = open_house(ram_path)
    yield one
    one.close()


@pytest.fixture
def keyring(house: House) -> Together:
    return local(house)


def let_days_pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    now = clock.wall_now() + timedelta(days=days)
    monkeypatch.setattr(clock, "wall_now", lambda: now)


def kid_of_the_day(house: House) -> int | None:
    return house.store.number("SELECT kid FROM own_key WHERE name = ?", f"visitors-{TODAY.isoformat()}")


def test_the_key_of_a_day_is_the_same_all_day_and_another_than_the_next(
    keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keyring.daily_key(TODAY).reveal()
    assert keyring.daily_key(TODAY).reveal() == key
    let_days_pass(monkeypatch, 1)
    assert keyring.daily_key(TODAY + timedelta(days=1)).reveal() != key


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_no_key_is_made_for_another_day_than_today(keyring: Together, days: int) -> None:
    with pytest.raises(Misused):
        keyring.daily_key(TODAY + timedelta(days=days))


def test_who_came_before_midnight_gets_a_key_after_it_and_nobody_a_minute_later(
    keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "wall_now", lambda: MIDNIGHT + timedelta(minutes=1))
    with pytest.raises(Misused):
        keyring.daily_key(TODAY)
    monkeypatch.setattr(clock, "wall_now", lambda: MIDNIGHT + timedelta(seconds=5))
    key = keyring.daily_key(TODAY).reveal()
    assert keyring.daily_key(TODAY).reveal() == key
    assert keyring.daily_key(TODAY + timedelta(days=1)).reveal() != key


def test_the_key_of_a_day_that_is_over_goes_with_the_next_destruction(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.daily_key(TODAY)
    kid = kid_of_the_day(house)
    assert kid is not None
    let_days_pass(monkeypatch, 1)
    founded = keyring.found(CODE, [new_value()])
    keyring.destroy([destruction(*founded.sealed)])
    assert keyring.states([kid]) == {kid: KeyState.DESTROYED}
    assert kid_of_the_day(house) is None
    with pytest.raises(Misused):
        keyring.daily_key(TODAY)


def test_the_key_of_today_outlives_the_destructions_of_today(house: House, keyring: Together) -> None:
    key = keyring.daily_key(TODAY).reveal()
    founded = keyring.found(CODE, [new_value()])
    keyring.destroy([destruction(*founded.sealed)])
    assert keyring.daily_key(TODAY).reveal() == key


def test_a_grant_says_which_records_it_is_for_and_a_made_up_one_nothing(keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value()])
    assert keyring.granted(founded.grant) == (founded.record_id,)
    with pytest.raises(GrantRefused):
        keyring.granted(founded.grant[:-2] + "AA")
    with pytest.raises(GrantRefused):
        keyring.granted(keyring.link(founded.record_id, founded.gate))
