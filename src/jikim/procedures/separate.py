"""Set values aside: from `live` to the separate database, for storage only. Numbered, and safe to repeat at any step.

    m0  hold the record still, ask again whether it is due, write the intent
    m1  seal each value again, for its new place under a new key (inside the keyring; no value leaves it), files too
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
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import dropwhile, takewhile
from uuid import UUID, uuid4

from django.db import transaction

from jikim import sealing
from jikim.actions import clocks, journal
from jikim.actions.values import remove_files
from jikim.clock import policy_today
from jikim.domain.destruction import LIVE, SEPARATE, NotDestroyed
from jikim.domain.leaf import DestroyReason
from jikim.domain.terms import RecordState
from jikim.procedures import intents, moving
from jikim.sealing.errors import StillWaiting, UnknownFormat
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyDestroyed, KeyState, Sealed, WrongBinding
from jikim.sealing.tree.errors import KeyRetired
from jikim.store.live.models import Inquiry, Intent, ItemValue, Quarantine, Stub
from jikim.store.separate.models import SeparateItem

# What a live value answers once another run has emptied its envelope (m4) or destroyed its key (m5).
OVERTAKEN = (KeyDestroyed, KeyRetired, WrongBinding, UnknownFormat)


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

    def unmoved(self) -> list[ItemValue]:
        moved = self.moved()
        return [row for row in self.rows() if row.id not in moved]

    def uncompared(self) -> list[ItemValue]:
        stubs = set(Stub.objects.filter(value_id__in=intents.ids_of(self.intent)).values_list("value_id", flat=True))
        return [row for row in self.rows() if row.id not in stubs]


def finish(intent: Intent) -> None:
    """Run the steps after m0; those already done find nothing left to do.

    raises: CopiesDiffer, NotDestroyed, StillWaiting, what the keyring raises; the intent stays, for another run
    """
    move = Move(intent)
    prepare(move)
    complete(move)


def prepare(move: Move) -> None:
    """Run the steps before the first that cannot be undone."""
    for step in takewhile(_is_before_keys, STEPS):
        step(move)


def complete(move: Move) -> None:
    """Run the steps from the destruction of the live keys on."""
    for step in dropwhile(_is_before_keys, STEPS):
        step(move)


def m1_reseal(move: Move) -> None:
    """Seal all that has not moved yet, in one call; where another run was faster with some, go on with the others."""
    while rows := move.unmoved():
        inquiry = Inquiry.objects.get(id=move.intent.record_id)
        try:
            sealed = sealing.current().reseal([moving.way(row, inquiry) for row in rows])
        except OVERTAKEN:
            if len(move.unmoved()) == len(rows):
                raise
            continue
        move.resealed = dict(zip((row.id for row in rows), sealed, strict=True))
        return


def m2_commit(move: Move) -> None:
    """Where another run was faster its rows stand, and the keys and files made by this one go."""
    inquiry = Inquiry.objects.get(id=move.intent.record_id)
    with transaction.atomic("separate"):
        rows = [moving.new_row(row, move.resealed[row.id], inquiry) for row in move.rows() if row.id in move.resealed]
        SeparateItem.objects.bulk_create(rows, ignore_conflicts=True)
        standing = {row.kid for row in move.moved().values()}
        _tell(row for row in rows if row.kid in standing)
    spare = [sealed for sealed in move.resealed.values() if sealed.kid not in standing]
    move.resealed.clear()
    if spare:
        _let_go(move.intent, spare)


def m3_compare(move: Move) -> None:
    """Hold every live value against its copy, in one call; the copies an earlier run left a stub for were compared.

    A value whose live key is destroyed was moved before a restored database brought it back: only the copy is left.
    """
    gone = set[int]()
    while rows := [row for row in move.uncompared() if row.kid not in gone]:
        moved = move.moved()
        try:
            same = sealing.current().agree([moving.pair(row, moved[row.id]) for row in rows])
        except OVERTAKEN:
            left, gone = len(rows), gone | _destroyed(rows)
            if len([row for row in move.uncompared() if row.kid not in gone]) == left:
                raise
            continue
        wrong = [row.id for row, agrees in zip(rows, same, strict=True) if not agrees]
        if wrong:
            raise CopiesDiffer(
                f"value {wrong[0]} was not resealed faithfully", hint="keep both rows and look at the keyring"
            )
        return


def m4_leave_stubs(move: Move) -> None:
    with transaction.atomic("live"):
        intents.held(move.intent.record_id)
        stubs = [moving.stub(row) for row in move.moved().values()]
        Stub.objects.bulk_create(stubs, ignore_conflicts=True)
        ItemValue.objects.filter(id__in=[stub.value_id for stub in stubs]).update(envelope=b"")


def m5_destroy_keys(move: Move) -> None:
    with intents.noting_the_wait(move.intent):
        sealing.current().destroy([intents.destruction(move.intent)])


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
        clocks.wind(row.id)
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


def _is_before_keys(step: Callable[[Move], None]) -> bool:
    return step is not m5_destroy_keys


def _destroyed(rows: Iterable[ItemValue]) -> set[int]:
    states = sealing.current().states([row.kid for row in rows])
    return {kid for kid, state in states.items() if state is KeyState.DESTROYED}


def _tell(rows: Iterable[SeparateItem]) -> None:
    moved = Counter((row.rule, row.policy_number) for row in rows)
    for (rule, number), values in sorted(moved.items()):
        entry = {"on": policy_today().isoformat(), "rule": rule, "values": values, "policy_number": number}
        journal.record("separate", "separate", entry)


def _let_go(intent: Intent, spare: list[Sealed]) -> None:
    """End what this run sealed in vain; no row names it, so nobody waits for a copy that is away."""
    kids = {sealed.kid: sha256(sealed.envelope).digest() for sealed in spare}
    request = Destruction(uuid4(), DestroyReason.MOVED, intent.body["policy"]["sha256"], kids)
    with suppress(StillWaiting):
        sealing.current().destroy([request])
    remove_files(SEPARATE, (sealed.file for sealed in spare))
