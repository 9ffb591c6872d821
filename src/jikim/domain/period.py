"""On which day a period ends, and between which days its data must be destroyed.

Source: Privacy Policy, "Retention and use period"; Civil Act arts. 155-161; PIPA art. 21(1); Standard Personal
Information Protection Guideline art. 10(1); Act on Standard Time (the legal day is the day in Seoul).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from jikim.domain.errors import Misused

SEOUL = ZoneInfo("Asia/Seoul")
MAX_YEARS = 100  # a longer wish means "for ever", which PIPA art. 21(1) does not know
DESTRUCTION_DAYS = 5  # "without delay", counted from the day after the last one (Guideline art. 10(1))

_LIMITS = {"years": MAX_YEARS, "months": MAX_YEARS * 12, "days": MAX_YEARS * 366}
_ONE = "[1-9][0-9]{0,4}"  # no sign, no zero part, no leading zero: one spelling for one length
_CALENDAR = re.compile(f"P(?=[0-9])(?:({_ONE})Y)?(?:({_ONE})M)?(?:({_ONE})D)?")
_WEEKS = re.compile(f"P({_ONE})W")
_SPELLING = "write years, months and days as P5Y, P1Y6M or P10D, weeks as P2W, and no time at all as P0D"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time. Twelve months are a year, but a month is no number of days (Civil Act art. 160(1))."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        for part, most in _LIMITS.items():
            if not 0 <= getattr(self, part) <= most:
                raise Misused(
                    f"a period of {getattr(self, part)} {part}", hint=f"{part} go from 0 to {most}; periods have an end"
                )

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read an ISO 8601 duration of years, months and days, or of weeks alone (a week is seven days).

        Parts apply in the order written: the calendar part first, then the days.

        raises: Misused for any other spelling (signs, fractions, hours, zero parts other than P0D) and absurd lengths
        """
        if written == "P0D":
            return cls()
        if weeks := _WEEKS.fullmatch(written):
            return cls(days=7 * int(weeks[1]))
        if parts := _CALENDAR.fullmatch(written):
            years, months, days = (int(part or 0) for part in parts.groups())
            return cls(years, months, days)
        raise Misused(f"not a period: {written[:40]!r}", hint=_SPELLING)

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0D")


@dataclass(frozen=True, slots=True)
class Window:
    """When a kept thing must still be there, and when it must be gone. All days are whole days in Seoul."""

    last_day: date  # the period ends when this day ends, unrolled
    keep_until: date | None  # a floor: not destroyed before this day has ended; None where no law keeps it
    destroy_by: date  # gone before this day has ended


def last_day(event: date, period: Period, *, counts_first: bool = False) -> date:
    """Return the last day of a period that an event starts (Civil Act arts. 157, 159, 160).

    The day of the event is not counted, unless the period starts at 00:00 of it. A period of no length ends on the
    day of the event.

    counts_first: the period starts at 00:00 of the event's day, so that day is its first
    raises:       Misused for an instant in place of a day, or a last day after the year 9999
    """
    if isinstance(event, datetime):
        raise Misused("a period was started from an instant", hint="give the day of it: legal_day(instant)")
    if not (period.years or period.months or period.days):
        return event
    first = event if counts_first else _later(event, 1)
    return _later(_end_of_months(first, period.years * 12 + period.months), period.days)


def _end_of_months(first: date, months: int) -> date:
    """The day before the corresponding day; where the month has none, the last day of that month (art. 160(2), (3))."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    if year > MAXYEAR:
        raise _beyond_the_calendar()
    try:
        return date(year, month, first.day) - timedelta(days=1)
    except ValueError:  # the month has no such day
        return date(year, month, monthrange(year, month)[1])


def roll(day: date, holidays: frozenset[date]) -> date:
    """Return the day itself, or the next one that is no Saturday, Sunday or holiday (Civil Act art. 161)."""
    while day.isoweekday() >= 6 or day in holidays:
        day = _later(day, 1)
    return day


_rolled = roll  # window() has a parameter of that name


def window(event: date, period: Period, *, holidays: frozenset[date], roll: bool, counts_first: bool = False) -> Window:
    """Return the days between which data kept for a period after an event is destroyed.

    Whether art. 161 lengthens a duty to keep is not settled, so both readings are obeyed: the floor stands for the
    longer one (rolled), destruction is due by the shorter one (unrolled). Where holidays leave no day between the two,
    the floor wins and destruction is due on the first day after it.

    holidays: every public holiday in reach of the last day
    roll:     a law requires the keeping; otherwise nothing rolls and there is no floor
    """
    last = last_day(event, period, counts_first=counts_first)
    due = _later(last, DESTRUCTION_DAYS)
    if not roll:
        return Window(last, None, due)
    keep_until = _rolled(last, holidays)
    return Window(last, keep_until, max(due, _later(keep_until, 1)))


def legal_day(instant: datetime) -> date:
    """Return the calendar day of an instant in Seoul; raises Misused for a datetime without a time zone."""
    if instant.utcoffset() is None:
        raise Misused(
            "an instant without a time zone has no legal day", hint="give an aware datetime, such as one in UTC"
        )
    return instant.astimezone(SEOUL).date()


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise _beyond_the_calendar() from None


def _beyond_the_calendar() -> Misused:
    return Misused(f"the period ends after the year {MAXYEAR}", hint="give an earlier day or a shorter period")
