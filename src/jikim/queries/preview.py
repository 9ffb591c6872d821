"""What a class would do to a record before it is given: the clock of each item, computed and not kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from uuid import UUID

from jikim import packs
from jikim.clock import policy_today
from jikim.domain.destruction import LIVE
from jikim.domain.errors import Misused
from jikim.domain.separation import Clock, HeldValue, achieved_on, clock_of, rolling_years
from jikim.queries.facts import facts_of, held_values
from jikim.queries.life import LifeItem
from jikim.queries.policies import governing, later_than
from jikim.store.live.models import Inquiry


def of_class(record_id: UUID, record_class: str, start_event_on: date | None) -> tuple[LifeItem, ...]:
    """Return each item's clock as if the record were resolved under a class today and no further word came.

    One that is over stays over: its days run from its own end.

    raises: Misused when there is no such record; nothing is changed either way
    """
    row = Inquiry.objects.filter(id=record_id).first()
    if row is None:
        raise Misused(f"there is no record {record_id}", hint="take the id from the inbox")
    policy, later = governing(row.policy_number).policy, later_than(row.policy_number)
    achieved = row.achieved_on or achieved_on(facts_of(row), policy, later)
    is_over = achieved is not None and achieved < policy_today()
    resolved = row.resolved_on if is_over else row.resolved_on or policy_today()
    facts = replace(facts_of(row), resolved_on=resolved, record_class=record_class, start_event_on=start_event_on)
    values = sorted(held_values(record_id), key=lambda value: value.item)
    years = {year for value in values for year in rolling_years(value, facts, policy, later)}
    calendar = policy.retention.calendar
    facts = replace(facts, holidays=frozenset().union(*(packs.holidays(calendar, year, year) for year in years)))
    return tuple(
        _line(item, [clock_of(value, facts, policy, later) for value in group]) for item, group in _by_item(values)
    )


def _by_item(values: Iterable[HeldValue]) -> Iterator[tuple[str, list[HeldValue]]]:
    for item, group in groupby(values, key=lambda value: value.item):
        yield item, list(group)


def _line(item: str, clocks: list[Clock]) -> LifeItem:
    last = max(clocks, key=lambda clock: clock.destroyed_from or date.max)
    return LifeItem(item, len(clocks), LIVE, last.rule, last.whole, last.destroyed_from)
