"""What is due on a day, for any day: a projection of the present facts, changing nothing.

A day in the future is planned as if nothing were carried out until then and no further word came.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jikim import environment
from jikim.domain.destruction import Action, KeptValue, Plan, kept_action, live_action
from jikim.domain.destruction import plan as planned
from jikim.domain.errors import JikimError
from jikim.domain.foresight import foreseen, foreseen_end
from jikim.domain.hold import withhold
from jikim.domain.period import Window
from jikim.domain.policy import Policy
from jikim.domain.separation import HeldValue, clock_of
from jikim.domain.spans import first_day_after
from jikim.queries import holds, versions
from jikim.queries.facts import InquiryDays, days_of, facts_of, values_by_record
from jikim.queries.versions import Versions
from jikim.sealing.kids import MAX_KID
from jikim.store.direct import rows_of
from jikim.store.live.models import Inquiry, ItemValue, Stub
from jikim.store.separate.models import SeparateItem

RECORDS_AT_ONCE = 500
MONTHS_AHEAD = 12
Inquiries = Mapping[UUID, InquiryDays | None]  # by their ids; None where a half-restored database lacks one


@dataclass(frozen=True, slots=True)
class _Case:
    """One record as the planner sees it. later: the versions that followed its own."""

    inquiry: InquiryDays
    policy: Policy
    later: tuple[Policy, ...]
    values: tuple[HeldValue, ...]


def is_quiet(on: date) -> bool:
    """Say whether nothing is due on a day and nothing was begun, as on most rounds: two questions, and no plan."""
    day, kept = on.isoformat(), _set_aside().model
    due_or_begun = "EXISTS (SELECT 1 FROM live_inquiry WHERE next_due_on <= %s) OR EXISTS (SELECT 1 FROM live_intent)"
    ended = "EXISTS (SELECT 1 FROM {} WHERE last_day < %s AND (keep_until IS NULL OR keep_until < %s))"
    table, alias = kept._meta.db_table, kept._meta.app_label  # noqa: SLF001 - documented
    return not (
        rows_of("live", f"SELECT {due_or_begun}", day)[0][0]
        or rows_of(alias, f"SELECT {ended.format(table)}", day, day)[0][0]
    )


def plan(on: date) -> Plan:
    """Return what would be moved and destroyed on a day."""
    stuck: list[UUID] = []
    actions = [*_live_actions(on, _all_cases(candidates(on), stuck), stuck), *_kept_actions(on, _set_aside())]
    going, held = withhold(actions, holds.every(), on)
    return planned(on, going, stuck, held)


def plan_of(record_ids: Collection[UUID], on: date) -> Plan:
    """Return the part of a day's plan that touches some records."""
    return plan_from(_inquiries(record_ids), on)


def plan_from(inquiries: Inquiries, on: date) -> Plan:
    """Return the part of a day's plan that touches some records, whose rows were read before."""
    stuck, record_ids = list[UUID](), list(inquiries)
    kept_actions = _kept_actions(on, _set_aside().filter(record_id__in=record_ids))
    actions = [*_live_actions(on, _cases(inquiries, versions.now(), stuck), stuck), *kept_actions]
    going, held = withhold(actions, holds.of(*record_ids), on)
    return planned(on, going, stuck, held)


def foreseen_until(until: date, on: date) -> tuple[Action, ...]:
    """Return what is due or will be by a day, each as its own day will list it; what is held stays out."""
    actions: list[Action] = []
    for case in _all_cases(candidates(until), stuck=[]):
        with suppress(JikimError, LookupError, ValueError):  # today's plan names a record that cannot be decided on
            facts, policy, later = facts_of(case.inquiry), case.policy, case.later
            ahead = (foreseen(value, facts, policy, on=on, until=until, later=later) for value in case.values)
            actions += [action for action in ahead if action]
    ended = _set_aside().filter(last_day__lt=until).iterator()
    actions += [action for row in ended if (action := foreseen_end(kept_value(row), on=on, until=until))]
    return withhold(actions, holds.every(), on)[0]


def exist(value_ids: Collection[UUID]) -> set[UUID]:
    """Return which of some values exist, live or set aside."""
    found: set[UUID] = set()
    ids = list(value_ids)
    for start in range(0, len(ids), RECORDS_AT_ONCE):
        part = ids[start : start + RECORDS_AT_ONCE]
        found |= set(ItemValue.objects.filter(id__in=part).values_list("id", flat=True))
        found |= set(_set_aside().filter(value_id__in=part).values_list("value_id", flat=True))
    return found


def alive() -> int:
    """Return how many values there are, live and set aside."""
    return ItemValue.objects.count() + set_aside_count()


def orphans() -> list[UUID]:
    """Return records of which there are values and no inquiry, as a half-restored database has them; reads all."""
    known = Inquiry.objects.filter(id=OuterRef("record_id"))
    return sorted(set(ItemValue.objects.filter(~Exists(known)).values_list("record_id", flat=True)))


def months_ahead(on: date) -> tuple[date, ...]:
    """Return the first days of this month and of those that are counted ahead."""
    return tuple(months_later(on, step) for step in range(MONTHS_AHEAD))


