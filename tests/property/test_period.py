"""Laws of periods and ages that hold for every day and every length."""

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jikim import packs
from jikim.domain.age import age_on, is_under
from jikim.domain.period import Period, last_day, roll, window

HOLIDAYS = packs.holidays("kr", 2000, 2099)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
months = st.integers(1, 360)
periods = st.builds(Period, years=st.integers(0, 20), months=st.integers(0, 40), days=st.integers(0, 800))
some_holidays = st.frozensets(st.dates(date(2000, 1, 1), date(2099, 12, 31)), max_size=40) | st.just(HOLIDAYS)


@given(days, periods, st.booleans())
def test_a_period_never_ends_before_its_event(event: date, period: Period, counts_first: bool) -> None:
    assert last_day(event, period, counts_first=counts_first) >= event


@given(days, st.integers(1, 30_000))
def test_days_are_days(event: date, count: int) -> None:
    assert last_day(event, Period(days=count)) == event + timedelta(days=count)


@given(days, periods, periods)
def test_a_longer_period_never_ends_earlier(event: date, shorter: Period, more: Period) -> None:
    longer = Period(shorter.years + more.years, shorter.months + more.months, shorter.days + more.days)
    assert last_day(event, longer) >= last_day(event, shorter)


@given(days, days, periods)
def test_a_later_event_never_ends_earlier(one: date, other: date, period: Period) -> None:
    earlier, later = sorted((one, other))
    assert last_day(earlier, period) <= last_day(later, period)


@given(days, st.integers(1, 30))
def test_twelve_months_are_a_year(event: date, years: int) -> None:
    assert last_day(event, Period(months=12 * years)) == last_day(event, Period(years=years))


@given(days, months)
def test_a_period_ends_the_day_before_the_corresponding_day_or_with_its_month(event: date, count: int) -> None:
    first, last = event + timedelta(days=1), last_day(event, Period(months=count))
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    if first.day <= monthrange(year, month + 1)[1]:
        assert last + timedelta(days=1) == date(year, month + 1, first.day)
    else:
        assert last == date(year, month + 1, monthrange(year, month + 1)[1])


@given(days, months)
def test_a_whole_month_from_its_first_day_ends_on_a_last_day(event: date, count: int) -> None:
    last = last_day(event.replace(day=1), Period(months=count), counts_first=True)
    assert (last + timedelta(days=1)).day == 1


@given(days, periods)
def test_midnight_and_the_evening_before_end_together(event: date, period: Period) -> None:
    if period != Period():
        tomorrow = event + timedelta(days=1)
        assert last_day(tomorrow, period, counts_first=True) == last_day(event, period)


@given(periods)
def test_a_period_is_read_back_as_it_was_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(days, some_holidays)
def test_rolling_twice_is_rolling_once_and_passes_days_off_only(day: date, off: frozenset[date]) -> None:
    rolled = roll(day, off)
    assert roll(rolled, off) == rolled
    passed = [day + timedelta(days=count) for count in range((rolled - day).days)]
    assert all(one.isoweekday() >= 6 or one in off for one in passed)


@given(days, periods, some_holidays)
def test_a_floor_ends_on_a_working_day_and_never_before_the_last_day(
    event: date, period: Period, off: frozenset[date]
) -> None:
    found = window(event, period, holidays=off, roll=True)
    assert found.keep_until is not None
    assert found.keep_until >= found.last_day
    assert found.keep_until.isoweekday() < 6
    assert found.keep_until not in off


@given(days, periods, some_holidays, st.booleans())
def test_there_is_always_a_day_on_which_destruction_is_both_allowed_and_due(
    event: date, period: Period, off: frozenset[date], law: bool
) -> None:
    found = window(event, period, holidays=off, roll=law)
    assert found.destroy_by >= found.last_day + timedelta(days=5)
    assert found.destroy_by > (found.keep_until or found.last_day)


@given(days, periods, some_holidays)
def test_another_holiday_never_brings_destruction_forward(event: date, period: Period, off: frozenset[date]) -> None:
    plain = window(event, period, holidays=frozenset(), roll=True)
    found = window(event, period, holidays=off, roll=True)
    assert found.destroy_by >= plain.destroy_by
    assert (found.keep_until or event) >= (plain.keep_until or event)


@given(days, st.integers(0, 20_000), st.integers(0, 2_000))
def test_nobody_grows_younger(birth: date, lived: int, more: int) -> None:
    then = birth + timedelta(days=lived)
    assert age_on(birth, then) <= age_on(birth, then + timedelta(days=more))


@given(days, st.integers(0, 20_000), st.integers(1, 60))
def test_ages_and_periods_agree(birth: date, lived: int, years: int) -> None:
    """A person is under an age while the period of so many years from the day of birth, that day counted, runs."""
    on = birth + timedelta(days=lived)
    assert is_under(birth, years, on) == (on <= last_day(birth, Period(years=years), counts_first=True))
