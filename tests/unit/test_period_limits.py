"""Periods at their edges: the longest there may be, one spelling each, the end of the calendar."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from jikim.domain.errors import Misused
from jikim.domain.period import Period, Window, last_day


@pytest.mark.parametrize("longest", [Period(years=100), Period(months=1200), Period(days=36600)])
def test_a_hundred_years_is_the_longest_period(longest: Period) -> None:
    assert Period.parse(str(longest)) == longest


@pytest.mark.parametrize("too_long", ["P101Y", "P1201M", "P36601D"])
def test_more_than_a_hundred_years_is_refused(too_long: str) -> None:
    with pytest.raises(Misused):
        Period.parse(too_long)


@pytest.mark.parametrize("written", ["P0D", "P5Y", "P6M", "P10D", "P1Y6M", "P6M1D", "P1Y1D", "P1Y6M10D"])
def test_a_period_is_written_as_it_was_read(written: str) -> None:
    assert str(Period.parse(written)) == written


def test_a_refusal_repeats_no_more_than_forty_letters_of_what_was_written() -> None:
    with pytest.raises(Misused) as refused:
        Period.parse("x" * 200)
    assert refused.value.message.count("x") == 40


def test_what_was_computed_cannot_be_changed() -> None:
    computed = Window(date(2026, 9, 15), None, date(2026, 9, 20))
    with pytest.raises(FrozenInstanceError):
        computed.last_day = date(2027, 9, 15)  # type: ignore[misc]  # that it is refused is the promise
    with pytest.raises(FrozenInstanceError):
        Period(1).years = 2  # type: ignore[misc]  # the same


def test_a_period_that_begins_on_the_last_day_of_its_last_month_ends_the_day_before() -> None:
    assert last_day(date(2026, 3, 29), Period(months=1)) == date(2026, 4, 29)  # begins on the 30th; April has 30 days


def test_a_period_may_end_in_the_last_year_of_the_calendar() -> None:
    assert last_day(date(9998, 6, 1), Period(years=1)) == date(9999, 6, 1)
