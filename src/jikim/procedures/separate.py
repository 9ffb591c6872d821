"""Set values aside: from `live` to the separate database, for storage only. Numbered, and safe to repeat at any step.

    m0  hold the records still, ask again whether they are due, write an intent for each
    m1  seal each value again, for its new place under a new key (inside the keyring; no value leaves it), files too
    m2  commit the new rows to `separate`
    m3  check that both envelopes hold the same value
    m4  leave stubs in `live` and empty its envelopes
    m5  destroy the live keys
    m6  check that they are destroyed
    m7  remove the live files, delete the live rows, note the state, end the intent

Each step takes a whole slice of records: one transaction of a database, and one question to the keyring for as many
values as it answers at once. A crash between m1 and m2 leaves keys without any envelope, which open nothing. Until m4
the live copy is the one that counts, from m4 on the separate one.

Source: Privacy Policy, "Destruction procedure" (a separate database); PIPA art. 21(3); Standard Guideline art. 11.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from jikim import sealing
from jikim.actions import clocks, journal
from jikim.actions.values import remove_files
from jikim.clock import policy_today
from jikim.domain.destruction import LIVE, SEPARATE, NotDestroyed
from jikim.domain.leaf import DestroyReason
from jikim.domain.terms import RecordState
from jikim.procedures import intents, moving, together
from jikim.procedures.slices import Slice
from jikim.queries import versions
from jikim.sealing.errors import StillWaiting, UnknownFormat
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyDestroyed, KeyState, Sealed, WrongBinding
from jikim.sealing.tree.errors import KeyRetired
from jikim.store.direct import among, insert_unless_there, update
from jikim.store.live.models import Inquiry, Intent, ItemValue, Stub
from jikim.store.separate.models import SeparateItem

# What a live value answers once another run has emptied its envelope (m4) or destroyed its key (m5).
OVERTAKEN = (KeyDestroyed, KeyRetired, WrongBinding, UnknownFormat)
AT_ONCE = 64  # values of one question to the keyring


class CopiesDiffer(NotDestroyed):
    """A resealed value is not the value it was made from; the live copy was left as it was."""


def finish(some: Slice) -> None:
    """Run the steps after m0 for what a slice sets aside; those already done find nothing left to do.

    raises: CopiesDiffer, NotDestroyed, StillWaiting, what the keyring raises; the intents stay, for another run
    """
    if some.moves:
        for step in STEPS:
            step(some)


def m1_reseal(some: Slice) -> None:
    """Seal all that has not moved yet; where another run was faster with some, go on with the others."""
    left = _unmoved(some)
    while left:
        part = left[:AT_ONCE]
        try:
            sealed = sealing.current().reseal([one.way() for one in part])
        except OVERTAKEN:
            fewer = _unmoved(some)
            if len(fewer) == len(left):
                raise
            left = fewer
        else:
            some.resealed |= {one.row.id: one.new_row(new) for one, new in zip(part, sealed, strict=True)}
            left = left[AT_ONCE:]


def m2_commit(some: Slice) -> None:
    """Where another run was faster its rows stand, and the keys and files made by this one go.

    What a larger slice resealed of other intents is theirs to store.
    """
    rows = [some.resealed[value_id] for value_id in some.moved_ids if value_id in some.resealed]
    with transaction.atomic("separate"):
        insert_unless_there(*rows)
        standing = {kid for (kid,) in among(SeparateItem, "value_id", some.moved_ids, ["kid"])}
        _tell(row for row in rows if row.kid in standing)
    spare = [row for row in rows if row.kid not in standing]
    for row in rows:
        del some.resealed[row.value_id]
    if spare:
        _let_go(some.moves[0], spare)


def m3_compare(some: Slice) -> None:
    """Hold every live value against its copy; the copies an earlier run left a stub for were compared.

    A value whose live key is destroyed was moved before a restored database brought it back: only the copy is left.
    """
    gone = set[int]()
    while rows := [row for row in _uncompared(some) if row.kid not in gone]:
        moved = _moved(some)
        try:
            same = sealing.current().agree([moving.pair(row, moved[row.id]) for row in rows])
        except OVERTAKEN:
            left, gone = len(rows), gone | _destroyed(rows)
            if len([row for row in _uncompared(some) if row.kid not in gone]) == left:
                raise
            continue
        wrong = [row.id for row, agrees in zip(rows, same, strict=True) if not agrees]
        if wrong:
            raise CopiesDiffer(
                f"value {wrong[0]} was not resealed faithfully", hint="keep both rows and look at the keyring"
            )
        return


def m4_leave_stubs(some: Slice) -> None:
    with transaction.atomic("live"):
        intents.hold({intent.record_id for intent in some.moves})
        told: list[Any] = among(SeparateItem, "value_id", some.moved_ids, moving.TOLD_OF_COPIES)
        stubs = [Stub(*columns) for columns in sorted(told)]  # by their ids, in one order for everybody
        insert_unless_there(*stubs)
        ItemValue.objects.filter(id__in=[stub.value_id for stub in stubs]).update(envelope=b"")


def m5_destroy_keys(some: Slice) -> None:
    together.destroy_keys(some)


def m6_check_keys(some: Slice) -> None:
    intents.refuse_living_keys(some.moves)


def m7_delete_rows(some: Slice) -> None:
    with transaction.atomic("live"):
        rows = intents.held({intent.record_id for intent in some.moves})
        ending = intents.standing(some.moves)
        gone = [one for intent in ending for one in intents.ids_of(intent)]
        remove_files(LIVE, (file for (file,) in among(ItemValue, "id", gone, ["file"])))
        ItemValue.objects.filter(id__in=gone).delete()
        _note_state(rows, ending)
        intents.end(ending)


STEPS: tuple[Callable[[Slice], None], ...] = (
    m1_reseal,
    m2_commit,
    m3_compare,
    m4_leave_stubs,
    m5_destroy_keys,
    m6_check_keys,
    m7_delete_rows,
)


def _moved(some: Slice) -> dict[UUID, Sealed]:
    copies = among(SeparateItem, "value_id", some.moved_ids, ("value_id", "kid", "envelope", "file"))
    return {value_id: Sealed(*sealed) for value_id, *sealed in copies}


def _unmoved(some: Slice) -> list[moving.Leaving]:
    """Return what has no row in `separate` yet, and no new envelope in this run."""
    moved = {value_id for (value_id,) in among(SeparateItem, "value_id", some.moved_ids, ["value_id"])}
    left = [value_id for value_id in some.moved_ids if value_id not in moved and value_id not in some.resealed]
    return moving.leaving(moving.live_values(left))


def _uncompared(some: Slice) -> list[moving.LiveValue]:
    stubs = {value_id for (value_id,) in among(Stub, "value_id", some.moved_ids, ["value_id"])}
    return moving.live_values(value_id for value_id in some.moved_ids if value_id not in stubs)


def _destroyed(rows: Iterable[moving.LiveValue]) -> set[int]:
    states = sealing.current().states([row.kid for row in rows])
    return {kid for kid, state in states.items() if state is KeyState.DESTROYED}


def _note_state(rows: dict[UUID, Inquiry], ended: Sequence[Intent]) -> None:
    known, moved = versions.now(), {intent.record_id: intent for intent in ended}
    changed = [rows[record_id] for record_id in moved]
    days = clocks.next_days(changed)
    for row in changed:
        row.set_aside_on = row.set_aside_on or date.fromisoformat(moved[row.id].body["on"])
        row.state = RecordState.SET_ASIDE
        intents.mark_achieved(row, known)
        row.next_due_on = days[row.id]
    update(changed, ["state", "set_aside_on", "achieved_on", "next_due_on"])


def _tell(rows: Iterable[SeparateItem]) -> None:
    moved = Counter((row.rule, row.policy_number) for row in rows)
    on = policy_today().isoformat()
    told = [
        {"on": on, "rule": rule, "values": values, "policy_number": number}
        for (rule, number), values in sorted(moved.items())
    ]
    journal.record_all("separate", "separate", told)


def _let_go(intent: Intent, spare: list[SeparateItem]) -> None:
    """End what this run sealed in vain; no row names it, so nobody waits for a copy that is away."""
    kids = {row.kid: sha256(row.envelope).digest() for row in spare}
    request = Destruction(uuid4(), DestroyReason.MOVED, intent.body["policy"]["sha256"], kids)
    with suppress(StillWaiting):
        sealing.current().destroy([request])
    remove_files(SEPARATE, (row.file for row in spare))
