"""Destroy values so that they cannot be reproduced. Numbered, and safe to run again at any step.

    d0  hold the records still, ask again whether they are due, write an intent for each
    d1  destroy the keys, those of addresses copied for a letter included
    d2  check that every one of them is destroyed
    d3  remove the files, delete the rows, and count that none is left
    d4  keep the signed certificates with what was checked, note the states, end the intents

Each step takes a whole slice of records; each intent has a certificate of its own. "Destroyed" is said in d4 and
nowhere before. Nothing undoes d1; an intent found after a crash is finished.

Source: Privacy Policy, "Destruction method"; PIPA art. 21(2); Decree art. 16(1); Safety Measures Standard art. 13.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.actions import clocks, journal
from jikim.actions.values import remove_files
from jikim.clock import policy_now, policy_today
from jikim.domain.destruction import LIVE, SEPARATE, NotDestroyed
from jikim.domain.leaf import DestroyReason
from jikim.domain.terms import RecordState
from jikim.procedures import certificate, intents, letters, together
from jikim.procedures.slices import Slice
from jikim.queries import versions
from jikim.queries.versions import Versions
from jikim.sealing.keyd.values import Destruction, Hello
from jikim.store.direct import insert, update
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, Message, Stub
from jikim.store.separate.models import SeparateItem

STATE = ("state", "achieved_on", "destroyed_on", "next_due_on")  # what d4 may change of a record


def finish(some: Slice) -> None:
    """Run the steps after d0 for what a slice destroys; those already done find nothing left to do.

    A certificate has its intent's id.
    raises: NotDestroyed, StillWaiting (a copy is away), what the keyring and the store of attachments raise; the
            intents stay, nothing was certified, and another run goes on with them
    """
    if some.ends:
        for step in STEPS:
            step(some)


def d1_destroy_keys(some: Slice) -> None:
    said = together.destroy_keys(some).at.isoformat()
    intents.note(some.ends, keyring_said_at=said, keys_destroyed_at=policy_now().isoformat())


def d2_check_keys(some: Slice) -> None:
    intents.refuse_living_keys(some.ends)


def d3_delete_rows(some: Slice) -> None:
    """What was found out so far is durable before the rows that it tells of are gone."""
    intents.keep(some.ends)
    letters.empty(some.ends)
    for alias in (LIVE, SEPARATE):
        mine = [intent for intent in some.ends if intent.body["store"] == alias]
        if mine:
            _delete(alias, mine)


def d4_certify(some: Slice) -> None:
    asked = [(intent.id, intents.kids_of(intent)) for intent in some.ends]
    signed = dict(zip((intent.id for intent in some.ends), sealing.current().certificates(asked), strict=True))
    with transaction.atomic("live"):
        rows = intents.held({intent.record_id for intent in some.ends})
        ending = intents.standing(some.ends)  # of the others another run was faster, and has certified
        known, hello = versions.now(), sealing.current().hello()
        insert([_certificate(intent, signed[intent.id], hello, known) for intent in ending])
        values = [value_id for intent in ending for value_id in intents.ids_of(intent)]
        Stub.objects.filter(value_id__in=values).delete()
        note_states([rows[record_id] for record_id in {intent.record_id for intent in ending}], known)
        journal.record_all("live", "destroy", [_told(rows[intent.record_id], intent) for intent in ending])
        intents.end(ending)


STEPS: tuple[Callable[[Slice], None], ...] = (d1_destroy_keys, d2_check_keys, d3_delete_rows, d4_certify)


def _delete(alias: str, ends: Sequence[Intent]) -> None:
    ids = [value_id for intent in ends for value_id in intents.ids_of(intent)]
    rows = ItemValue.objects.filter(id__in=ids) if alias == LIVE else SeparateItem.objects.filter(value_id__in=ids)
    remove_files(alias, rows.exclude(file=None).values_list("file", flat=True))
    with transaction.atomic(alias):
        deleted, _ = rows.delete()
        if deleted:
            journal.record(alias, "erase-rows", {"on": policy_today().isoformat(), "values": deleted})
    left = rows.values_list("record_id", flat=True).first()
    if left:
        raise NotDestroyed(f"rows of record {left} came back", hint="look at who writes to the store")
    intents.note(ends, rows_left=0, rows_deleted_at=policy_now().isoformat())


def _certificate(intent: Intent, signed: Mapping[str, object], hello: Hello, known: Versions) -> Certificate:
    policy = known.policy(intent.body["policy"]["version"])
    return Certificate(
        id=intent.id,
        record_id=intent.record_id,
        reason=intent.reason,
        issued_at=policy_now(),
        body=certificate.write(intent, signed, hello, policy),
    )


def note_states(rows: Collection[Inquiry], known: Versions) -> None:
    """With its last value gone a record is destroyed: its conversation's outline and its gate go, its dates stay."""
    days = clocks.next_days(rows)
    left = _with_values({row.id for row in rows})
    over = [row for row in rows if row.id not in left]
    for row in rows:
        intents.mark_achieved(row, known)
        row.next_due_on = days[row.id]
    for row in over:
        row.state, row.destroyed_on = RecordState.DESTROYED, policy_today()
    update(list(rows), STATE)
    if over:
        Message.objects.filter(record_id__in=[row.id for row in over]).delete()
        _end_gates(over, known)


def _with_values(record_ids: set[UUID]) -> set[UUID]:
    live = ItemValue.objects.filter(record_id__in=record_ids).values_list("record_id", flat=True)
    kept = Stub.objects.filter(record_id__in=record_ids).values_list("record_id", flat=True)
    return {*live, *kept}


def _end_gates(rows: Sequence[Inquiry], known: Versions) -> None:
    """Have the gates' keys destroyed with the next batch: nothing is left behind them. Named by the record, so once."""
    sealing.current().ask([_end_of_gate(row, known.of(row.policy_number).sha256) for row in rows])


def _end_of_gate(row: Inquiry, policy: str) -> Destruction:
    kids = {row.gate_kid: sha256(bytes(row.gate_envelope)).digest()}
    return Destruction(row.id, DestroyReason.RETENTION_EXPIRED, policy, kids)


def _told(row: Inquiry, intent: Intent) -> dict[str, object]:
    return {
        "on": policy_today().isoformat(),
        "certificate": str(intent.id),
        "reason": intent.reason,
        "record_class": intent.body["record_class"],
        "values": len(intents.ids_of(intent)),
        "policy_number": row.policy_number,
    }
