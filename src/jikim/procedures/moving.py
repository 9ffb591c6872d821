"""What a value becomes when it is set aside: its new place, its new row, and the stub that stays behind."""

from datetime import date

from jikim.actions.values import binding_of
from jikim.clock import policy_today
from jikim.domain.destruction import SEPARATE, NotDestroyed
from jikim.domain.period import Window
from jikim.domain.separation import Clock, clock_of
from jikim.queries.facts import facts_of, held_value
from jikim.queries.policies import governing, later_than
from jikim.sealing.keyd.values import Move, Pair
from jikim.sealing.keyring import Binding, Sealed
from jikim.store.live.models import Inquiry, ItemValue, Stub
from jikim.store.separate.models import SeparateItem


def way(row: ItemValue, inquiry: Inquiry) -> Move:
    """Say what the keyring seals anew, and with whose keys the new one will die: those of its class and last day."""
    _, _, whole = _kept(row, inquiry)
    return Move(_live(row), binding_of(row), _new_place(row), inquiry.record_class, whole.destroy_by)


def pair(row: ItemValue, copy: SeparateItem) -> Pair:
    return Pair(_live(row), binding_of(row), Sealed(copy.kid, bytes(copy.envelope), copy.file), _new_place(row))


def new_row(row: ItemValue, sealed: Sealed, inquiry: Inquiry) -> SeparateItem:
    """Return the row of the separate database, not yet saved; raises NotDestroyed when no rule keeps the value."""
    clock, started_on, whole = _kept(row, inquiry)
    return SeparateItem(
        value_id=row.id,
        record_id=row.record_id,
        item=row.item,
        facet=row.facet,
        ordinal=row.ordinal,
        kid=sealed.kid,
        envelope=sealed.envelope,
        file=sealed.file,
        policy_number=inquiry.policy_number,
        record_class=inquiry.record_class,
        rule=clock.rule,
        start_on=started_on,
        moved_on=policy_today(),
        last_day=whole.last_day,
        keep_until=whole.keep_until,
        destroy_by=whole.destroy_by,
        calendar=inquiry.calendar,
    )


def stub(row: SeparateItem) -> Stub:
    return Stub(
        value_id=row.value_id,
        record_id=row.record_id,
        item=row.item,
        facet=row.facet,
        rule=row.rule,
        last_day=row.last_day,
        keep_until=row.keep_until,
        destroy_by=row.destroy_by,
    )


def _kept(row: ItemValue, inquiry: Inquiry) -> tuple[Clock, date, Window]:
    clock = _clock(row, inquiry)
    if clock.whole is None or clock.started_on is None:
        raise NotDestroyed(f"no rule keeps value {row.id} any more", hint="look at who changed the record meanwhile")
    return clock, clock.started_on, clock.whole


def _clock(row: ItemValue, inquiry: Inquiry) -> Clock:
    policy, later = governing(inquiry.policy_number).policy, later_than(inquiry.policy_number)
    return clock_of(held_value(row), facts_of(inquiry), policy, later)


def _live(row: ItemValue) -> Sealed:
    return Sealed(row.kid, bytes(row.envelope), row.file)


def _new_place(row: ItemValue) -> Binding:
    return Binding(SEPARATE, row.record_id, row.id, row.item, row.facet)
