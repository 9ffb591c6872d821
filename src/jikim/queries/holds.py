"""Holds as the domain knows them: those that stand and those that were lifted, for what they kept is due afterwards."""

from datetime import date
from uuid import UUID

from jikim.clock import policy_today
from jikim.domain.hold import Hold, HoldReason
from jikim.queries.facts import being_destroyed
from jikim.store.live.models import Hold as Row
from jikim.store.live.models import ItemValue, Stub


def every() -> tuple[Hold, ...]:
    """Return every hold ever set, the oldest first."""
    return tuple(as_hold(row) for row in Row.objects.order_by("set_on", "id"))


def of(*record_ids: UUID) -> tuple[Hold, ...]:
    """Return every hold ever set over some records, the oldest first."""
    return tuple(as_hold(row) for row in Row.objects.filter(record_id__in=record_ids).order_by("set_on", "id"))


def standing(on: date | None = None) -> tuple[Hold, ...]:
    """Return the holds that stand on a day, today by default."""
    day = on or policy_today()
    return tuple(hold for hold in every() if hold.stands(day))


def to_review() -> tuple[Hold, ...]:
    """Return the holds that nobody has looked at again in time: the desk names them until somebody does."""
    today = policy_today()
    return tuple(hold for hold in every() if hold.needs_review(today))


def living(record_id: UUID, items: frozenset[str] = frozenset()) -> frozenset[UUID]:
    """Return the values of a record that a hold can keep, live or set aside; those of some items where some are named.

    What a destruction has begun with is finished whatever is held after it, so nobody is told that it is kept.
    """
    live = ItemValue.objects.filter(record_id=record_id)
    kept = Stub.objects.filter(record_id=record_id)
    if items:
        live, kept = live.filter(item__in=items), kept.filter(item__in=items)
    there = {*live.values_list("id", flat=True), *kept.values_list("value_id", flat=True)}
    return frozenset(there - being_destroyed(record_id))


def as_hold(row: Row) -> Hold:
    return Hold(
        id=row.id,
        record_id=row.record_id,
        values=frozenset(map(UUID, row.values)),
        reason=HoldReason(row.reason),
        asked_by=row.asked_by,
        approved_by=row.approved_by,
        set_on=row.set_on,
        review_on=row.review_on,
        lifted_on=row.lifted_on,
    )
