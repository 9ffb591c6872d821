"""What a value becomes when it is set aside: its new place, its new row, and the stub that stays behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from jikim.clock import policy_today
from jikim.domain.destruction import LIVE, SEPARATE, NotDestroyed
from jikim.domain.period import Window
from jikim.domain.separation import HeldValue, clock_of
from jikim.queries import versions
from jikim.queries.facts import InquiryDays, days_of, facts_of
from jikim.queries.versions import Versions
from jikim.sealing.keyd.values import Move, Pair
from jikim.sealing.keyring import Binding, Sealed
from jikim.store.direct import among
from jikim.store.live.models import ItemValue, Stub
from jikim.store.separate.models import SeparateItem

# What a stub says of a copy: its own columns, in their order.
TOLD_OF_COPIES = tuple(field.attname for field in Stub._meta.concrete_fields)  # noqa: SLF001 - Django's documented way


class LiveValue(NamedTuple):
    """What the procedure reads of one live row."""

    id: UUID
    record_id: UUID
    item: str
    facet: str
    ordinal: int
    collected_on: date
    kid: int
    envelope: bytes
    file: UUID | None

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.kid, self.envelope, self.file)

    def place(self, store: str) -> Binding:
        return Binding(store, self.record_id, self.id, self.item, self.facet)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A live value on its way, with what keeps it. kept: over purpose and rule together."""

    row: LiveValue
    inquiry: InquiryDays
    rule: str
    started_on: date
    kept: Window

    @property
    def shelf(self) -> tuple[str, date]:
        """With whose keys the new one will die: those of its class and last day."""
        return self.inquiry.record_class, self.kept.destroy_by

    def way(self) -> Move:
        """Say what the keyring seals anew."""
        return Move(self.row.sealed, self.row.place(LIVE), self.row.place(SEPARATE), *self.shelf)

    def new_row(self, sealed: Sealed) -> SeparateItem:
        """Return the row of the separate database, not yet saved."""
        row, kept = self.row, self.kept
        return SeparateItem(
            value_id=row.id,
            record_id=row.record_id,
            item=row.item,
            facet=row.facet,
            ordinal=row.ordinal,
            kid=sealed.kid,
            envelope=sealed.envelope,
            file=sealed.file,
            policy_number=self.inquiry.policy_number,
            record_class=self.inquiry.record_class,
            rule=self.rule,
            start_on=self.started_on,
            moved_on=policy_today(),
            last_day=kept.last_day,
            keep_until=kept.keep_until,
            destroy_by=kept.destroy_by,
            calendar=self.inquiry.calendar,
        )


def live_values(value_ids: Iterable[UUID]) -> list[LiveValue]:
    return [LiveValue(*row) for row in among(ItemValue, "id", value_ids, LiveValue._fields)]


def leaving(rows: Sequence[LiveValue]) -> list[Leaving]:
    """Return live values on their way, those of one shelf side by side; raises NotDestroyed when no rule keeps one."""
    known = versions.now()
    inquiries = days_of({row.record_id for row in rows})
    found = [_leaving(row, inquiries[row.record_id], known) for row in rows]
    return sorted(found, key=lambda one: (one.shelf, one.row.id))


def pair(row: LiveValue, copy: Sealed) -> Pair:
    return Pair(row.sealed, row.place(LIVE), copy, row.place(SEPARATE))


def stub(copy: SeparateItem) -> Stub:
    return Stub(**{name: getattr(copy, name) for name in TOLD_OF_COPIES})


def _leaving(row: LiveValue, inquiry: InquiryDays, known: Versions) -> Leaving:
    number, value = inquiry.policy_number, HeldValue(row.id, row.item, row.facet, row.collected_on)
    clock = clock_of(value, facts_of(inquiry), known.policy(number), known.later[number])
    if clock.whole is None or clock.started_on is None:
        raise NotDestroyed(f"no rule keeps value {row.id} any more", hint="look at who changed the record meanwhile")
    return Leaving(row, inquiry, clock.rule, clock.started_on, clock.whole)
