"""Destroy values so that they cannot be reproduced. Numbered, and safe to run again at any step.

    d0  hold the record still, ask again whether it is due, write the intent
    d1  destroy the keys, those of addresses copied for a letter included
    d2  check that every one of them is destroyed
    d3  remove the files, delete the rows, and count that none is left
    d4  keep the signed certificate with what was checked, note the state, end the intent

"Destroyed" is said in d4 and nowhere before. Nothing undoes d1; an intent found after a crash is finished.

Source: Privacy Policy, "Destruction method"; PIPA art. 21(2); Decree art. 16(1); Safety Measures Standard art. 13.
"""

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.actions import clocks, journal
from jikim.actions.values import remove_files
from jikim.clock import policy_now, policy_today
from jikim.domain.destruction import LIVE, NotDestroyed
from jikim.domain.leaf import DestroyReason
from jikim.domain.terms import RecordState
from jikim.procedures import certificate, intents, letters
from jikim.queries.policies import governing
from jikim.sealing.keyd.values import Destruction
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, Message, Quarantine, Stub
from jikim.store.separate.models import SeparateItem


def finish(intent: Intent) -> UUID:
    """Run the steps after d0; those already done find nothing left to do. Returns the certificate's id.

    raises: NotDestroyed, StillWaiting (a copy is away), what the keyring and the store of attachments raise; the intent
            stays, nothing was certified, and another run goes on with it
    """
    certificate_id = intent.id
    for step in STEPS:
        step(intent)
    return certificate_id


def requests(intent: Intent) -> list[Destruction]:
    """Return what the keyring is asked to destroy at once: the values, and the copies of them that letters hold."""
    return [intents.destruction(intent), *letters.copies(intent.record_id, intents.items_of(intent))]


def d1_destroy_keys(intent: Intent) -> None:
    with intents.noting_the_wait(intent):
        destroyed = sealing.current().destroy(requests(intent))
    intents.note(intent, keyring_said_at=destroyed.at.isoformat(), keys_destroyed_at=policy_now().isoformat())


def d2_check_keys(intent: Intent) -> None:
    checked = intents.refuse_living_keys(intent)
    intents.note(intent, keys_checked=checked, keys_checked_at=policy_now().isoformat())


def d3_delete_rows(intent: Intent) -> None:
    alias, ids = intent.body["store"], intents.ids_of(intent)
    rows = ItemValue.objects.filter(id__in=ids) if alias == LIVE else SeparateItem.objects.filter(value_id__in=ids)
    letters.empty(intent.record_id, intents.items_of(intent))
    remove_files(alias, rows.values_list("file", flat=True))
    with transaction.atomic(alias):
        deleted, _ = rows.delete()
        if deleted:
            journal.record(alias, "erase-rows", {"on": policy_today().isoformat(), "values": deleted})
    left = rows.count()
    if left:
        raise NotDestroyed(
            f"{left} rows of record {intent.record_id} came back", hint="look at who writes to the store"
        )
    intents.note(intent, rows_left=left, rows_deleted_at=policy_now().isoformat())


def d4_certify(intent: Intent) -> None:
    signed = sealing.current().certificate(intent.id, intents.kids_of(intent))
    with transaction.atomic("live"):
        row = intents.held(intent.record_id)
        if not Intent.objects.filter(id=intent.id).exists():
            return  # another run was faster and has certified
        Certificate.objects.create(
            id=intent.id,
            record_id=row.id,
            reason=intent.reason,
            issued_at=policy_now(),
            body=certificate.write(intent, signed, sealing.current().hello()),
        )
        Stub.objects.filter(value_id__in=intents.ids_of(intent)).delete()
        _note_state(row)
        clocks.wind(row.id)
        _tell(row, intent)
        Quarantine.objects.filter(record_id=row.id).delete()
        Intent.objects.filter(id=intent.id).delete()


STEPS: tuple[Callable[[Intent], None], ...] = (d1_destroy_keys, d2_check_keys, d3_delete_rows, d4_certify)


def _note_state(row: Inquiry) -> None:
    """With its last value gone a record is destroyed: its conversation's outline and its gate go, its dates stay."""
    intents.mark_achieved(row)
    record = {"record_id": row.id}
    if not ItemValue.objects.filter(**record).exists() and not Stub.objects.filter(**record).exists():
        row.state, row.destroyed_on = RecordState.DESTROYED, policy_today()
        Message.objects.filter(**record).delete()
        _end_gate(row)
    row.save()


def _end_gate(row: Inquiry) -> None:
    """Have the gate's key destroyed with the next batch: behind it nothing is left. Named after the record, so once."""
    kids = {row.gate_kid: sha256(bytes(row.gate_envelope)).digest()}
    policy = governing(row.policy_number).sha256
    sealing.current().ask([Destruction(row.id, DestroyReason.RETENTION_EXPIRED, policy, kids)])


def _tell(row: Inquiry, intent: Intent) -> None:
    entry = {
        "on": policy_today().isoformat(),
        "certificate": str(intent.id),
        "reason": intent.reason,
        "record_class": intent.body["record_class"],
        "values": len(intents.ids_of(intent)),
        "policy_number": row.policy_number,
    }
    journal.record("live", "destroy", entry)
