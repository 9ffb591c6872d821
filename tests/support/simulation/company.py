"""What a simulated company is like, what is counted of it, and the days that matter to it."""

from calendar import isleap
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from jikim.domain.guard_rails import RAILS, Rails, is_working_day
from jikim.domain.policy import Policy
from jikim.domain.separation import HeldValue, RecordFacts
from tests.support.records import HOLIDAYS

ONE_DAY = timedelta(days=1)
FLOOR_YEARS = {  # by hand, from the statutes; not from the policy under test
    "contract-withdrawal": 5, "payment-supply": 5, "complaint-dispute": 3, "contract": 5, "payment": 5, "complaint": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """What one company is like."""

    name: str
    a_month: int
    approvers: int
    policy: Policy
    later: tuple[Policy, ...]  # each is known from its announcement on
    announced: tuple[date, ...]
    wave: int  # inquiries of a robot, once a year, resolved together at the worst time before holidays
    upgrades: frozenset[date]
    off: frozenset[date] = frozenset()  # days on which the machine stands still
    rails: Rails = RAILS
    each: int = 1  # inquiries that one record stands for


@dataclass(slots=True)
class Record:
    """One inquiry and its values; `facts` change with words and classes."""

    facts: RecordFacts
    luck: bytes
    values: list[HeldValue] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The figures of one run."""

    inquiries: int = 0
    destroyed: int = 0
    set_aside: int = 0
    overdue: int = 0
    too_early: int = 0
    too_late_after_floor: int = 0
    floors: int = 0
    busiest_day: int = 0
    highest_cap: int = 0
    dry_days: int = 0
    stopped_rounds: int = 0
    lapsed: int = 0
    longest_wait: int = 0  # days between being due and being done
    approvals: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def most_approvals_a_month(self) -> int:
        return max(self.approvals.values(), default=0)


def after(day: date, working_days: int) -> date:
    """Return the working day so many working days later; the next one for none."""
    while working_days or not is_working_day(day, HOLIDAYS):
        day += ONE_DAY
        working_days -= is_working_day(day, HOLIDAYS) and working_days > 0
    return day


def years_later(start: date, years: int) -> date:
    """Return the last day of so many years, the day after the event counted first (Civil Act arts. 157, 160)."""
    if (start.month, start.day) == (2, 28) and not isleap(start.year) and isleap(start.year + years):
        return date(start.year + years, 2, 29)
    if (start.month, start.day) == (2, 29):
        return date(start.year + years, 2, 28 + isleap(start.year + years))
    if (start.month, start.day) == (2, 28) and isleap(start.year):
        return date(start.year + years, 2, 28)
    return start.replace(year=start.year + years)


def _long_holidays() -> list[tuple[date, date]]:
    """Return the runs of four and more days off, each as its first and its last day."""
    runs, day = [], date(2026, 1, 1)
    while day < date(2040, 1, 1):
        end = day
        while not is_working_day(end, HOLIDAYS):
            end += ONE_DAY
        if (end - day).days >= 4:
            runs.append((day, end - ONE_DAY))
        day = end + ONE_DAY
    return runs


LONG_HOLIDAYS = _long_holidays()
# Seven quiet days after this one, what was resolved on it falls due with the first day off.
WORST = {first - timedelta(days=8) for first, _ in LONG_HOLIDAYS if first.month in (9, 10)}
