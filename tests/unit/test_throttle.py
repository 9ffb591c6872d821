"""Sources are counted, never named: under the key of a day, in windows, within bounds."""

from datetime import date, timedelta

import pytest

from jikim import clock
from jikim.web.public import throttle
from jikim.web.public.throttle import Counters, Names

HERE, THERE = "192.0.2.1", "192.0.2.2"
TEN = timedelta(minutes=10)


def counters(names: Names | None = None) -> Counters:
    return Counters(TEN, names or Names(lambda day: b"a key"))


def counted(times: int, source: str = HERE) -> Counters:
    made = counters()
    for _ in range(times):
        made.count(source)
    return made


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> None:
    now = clock.wall_now() + timedelta(**passed)
    monkeypatch.setattr(throttle, "wall_now", lambda: now)


def test_a_few_times_are_nothing() -> None:
    assert counted(19).wait_minutes(HERE, 20) == 0


def test_many_times_close_the_door_for_that_source_only() -> None:
    made = counted(20)
    assert made.wait_minutes(HERE, 20) == 10
    assert made.wait_minutes(THERE, 20) == 0


@pytest.mark.parametrize(("passed", "left"), [(0, 10), (61, 9), (590, 1), (600, 0)])
def test_the_time_to_wait_is_told_and_passes(monkeypatch: pytest.MonkeyPatch, passed: int, left: int) -> None:
    now = clock.wall_now()
    monkeypatch.setattr(throttle, "wall_now", lambda: now)
    made = counted(5)
    monkeypatch.setattr(throttle, "wall_now", lambda: now + timedelta(seconds=passed))
    assert made.wait_minutes(HERE, 5) == left


def test_a_new_window_begins_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(5)
    later(monkeypatch, minutes=11)
    made.count(HERE)
    assert made.wait_minutes(HERE, 5) == 0


def test_no_source_stands_in_the_counters_and_another_day_has_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []

    def key_of(day: date) -> bytes:
        asked.append(day)
        return day.isoformat().encode()

    names = Names(key_of)
    made = counters(names)
    made.count(HERE)
    made.count(HERE)
    assert HERE.encode() not in b"".join(made._windows)
    assert len(asked) == 1
    first = names.name(HERE)
    later(monkeypatch, days=1)
    assert names.name(HERE) != first
    assert asked[1] - asked[0] == timedelta(days=1)


def test_the_key_of_a_day_that_is_over_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(lambda day: day.isoformat().encode())
    names.name(HERE)
    yesterday = names._key
    later(monkeypatch, days=1)
    names.name(HERE)
    assert names._key != yesterday


def test_a_flood_of_sources_takes_no_more_than_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_SOURCES", 50)
    made = counters()
    for number in range(200):
        made.count(f"192.0.2.{number}")
    assert len(made._windows) == 50
    assert made.wait_minutes("192.0.2.199", 1) == 10
