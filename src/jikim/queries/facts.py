"""From rows to what the domain decides on: the days of a record, its values, and who governs it. No content."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from jikim.domain.destruction import KeptValue
from jikim.domain.period import Window
from jikim.domain.separation import Fate, HeldValue, RecordFacts
from jikim.store.direct import among
from jikim.store.live.models import Inquiry, Intent, ItemValue, Stub

HELD = ("id", "item", "facet", "collected_on")  # what makes a HeldValue, in its order


class InquiryDays(NamedTuple):
    """An inquiry's row as far as its clocks go: its days, its class, and the version it was received under."""

    id: UUID
    collection: str
    received_on: date
    last_word_on: date
    resolved_on: date | None
    record_class: str
    start_event_on: date | None
    calendar: list[str]
    policy_number: int


def days_of(record_ids: Collection[UUID]) -> dict[UUID, InquiryDays]:
    """Return the days of records by id; of those without an inquiry nothing."""
    rows = Inquiry.objects.filter(id__in=record_ids).values_list(*InquiryDays._fields)
    return {row[0]: InquiryDays(*row) for row in rows}


def facts_of(inquiry: Inquiry | InquiryDays) -> RecordFacts:
    return RecordFacts(
        record_id=inquiry.id,
        collection=inquiry.collection,
        received_on=inquiry.received_on,
        last_word_on=inquiry.last_word_on,
        resolved_on=inquiry.resolved_on,
        record_class=inquiry.record_class,
        start_event_on=inquiry.start_event_on,
        holidays=frozen(inquiry.calendar),
    )


def frozen(calendar: Iterable[str]) -> frozenset[date]:
    """Return the holidays that a row froze, as days."""
    return frozenset(date.fromisoformat(day) for day in calendar)


def held_value(row: ItemValue) -> HeldValue:
    return HeldValue(row.id, row.item, row.facet, row.collected_on)


def held_values(record_id: UUID) -> tuple[HeldValue, ...]:
    """Return the live values of one record, oldest first; never their envelopes."""
    rows = ItemValue.objects.filter(record_id=record_id).defer("envelope").order_by("collected_on", "id")
    return tuple(held_value(row) for row in rows)


def values_by_record(record_ids: Iterable[UUID]) -> Iterator[tuple[UUID, tuple[HeldValue, ...]]]:
    """Yield records with their live values."""
    found: dict[UUID, list[HeldValue]] = {}
    for record_id, *facts in among(ItemValue, "record_id", record_ids, ("record_id", *HELD)):
        found.setdefault(record_id, []).append(HeldValue(*facts))
    yield from ((record_id, tuple(values)) for record_id, values in found.items())


def leaving(*record_ids: UUID) -> set[UUID]:
    """Return the values of records that a procedure has begun with; they are no longer read."""
    bodies = Intent.objects.filter(record_id__in=record_ids).values_list("body", flat=True)
    return {UUID(value["value"]) for body in bodies for value in body["values"]}


def being_destroyed(*record_ids: UUID) -> set[UUID]:
    """Return the values that a destruction has begun with; of records, where some are named. It is always finished."""
    begun = Intent.objects.filter(record_id__in=record_ids) if record_ids else Intent.objects.all()
    ends = begun.filter(body__verb=Fate.DESTROY).values_list("body", flat=True)
    return {value_id for body in ends for value_id in _named(body)}


def _named(body: dict[str, Any]) -> set[UUID]:
    """Return the values an intent names; none where it cannot be read, which keeps its own record back and no other."""
    try:
        return {UUID(value["value"]) for value in body["values"]}
    except (LookupError, TypeError, ValueError):
        return set()


def stubs_of(record_id: UUID) -> tuple[KeptValue, ...]:
    """Return what live still knows of a record's set-aside values: names, rules and days."""
    rows = Stub.objects.filter(record_id=record_id).order_by("item", "value_id")
    return tuple(
        KeptValue(
            row.value_id,
            row.record_id,
            row.item,
            row.facet,
            row.rule,
            Window(row.last_day, row.keep_until, row.destroy_by),
        )
        for row in rows
    )
