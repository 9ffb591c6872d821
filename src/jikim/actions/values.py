"""From plain values to sealed rows and back. A whole form is one keyring batch; nothing plain is ever stored."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db import DatabaseError

from jikim import sealing
from jikim.domain.destruction import LIVE
from jikim.sealing.keyring import Binding, KeyringUnavailable, KeysLinger, Sealed, SealRequest
from jikim.store.live.models import ItemValue

log = logging.getLogger(__name__)

VALUE, NAME, BYTES = "value", "name", "bytes"


@dataclass(frozen=True, slots=True)
class PlainValue:
    """One value on its way to its envelope."""

    item: str
    facet: str  # value; of files: name | bytes
    ordinal: int
    content: bytes = field(repr=False)


def seal(record_id: UUID, message_id: UUID, values: Iterable[PlainValue], *, collected_on: date) -> list[ItemValue]:
    """Seal values in one batch and return their rows, not yet saved; every key is durable before this returns."""
    plain = list(values)
    ids = [uuid4() for _ in plain]
    requests = [
        SealRequest(Binding(LIVE, record_id, value_id, value.item, value.facet), value.content)
        for value_id, value in zip(ids, plain, strict=True)
    ]
    sealed = sealing.current().seal(requests)
    return [
        ItemValue(
            id=value_id,
            record_id=record_id,
            message_id=message_id,
            item=value.item,
            facet=value.facet,
            ordinal=value.ordinal,
            kid=envelope.kid,
            envelope=envelope.envelope,
            collected_on=collected_on,
        )
        for value_id, value, envelope in zip(ids, plain, sealed, strict=True)
    ]


def unseal(row: ItemValue) -> bytes:
    """Return the value of one live row; raises what the keyring raises, and then nothing was seen."""
    return sealing.current().open_sealed(binding_of(row), Sealed(row.kid, bytes(row.envelope)))


def binding_of(row: ItemValue) -> Binding:
    return Binding(LIVE, row.record_id, row.id, row.item, row.facet)


def forget(rows: Sequence[ItemValue]) -> None:
    """Destroy the keys of rows that were sealed and never committed.

    A connection lost at the commit leaves open whether it happened, so the database is asked. Where it cannot be, the
    keys stay: a key without its envelope opens nothing, an envelope without its key is somebody's words, lost.
    """
    if not rows:
        return
    try:
        if not ItemValue.objects.filter(id__in=[row.id for row in rows]).exists():
            sealing.current().destroy([row.kid for row in rows])
    except (DatabaseError, KeyringUnavailable, KeysLinger) as error:
        log.warning("%d keys of values that were not stored stay behind: %s", len(rows), type(error).__name__)
