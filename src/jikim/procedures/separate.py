"""Set values aside: from `live` to the separate database, for storage only. Numbered, and safe to repeat at any step.

    m0  hold the record still, ask again whether it is due, write the intent
    m1  seal each value again, for its new place under a new key (inside the keyring; the value never leaves it)
    m2  commit the new rows to `separate`
    m3  check that both envelopes hold the same value
    m4  leave stubs in `live` and empty its envelopes
    m5  destroy the live keys
    m6  check that they are destroyed
    m7  remove the live files, delete the live rows, note the state, end the intent

A crash between m1 and m2 leaves keys without any envelope, which open nothing. Until m4 the live copy is the one that
counts, from m4 on the separate one.

Source: Privacy Policy, "Destruction procedure" (a separate database); PIPA art. 21(3); Standard Guideline art. 11.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.actions import journal
from jikim.actions.values import binding_of, remove_files
from jikim.clock import policy_today
from jikim.domain.destruction import LIVE, SEPARATE, Action, NotDestroyed
from jikim.domain.separation import clock_of
from jikim.domain.terms import RecordState
from jikim.procedures import intents
from jikim.queries.facts import facts_of, held_value
from jikim.queries.policies import governing
from jikim.sealing.keyring import Binding, KeyDestroyed, Sealed, WrongBinding
from jikim.store.live.models import Inquiry, Intent, ItemValue, Quarantine, Stub
from jikim.store.separate.models import SeparateItem

# What a live value answers once another run has emptied its envelope (m4) or destroyed its key (m5).
OVERTAKEN = (KeyDestroyed, WrongBinding)


class CopiesDiffer(NotDestroyed):
    """A resealed value is not the value it was made from; the live copy was left as it was."""


@dataclass(slots=True)
class Move:
    """One run over one intent; what was resealed is known to this run alone."""

    intent: Intent
    resealed: dict[UUID, Sealed] = field(default_factory=dict)

    def rows(self) -> list[ItemValue]:
        return list(ItemValue.objects.filter(id__in=intents.ids_of(self.intent)).order_by("id"))

    def moved(self) -> dict[UUID, SeparateItem]:
        return {row.value_id: row for row in SeparateItem.objects.filter(value_id__in=intents.ids_of(self.intent))}


def set_aside(record_id: UUID, actions: Iterable[Action], *, on: date) -> int:
    """Set aside what a plan lists of one record and return how many values moved; 0 when nothing of it is due any more.

    raises: CopiesDiffer, NotDestroyed, what the keyring raises; the intent stays, and `finish` goes on with it
    """
    intent = intents.begin(record_id, actions, on=on)
    if intent is None:
        return 0
    finish(intent)
    return len(intents.ids_of(intent))


def finish(intent: Intent) -> None:
    """Run the steps after m0; those already done find nothing left to do."""
    move = Move(intent)
    for step in STEPS:
        step(move)


def m1_reseal(move: Move) -> None:
    moved, keyring = move.moved(), sealing.current()
    for row in move.rows():
        if row.id in moved:
            continue
        here = Sealed(row.kid, bytes(row.envelope))
        try:
            move.resealed[row.id] = keyring.reseal(here, binding_of(row), _new_place(row))
        except OVERTAKEN:
            if row.id not in move.moved():
                raise


def m2_commit(move: Move) -> None:
    """Where another run was faster its rows stand, and the keys made by this one are destroyed."""
    inquiry = Inquiry.objects.get(id=move.intent.record_id)
    with transaction.atomic("separate"):
        rows = [_new_row(row, move.resealed[row.id], inquiry) for row in move.rows() if row.id in move.resealed]
        SeparateItem.objects.bulk_create(rows, ignore_conflicts=True)
        standing = {row.kid for row in move.moved().values()}
        _tell(row for row in rows if row.kid in standing)
    spare = [sealed.kid for sealed in move.resealed.values() if sealed.kid not in standing]
    move.resealed.clear()
    if spare:
        sealing.current().destroy(spare)


def m3_compare(move: Move) -> None:
    moved, keyring, stubs = move.moved(), sealing.current(), _stubs(move.intent)
    for row in move.rows():
        if row.id in stubs:
            continue  # compared by an earlier run, before it emptied the live envelope
        copy = moved[row.id]
        here, there = Sealed(row.kid, bytes(row.envelope)), Sealed(copy.kid, bytes(copy.envelope))
        try:
            same = keyring.agree(here, binding_of(row), there, _new_place(row))
        except OVERTAKEN:
            if row.id not in _stubs(move.intent):
                raise
            continue
        if not same:
            raise CopiesDiffer(
                f"value {row.id} was not resealed faithfully", hint="keep both rows and look at the keyring"
            )


def m4_leave_stubs(move: Move) -> None:
    with transaction.atomic("live"):
        intents.held(move.intent.record_id)
        stubs = [_stub(row) for row in move.moved().values()]
        Stub.objects.bulk_create(stubs, ignore_conflicts=True)
        ItemValue.objects.filter(id__in=[stub.value_id for stub in stubs]).update(envelope=b"")


def m5_destroy_keys(move: Move) -> None:
    sealing.current().destroy(intents.kids_of(move.intent))


def m6_check_keys(move: Move) -> None:
    intents.refuse_living_keys(move.intent)


def m7_delete_rows(move: Move) -> None:
    with transaction.atomic("live"):
        row = intents.held(move.intent.record_id)
        if not Intent.objects.filter(id=move.intent.id).exists():
            return
        gone = ItemValue.objects.filter(id__in=intents.ids_of(move.intent))
        remove_files(LIVE, gone.values_list("file", flat=True))
        gone.delete()
        row.set_aside_on = row.set_aside_on or date.fromisoformat(move.intent.body["on"])
        row.state = RecordState.SET_ASIDE
        intents.mark_achieved(row)
        row.save()
        Quarantine.objects.filter(record_id=row.id).delete()
        Intent.objects.filter(id=move.intent.id).delete()


STEPS: tuple[Callable[[Move], None], ...] = (
    m1_reseal,
    m2_commit,
    m3_compare,
    m4_leave_stubs,
    m5_destroy_keys,
    m6_check_keys,
    m7_delete_rows,
)


def _tell(rows: Iterable[SeparateItem]) -> None:
    moved = Counter((row.rule, row.policy_number) for row in rows)
    for (rule, number), values in sorted(moved.items()):
        entry = {"on": policy_today().isoformat(), "rule": rule, "values": values, "policy_number": number}
        journal.record("separate", "separate", entry)


def _new_place(row: ItemValue) -> Binding:
    return Binding(SEPARATE, row.record_id, row.id, row.item, row.facet)


def _new_row(row: ItemValue, sealed: Sealed, inquiry: Inquiry) -> SeparateItem:
    clock = clock_of(held_value(row), facts_of(inquiry), governing(inquiry.policy_number).policy)
    if clock.whole is None or clock.started_on is None:
        raise NotDestroyed(f"no rule keeps value {row.id} any more", hint="look at who changed the record meanwhile")
    return SeparateItem(
        value_id=row.id,
        record_id=row.record_id,
        item=row.item,
        facet=row.facet,
        ordinal=row.ordinal,
        kid=sealed.kid,
        envelope=sealed.envelope,
        policy_number=inquiry.policy_number,
        record_class=inquiry.record_class,
        rule=clock.rule,
        start_on=clock.started_on,
        moved_on=policy_today(),
        last_day=clock.whole.last_day,
        keep_until=clock.whole.keep_until,
        destroy_by=clock.whole.destroy_by,
        calendar=inquiry.calendar,
    )


def _stub(row: SeparateItem) -> Stub:
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


def _stubs(intent: Intent) -> set[UUID]:
    return set(Stub.objects.filter(value_id__in=intents.ids_of(intent)).values_list("value_id", flat=True))
