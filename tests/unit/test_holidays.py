"""Public holidays: what the almanac says, with the pack's last word."""

from datetime import date
from importlib import resources

import pytest

from jikim import packs
from jikim.domain.errors import Misused
from jikim.packs import days_off

HOLIDAYS = [
    ("2026-05-01", "노동절"),
    ("2026-06-03", "지방선거일"),
    ("2026-07-17", "제헌절"),
    ("2026-09-24", "추석 전날"),
    ("2026-09-25", "추석"),
    ("2026-09-26", "추석 다음날"),
    ("2026-10-05", "개천절 대체공휴일"),
    ("2027-01-01", "신정연휴"),
    ("2027-02-07", "설날"),
    ("2027-05-13", "부처님오신날"),
    ("2027-07-17", "제헌절"),
    ("2027-09-15", "추석"),
]


@pytest.mark.parametrize(("day", "name"), HOLIDAYS)
def test_a_public_holiday_is_known_with_its_name(day: str, name: str) -> None:
    assert packs.holiday_names("kr", 2026, 2027)[date.fromisoformat(day)].say("ko") == name


@pytest.mark.parametrize("day", ["2025-05-01", "2025-07-17", "2026-09-28", "2026-10-06", "2026-11-23"])
def test_a_working_day_is_no_holiday(day: str) -> None:
    assert date.fromisoformat(day) not in packs.holidays("kr", 2025, 2026)


def test_holidays_of_several_years_are_those_of_each() -> None:
    both = packs.holidays("kr", 2026, 2027)
    assert both == packs.holidays("kr", 2026, 2026) | packs.holidays("kr", 2027, 2027)
    assert {day.year for day in both} == {2026, 2027}


@pytest.mark.parametrize("year", [1947, 2101])
def test_years_nobody_has_computed_are_refused_with_the_known_ones(year: int) -> None:
    with pytest.raises(Misused, match=str(year)) as refused:
        packs.holidays("kr", year, year)
    assert "1948" in refused.value.hint


def test_the_pack_has_the_last_word_on_a_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = resources.files("jikim.packs").joinpath("kr.toml").read_text(encoding="utf-8")
    corrected = shipped.replace("day = 2026-05-01\nis_holiday = true", "day = 2026-05-01\nis_holiday = false")
    corrected = corrected.replace("day = 2026-07-17", "day = 2026-11-24")
    monkeypatch.setattr(days_off, "load", lambda name: packs.parse(corrected.encode(), "kr.toml"))
    named = days_off._year.__wrapped__("kr", 2026)
    assert date(2026, 5, 1) not in named
    assert named[date(2026, 11, 24)].say("en") == "Constitution Day"