def destructions_by_month(on: date) -> dict[date, int]:
    """Count values to be destroyed in each of the months ahead, as far as their clocks are known today.

    What is late counts for this month. Looks at every clock that ends until then, so it is for the night.
    """
    months = months_ahead(on)
    end = months_later(months[-1], 1)
    counts = Counter(dict.fromkeys(months, 0))
    for case in _all_cases(candidates(end), stuck=[]):
        with suppress(JikimError, LookupError, ValueError):  # today's plan names a record that cannot be decided on
            facts = facts_of(case.inquiry)
            clocks = [clock_of(value, facts, case.policy, case.later) for value in case.values]
            counts.update(_month(clock.destroyed_from, months) for clock in clocks if clock.destroyed_from)
    ended = _set_aside().filter(last_day__lt=end).values_list("last_day", "keep_until", "destroy_by")
    for last_day, keep_until, destroy_by, values in ended.annotate(values_of=Count("value_id")).order_by():
        counts[_month(first_day_after(Window(last_day, keep_until, destroy_by)), months)] += values
    return {month: counts[month] for month in months}


def _month(day: date, months: tuple[date, ...]) -> date:
    return max(day.replace(day=1), months[0])


def rule_counts() -> dict[str, int]:
    """Count the set-aside values under each rule; the evidence beside a sentence of the page."""
    return dict(_set_aside().values_list("rule").annotate(values=Count("value_id")).order_by())


def set_aside_count() -> int:
    return _set_aside().count()


def candidates(on: date) -> list[UUID]:
    """Return the records in which something live may be due; the day beside each record, kept by index, tells."""
    found = Inquiry.objects.filter(next_due_on__lte=on).values_list("gate_kid", "id")
    return [record_id for _, record_id in sorted(found)]  # as founded; ordered by the database it could read them all


def as_founded(record_ids: Iterable[UUID]) -> list[UUID]:
    """Put records in the order in which they were founded; those without an inquiry come last.

    Neighbours' rows lie side by side in a table, and their keys in one node of the key tree, which is sealed anew as a
    whole: whoever takes neighbours together does that once for all of them.
    """
    asked = list(record_ids)
    gates: dict[UUID, int] = {}
    for start in range(0, len(asked), RECORDS_AT_ONCE):
        part = Inquiry.objects.filter(id__in=asked[start : start + RECORDS_AT_ONCE])
        gates |= dict(part.values_list("id", "gate_kid"))
    return sorted(asked, key=lambda record_id: (gates.get(record_id, MAX_KID), record_id))


def kept_value(row: SeparateItem | Stub) -> KeptValue:
    span = Window(row.last_day, row.keep_until, row.destroy_by)
    return KeptValue(row.value_id, row.record_id, row.item, row.facet, row.rule, span)


def _live_actions(on: date, cases: Iterable[_Case], stuck: list[UUID]) -> Iterator[Action]:
    """Yield what is due of each record; a record that cannot be decided on goes to `stuck`, and the others go on."""
    for case in cases:
        try:
            facts = facts_of(case.inquiry)
            found = [live_action(value, facts, case.policy, on, case.later) for value in case.values]
        except (JikimError, LookupError, ValueError):
            stuck.append(case.inquiry.id)
            continue
        yield from (action for action in found if action)


def _all_cases(record_ids: Sequence[UUID], stuck: list[UUID]) -> Iterator[_Case]:
    """Read any number of records, some at a time; see `_cases`."""
    known = versions.now()
    for start in range(0, len(record_ids), RECORDS_AT_ONCE):
        yield from _cases(_inquiries(record_ids[start : start + RECORDS_AT_ONCE]), known, stuck)


def _cases(inquiries: Inquiries, known: Versions, stuck: list[UUID]) -> Iterator[_Case]:
    """Yield records with their values; one whose inquiry or policy a half-restored database lacks goes to `stuck`."""
    for record_id, values in values_by_record(inquiries):
        inquiry = inquiries[record_id]
        if inquiry is None or inquiry.policy_number not in known:
            stuck.append(record_id)
            continue
        yield _Case(inquiry, known.policy(inquiry.policy_number), known.later[inquiry.policy_number], values)


def _inquiries(record_ids: Collection[UUID]) -> Inquiries:
    return {**dict.fromkeys(record_ids), **days_of(record_ids)}


def _set_aside() -> "QuerySet[SeparateItem] | QuerySet[Stub]":
    """Return what is set aside: as it lies apart, or, where that is not known, as its stubs in `live` tell."""
    return SeparateItem.objects.defer("envelope") if environment.knows_separate() else Stub.objects.all()


def _kept_actions(on: date, rows: "QuerySet[SeparateItem] | QuerySet[Stub]") -> Iterator[Action]:
    ended = rows.filter(last_day__lt=on).filter(Q(keep_until=None) | Q(keep_until__lt=on))
    for row in ended.iterator():
        action = kept_action(kept_value(row), on)
        if action:
            yield action


def months_later(month: date, months: int) -> date:
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)
