"""Two clocks: one that never moves, and one that moves in demo homes only."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jikim import clock
from jikim.domain.errors import Misused, Refused

NOON_IN_SEOUL = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall_now", lambda: NOON_IN_SEOUL)
    monkeypatch.setattr(clock, "_journey", clock._Journey())


def test_both_clocks_agree_until_somebody_travels() -> None:
    assert clock.policy_now() == clock.wall_now()
    assert clock.policy_today() == date(2026, 11, 23)


def test_the_wall_clock_is_aware_and_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    before = datetime.now(UTC)
    assert before <= clock.wall_now() <= datetime.now(UTC)
    assert clock.wall_now().utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("instant", "legal"),
    [(datetime(2026, 9, 15, 14, 59, 59, tzinfo=UTC), date(2026, 9, 15)), (NOON_IN_SEOUL, date(2026, 11, 23)),
     (datetime(2026, 9, 15, 15, 0, tzinfo=UTC), date(2026, 9, 16))],
)  # fmt: skip
def test_today_is_the_day_in_seoul(monkeypatch: pytest.MonkeyPatch, instant: datetime, legal: date) -> None:
    monkeypatch.setattr(clock, "wall_now", lambda: instant)
    assert clock.policy_today() == legal


def test_the_policy_clock_of_a_real_home_never_travels() -> None:
    with pytest.raises(Refused, match="does not travel"):
        clock.travel_to(date(2031, 1, 1))
    with pytest.raises(Refused, match="does not travel"):
        clock.travel_by(timedelta(days=1))
    assert clock.policy_now() == NOON_IN_SEOUL


def test_a_demo_travels_to_a_day_and_keeps_the_time_of_day() -> None:
    clock.allow_travel()
    clock.travel_to(date(2031, 11, 23))
    assert clock.policy_now() == datetime(2031, 11, 23, 3, 0, tzinfo=UTC)
    assert clock.wall_now() == NOON_IN_SEOUL


def test_a_second_journey_starts_from_the_first_and_lands_on_its_day() -> None:
    clock.allow_travel()
    clock.travel_to(date(2031, 11, 23))
    clock.travel_to(date(2026, 12, 1))
    assert clock.policy_today() == date(2026, 12, 1)


def test_offsets_replace_each_other() -> None:
    clock.allow_travel()
    clock.travel_by(timedelta(days=3))
    clock.travel_by(timedelta(days=5))
    assert clock.policy_today() == date(2026, 11, 28)


def test_the_policy_clock_runs_on_while_it_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.allow_travel()
    clock.travel_to(date(2031, 11, 23))
    monkeypatch.setattr(clock, "wall_now", lambda: NOON_IN_SEOUL + timedelta(days=1))
    assert clock.policy_today() == date(2031, 11, 24)


def test_coming_back_ends_the_journey_but_not_the_leave() -> None:
    clock.allow_travel()
    clock.travel_to(date(2031, 11, 23))
    clock.come_back()
    assert clock.policy_now() == NOON_IN_SEOUL
    clock.travel_by(timedelta(days=1))
    assert clock.policy_today() == date(2026, 11, 24)


def test_forbidding_travel_brings_the_clock_back_for_good() -> None:
    clock.allow_travel()
    clock.travel_by(timedelta(days=400))
    clock.forbid_travel()
    assert clock.policy_now() == NOON_IN_SEOUL
    with pytest.raises(Refused):
        clock.travel_by(timedelta(days=1))


@pytest.mark.parametrize("offset", [timedelta(days=3_000_000), timedelta(days=-3_000_000)])
def test_a_journey_out_of_the_calendar_is_refused_and_the_clock_stays(offset: timedelta) -> None:
    clock.allow_travel()
    clock.travel_by(timedelta(days=1))
    with pytest.raises(Misused, match="9999"):
        clock.travel_by(offset)
    assert clock.policy_today() == date(2026, 11, 24)
