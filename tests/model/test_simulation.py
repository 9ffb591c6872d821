"""Ten years of three companies: nothing late, nothing early, and approvals stay rare enough to be read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from jikim.domain.guard_rails import Rails
from jikim.domain.period import SEOUL, Period
from jikim.domain.policy import Policy
from jikim.language import load
from jikim.language.compile import compile as compiled
from tests.support.records import POLICIES, POLICY
from tests.support.simulation import LONG_HOLIDAYS, Company, Report, Simulation

FIRST, LAST = date(2026, 11, 1), date(2036, 10, 31)
ANNOUNCED, IN_FORCE = date(2030, 1, 20), date(2030, 3, 1)  # a revision that shortens what is held
EXAMPLE = compiled(load.read(POLICIES / "example" / "1.toml").raw)
DAY = timedelta(days=1)
# Monthly, and each time on the one day that long holidays leave between a floor and its last day.
UPGRADES = frozenset(
    {date(year, month, 1) for year in range(2026, 2037) for month in range(1, 13)}
    | {last + 2 * DAY for _, last in LONG_HOLIDAYS}
)
# One weekend a year the machine stands still: the second in November.
OFF = frozenset(
    saturday + more
    for year in range(2027, 2036)
    for saturday in (date(year, 11, 14) - timedelta(days=(date(year, 11, 14).isoweekday() - 6) % 7),)
    for more in (0 * DAY, DAY)
)


def shorter(policy: Policy) -> Policy:
    """Return the next version: access logs a month in place of three, silence sixty days."""
    changes = {"security": {"period": Period(months=1)}, "inquiry": {"inactive_after": Period(days=60)}}
    purposes = tuple(replace(p, **changes.get(p.name, {})) for p in policy.purposes)  # type: ignore[arg-type]
    at = datetime(IN_FORCE.year, IN_FORCE.month, IN_FORCE.day, tzinfo=SEOUL)
    return replace(policy, version=policy.version + 1, sha256="f" * 64, purposes=purposes, in_force_at=at)


def company(name: str, a_month: int, approvers: int, policy: Policy, wave: int, each: int = 1) -> Company:
    return Company(
        name, a_month, approvers, policy, (shorter(policy),), (ANNOUNCED,), wave, UPGRADES, OFF, Rails(), each
    )


COMPANIES: dict[str, Callable[[], Company]] = {
    "small": lambda: company("small", 10, 1, EXAMPLE, 300),
    "middle": lambda: company("middle", 100, 2, POLICY, 300),
    "large": lambda: company("large", 1000, 3, EXAMPLE, 3000, each=10),
}


@pytest.mark.parametrize("name", COMPANIES)
def test_in_ten_years_nothing_is_late_nothing_early_and_nobody_approves_more_than_twice_a_month(name: str) -> None:
    report = Simulation(COMPANIES[name](), FIRST).run(LAST)
    assert report.overdue == 0
    assert (report.too_early, report.too_late_after_floor) == (0, 0)
    assert 0 < report.most_approvals_a_month <= 2
    _it_really_lived(report)


def _it_really_lived(report: Report) -> None:
    """A simulation in which nothing happens promises nothing."""
    assert report.inquiries > 1000
    assert report.set_aside > 500
    assert report.floors > 200
    assert report.dry_days > 50
    assert report.stopped_rounds > 10
    assert report.busiest_day > report.highest_cap  # an approval was really needed, and used
