"""What is due on a day, for any day: a projection of the present facts, changing nothing.

A day in the future is planned as if nothing were carried out until then and no further word came.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from jikim import environment
from jikim.domain.destruction import Action, KeptValue, Plan, kept_action, live_action
from jikim.domain.destruction import plan as planned
from jikim.domain.errors import JikimError
from jikim.domain.period import Window
from jikim.domain.policy import Policy
from jikim.domain.separation import HeldValue, clock_of
from jikim.domain.spans import first_day_after
from jikim.domain.terms import Event
from jikim.queries.facts import facts_of, values_by_record
from jikim.queries.policies import all_versions
from jikim.store.live.models import Inquiry, ItemValue, Stub
from jikim.store.separate.models import SeparateItem

RECORDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Running:
    """One running clock, live or set aside."""

    record_id: UUID
    value_id: UUID
    item: str
    rule: str
    destroyed_from: date | None  # None while its purpose lasts


def plan(on: date) -> Plan:
    """Return what would be moved and destroyed on a day."""
    stuck: list[UUID] = []
    actions = [*_live_actions(on, candidates(on), stuck), *_kept_actions(on)]
    return planned(on, actions, stuck)


def plan_of(record_id: UUID, on: date) -> Plan:
    """Return the part of a day's plan that touches one record."""
    kept_actions = (kept_action(kept_value(row), on) for row in _set_aside().filter(record_id=record_id))
    stuck: list[UUID] = []
    actions = [*_live_actions(on, [record_id], stuck), *(action for action in kept_actions if action)]
    return planned(on, actions, stuck)


def running() -> Iterator[Running]:
    """Yield every running clock, with the first day of its destruction; the plan names those that cannot be told."""
    held = sorted(set(ItemValue.objects.values_list("record_id", flat=True)))
    for record_id, inquiry, policy, values in _held(held, stuck=[]):
        facts = facts_of(inquiry)
        for value in values:
            clock = clock_of(value, facts, policy)
            yield Running(record_id, value.value_id, value.item, clock.rule, clock.destroyed_from)
    for row in _set_aside().iterator():
        kept = kept_value(row)
        yield Running(kept.record_id, kept.value_id, kept.item, kept.rule, first_day_after(kept.window))


def destructions_by_month(first: date, months: int) -> tuple[tuple[date, int], ...]:
    """Count values to be destroyed in each of the months from `first`'s on, as far as their clocks are known today."""
    start = first.replace(day=1)
    asked = [months_later(start, step) for step in range(months)]
    counts = Counter(clock.destroyed_from.replace(day=1) for clock in running() if clock.destroyed_from)
    overdue = sum(count for month, count in counts.items() if month < start)
    return tuple((month, counts[month] + (overdue if month == start else 0)) for month in asked)


def rule_counts() -> dict[str, int]:
    """Count the set-aside values under each rule; the evidence beside a sentence of the page."""
    return dict(Counter(_set_aside().values_list("rule", flat=True)))


def set_aside_count() -> int:
    return _set_aside().count()


def candidates(on: date) -> list[UUID]:
    """Return the records in which something may be due: all with a value whose clock does not only wait for a date.

    Values that end a fixed time after collection (access logs) are the many; an index on that day finds the old ones.
    """
    slow, days = _collected_only()
    cutoff = on - timedelta(days=days)
    rows = ItemValue.objects.filter(~Q(item__in=slow) | Q(item__in=slow, collected_on__lte=cutoff))
    return sorted(set(rows.values_list("record_id", flat=True)))


def kept_value(row: SeparateItem | Stub) -> KeptValue:
    span = Window(row.last_day, row.keep_until, row.destroy_by)
    return KeptValue(row.value_id, row.record_id, row.item, row.facet, row.rule, span)


def _live_actions(on: date, record_ids: Iterable[UUID], stuck: list[UUID]) -> Iterator[Action]:
    """Yield what is due of each record; a record that cannot be decided on goes to `stuck`, and the others go on."""
    for record_id, inquiry, policy, values in _held(list(record_ids), stuck):
        try:
            facts = facts_of(inquiry)
            found = [live_action(value, facts, policy, on) for value in values]
        except (JikimError, LookupError, ValueError):
            stuck.append(record_id)
            continue
        yield from (action for action in found if action)


def _held(record_ids: list[UUID], stuck: list[UUID]) -> Iterator[tuple[UUID, Inquiry, Policy, tuple[HeldValue, ...]]]:
    """Yield records with their values; one whose inquiry or policy a half-restored database lacks goes to `stuck`."""
    policies = _policies()
    for start in range(0, len(record_ids), RECORDS_AT_ONCE):
        part = record_ids[start : start + RECORDS_AT_ONCE]
        inquiries = {row.id: row for row in Inquiry.objects.filter(id__in=part)}
        for record_id, values in values_by_record(part):
            inquiry = inquiries.get(record_id)
            policy = policies.get(inquiry.policy_number) if inquiry else None
            if inquiry is None or policy is None:
                stuck.append(record_id)
                continue
            yield record_id, inquiry, policy, values


def _policies() -> dict[int, Policy]:
    return {published.number: published.policy for published in all_versions()}


def _set_aside() -> "QuerySet[SeparateItem] | QuerySet[Stub]":
    """Return what is set aside: as it lies apart, or, where that is not known, as its stubs in `live` tell."""
    return SeparateItem.objects.defer("envelope") if environment.knows_separate() else Stub.objects.all()


def _kept_actions(on: date) -> Iterator[Action]:
    ended = _set_aside().filter(last_day__lt=on).filter(Q(keep_until=None) | Q(keep_until__lt=on))
    for row in ended.iterator():
        action = kept_action(kept_value(row), on)
        if action:
            yield action


def _collected_only() -> tuple[list[str], int]:
    """Return the items that in every version end a fixed time after collection, and the fewest days that can be."""
    ends = [(item, p) for policy in _policies().values() for p in policy.purposes for item in p.items]
    others = {item for item, purpose in ends if purpose.ends != Event.COLLECTED}
    slow = sorted({item for item, _ in ends} - others)
    periods = [p.period for item, p in ends if item in slow]
    shortest = min((p.years * 365 + p.months * 28 + p.days for p in periods), default=0)
    return slow, shortest


def months_later(month: date, months: int) -> date:
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)
