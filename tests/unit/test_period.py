"""Civil Act arithmetic as tables of dates. Source: Privacy Policy, "Retention and use period"."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from jikim import packs
from jikim.domain.errors import Misused
from jikim.domain.period import Period, Window, last_day, legal_day, roll, window

HOLIDAYS = packs.holidays("kr", 2024, 2031)


def day(written: str) -> date:
    return date.fromisoformat(written)


LAST_DAYS = [
    ("2021-03-10", "P5Y", "2026-03-10"),
    ("2023-02-28", "P1Y", "2024-02-29"),  # begins on 1 March, so it ends the day before 1 March
    ("2027-02-28", "P1Y", "2028-02-29"),
    ("2024-02-28", "P5Y", "2029-02-28"),  # begins on 29 February, which 2029 lacks: art. 160(3)
    ("2024-02-29", "P5Y", "2029-02-28"),
    ("2028-02-29", "P1Y", "2029-02-28"),
    ("2026-04-30", "P6M", "2026-10-31"),  # begins on 1 May: the whole of October belongs to it
    ("2027-02-28", "P6M", "2027-08-31"),
    ("2026-08-31", "P6M", "2027-02-28"),
    ("2026-08-29", "P6M", "2027-02-28"),  # begins on 30 August, which February lacks
    ("2027-08-29", "P6M", "2028-02-29"),
    ("2026-11-30", "P3M", "2027-02-28"),
    ("2026-12-31", "P3M", "2027-03-31"),
    ("2026-01-30", "P1M", "2026-02-28"),
    ("2026-09-15", "P10D", "2026-09-25"),
    ("2026-07-07", "P10D", "2026-07-17"),
    ("2026-12-22", "P10D", "2027-01-01"),
    ("2026-03-31", "P5Y", "2031-03-31"),  # books of 2025, from the filing deadline
    ("2026-09-15", "P2W", "2026-09-29"),  # Tuesday to Tuesday
    ("2026-09-15", "P1Y6M", "2028-03-15"),
    ("2026-04-30", "P6M1D", "2026-11-01"),  # the calendar part first, then the days
    ("2026-09-15", "P0D", "2026-09-15"),
]


@pytest.mark.parametrize(("event", "period", "last"), LAST_DAYS)
def test_the_last_day_is_the_one_the_civil_act_says(event: str, period: str, last: str) -> None:
    assert last_day(day(event), Period.parse(period)) == day(last)


FROM_MIDNIGHT = [
    ("2026-04-01", "P5Y", "2031-03-31"),  # books of 2025 again: the same end, told from the first hour
    ("2026-05-01", "P6M", "2026-10-31"),
    ("2026-09-16", "P10D", "2026-09-25"),
    ("2024-02-29", "P1Y", "2025-02-28"),
    ("2026-09-16", "P1D", "2026-09-16"),
    ("2026-09-16", "P0D", "2026-09-16"),  # no length: nothing comes before its beginning
]


@pytest.mark.parametrize(("first", "period", "last"), FROM_MIDNIGHT)
def test_a_period_that_starts_at_midnight_counts_its_first_day(first: str, period: str, last: str) -> None:
    assert last_day(day(first), Period.parse(period), counts_first=True) == day(last)


ROLLS = [
    ("2026-09-25", "2026-09-28"),  # Chuseok, the day after it on a Saturday, Sunday
    ("2026-09-24", "2026-09-28"),
    ("2026-07-17", "2026-07-20"),  # Constitution Day is a holiday again since 11 May 2026, and this one is a Friday
    ("2027-01-01", "2027-01-04"),
    ("2026-05-01", "2026-05-04"),  # Labour Day, a Friday
    ("2026-10-03", "2026-10-06"),  # National Foundation Day on a Saturday, its substitute on Monday
    ("2026-10-04", "2026-10-06"),
    ("2026-09-28", "2026-09-28"),
    ("2027-02-06", "2027-02-10"),  # Seollal over a weekend, and its substitute
]


@pytest.mark.parametrize(("last", "rolled"), ROLLS)
def test_a_last_day_off_rolls_to_the_next_working_day(last: str, rolled: str) -> None:
    assert roll(day(last), HOLIDAYS) == day(rolled)


WINDOWS = [
    # a working day: the floor is the last day
    ("2021-03-10", "P5Y", "2026-03-10", "2026-03-10", "2026-03-15"),
    # a Saturday: kept over Monday, and gone five days after the Saturday
    ("2021-03-14", "P5Y", "2026-03-14", "2026-03-16", "2026-03-19"),
    ("2026-09-15", "P10D", "2026-09-25", "2026-09-28", "2026-09-30"),
    # Foundation Day, a weekend, Chuseok, its substitute, Hangul Day: no day is left, so the floor wins
    ("2020-10-03", "P5Y", "2025-10-03", "2025-10-10", "2025-10-11"),
    ("2020-10-05", "P5Y", "2025-10-05", "2025-10-10", "2025-10-11"),
    # one day later the two limits meet
    ("2020-10-06", "P5Y", "2025-10-06", "2025-10-10", "2025-10-11"),
]


@pytest.mark.parametrize(("event", "period", "last", "keep", "gone"), WINDOWS)
def test_a_floor_stands_until_it_ends_and_destruction_follows_at_once(
    event: str, period: str, last: str, keep: str, gone: str
) -> None:
    found = window(day(event), Period.parse(period), holidays=HOLIDAYS, roll=True)
    assert found == Window(day(last), day(keep), day(gone))


@pytest.mark.parametrize(("event", "period", "last", "keep", "gone"), WINDOWS)
def test_without_a_law_nothing_is_kept_a_day_longer(event: str, period: str, last: str, keep: str, gone: str) -> None:
    found = window(day(event), Period.parse(period), holidays=HOLIDAYS, roll=False)
    assert found == Window(day(last), None, day(last) + timedelta(days=5))


def test_a_window_from_midnight_ends_where_the_same_period_from_the_evening_before_does() -> None:
    five_years = Period(years=5)
    evening = window(day("2026-03-31"), five_years, holidays=HOLIDAYS, roll=True)
    assert window(day("2026-04-01"), five_years, holidays=HOLIDAYS, roll=True, counts_first=True) == evening


SPELLINGS = [
    ("P5Y", Period(years=5)),
    ("P1Y6M", Period(years=1, months=6)),
    ("P12M", Period(months=12)),
    ("P2W", Period(days=14)),
    ("P1M10D", Period(months=1, days=10)),
    ("P0D", Period()),
    ("P100Y", Period(years=100)),
    ("P1200M", Period(months=1200)),
    ("P36600D", Period(days=36600)),
]


@pytest.mark.parametrize(("written", "period"), SPELLINGS)
def test_a_period_is_read_as_it_is_written(written: str, period: Period) -> None:
    assert Period.parse(written) == period


NOT_PERIODS = [
    "", "P", "5Y", "P5", "PY", "p5y", " P5Y", "P5Y ", "P5Y\n",
    "-P5Y", "P-5Y", "+P5Y", "P5Y-1D",
    "P0Y", "P1Y0M", "P0Y1D", "P0W", "P00D", "P05Y",
    "PT24H", "P1DT1H", "P1.5Y", "P1,5Y", "P½Y", "P\u0665Y",
    "P1W1D", "P1Y2W", "P1D1M", "P1M1Y", "P1Y1Y",
    "P101Y", "P1201M", "P36601D", "P5229W", "P99999Y", "P999999999999999999Y", "P" + "9" * 5000 + "D",
]  # fmt: skip


@pytest.mark.parametrize("written", NOT_PERIODS, ids=lambda written: repr(written)[:24])
def test_what_is_no_period_is_refused_with_the_next_step(written: str) -> None:
    with pytest.raises(Misused) as refused:
        Period.parse(written)
    assert refused.value.hint
    assert len(refused.value.message) < 80


@pytest.mark.parametrize("parts", [{"years": -1}, {"months": -1}, {"days": -1}, {"years": 101}])
def test_no_period_is_negative_or_endless(parts: dict[str, int]) -> None:
    with pytest.raises(Misused):
        Period(**parts)


@pytest.mark.parametrize(
    ("event", "period"), [("9999-06-01", "P1Y"), ("9999-12-31", "P1D"), ("9999-12-20", "P20D"), ("9999-11-30", "P1M")]
)
def test_a_period_beyond_the_calendar_is_an_error_that_says_so(event: str, period: str) -> None:
    with pytest.raises(Misused, match="after the year 9999"):
        last_day(day(event), Period.parse(period))


def test_a_window_beyond_the_calendar_is_an_error_that_says_so() -> None:
    with pytest.raises(Misused, match="after the year 9999"):
        window(day("9999-12-30"), Period(), holidays=frozenset(), roll=False)


def test_a_period_never_starts_from_an_instant() -> None:
    with pytest.raises(Misused, match="instant"):
        last_day(datetime(2026, 9, 15, tzinfo=UTC), Period(years=1))


INSTANTS = [
    (datetime(2026, 9, 30, 23, 30, tzinfo=UTC), "2026-10-01"),  # a server in UTC still writes yesterday
    (datetime(2026, 9, 15, 14, 59, 59, tzinfo=UTC), "2026-09-15"),  # 23:59:59 in Seoul
    (datetime(2026, 9, 15, 15, 0, tzinfo=UTC), "2026-09-16"),
    (datetime(2026, 9, 15, 23, 59, tzinfo=timezone(timedelta(hours=9))), "2026-09-15"),
    (datetime(2026, 9, 15, 20, 0, tzinfo=timezone(timedelta(hours=-7))), "2026-09-16"),
]


@pytest.mark.parametrize(("instant", "legal"), INSTANTS)
def test_the_legal_day_is_the_day_in_seoul(instant: datetime, legal: str) -> None:
    assert legal_day(instant) == day(legal)


def test_an_instant_without_a_time_zone_has_no_legal_day() -> None:
    with pytest.raises(Misused, match="time zone"):
        legal_day(datetime(2026, 9, 15, 12, 0))  # noqa: DTZ001 the mistake itself


def test_a_request_at_one_minute_to_midnight_counts_for_that_day() -> None:
    received = datetime(2026, 9, 15, 23, 59, tzinfo=timezone(timedelta(hours=9)))
    answer = window(legal_day(received), Period(days=10), holidays=HOLIDAYS, roll=True)
    assert (answer.last_day, answer.keep_until) == (day("2026-09-25"), day("2026-09-28"))
