"""From plain values to sealed rows and back. A whole form is one keyring batch; nothing plain is ever stored.

The bytes of a file were sealed while they arrived; their row holds the file's card, sealed like any value.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import DatabaseError

from jikim import sealing
from jikim.domain.destruction import LIVE
from jikim.sealing.errors import FileMissing, StoreUnavailable
from jikim.sealing.file_store import attachments
from jikim.sealing.files import FileCard, open_file
from jikim.sealing.keyd.values import Founded, NewValue
from jikim.sealing.keyring import Binding, KeyDestroyed, KeyState, KeyUnknown, Sealed, SealRequest
from jikim.store.live.models import ItemValue

log = logging.getLogger(__name__)

IDS_AT_ONCE = 16  # drawn together: as many as most forms have values

VALUE, NAME, BYTES = "value", "name", "bytes"


@dataclass(frozen=True, slots=True)
class PlainValue:
    """One value on its way to its envelope. Its content: of a file's bytes, the card of the file that waits."""

    item: str
    facet: str  # value; of files: name | bytes
    ordinal: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter that is queued with a new record, and which of its values is the address."""

    letter_id: UUID
    value: PlainValue


@dataclass(frozen=True, slots=True)
class Ready:
    """A value that only its envelope is missing."""

    value_id: UUID
    value: PlainValue
    file: UUID | None

    def new(self, letter: Addressed | None) -> NewValue:
        marked = letter.letter_id if letter and letter.value is self.value else None
        return NewValue(self.value_id, self.value.item, self.value.facet, self.value.content, marked)

    def row(self, record_id: UUID, message_id: UUID, sealed: Sealed, collected_on: date) -> ItemValue:
        return ItemValue(
            id=self.value_id,
            record_id=record_id,
            message_id=message_id,
            item=self.value.item,
            facet=self.value.facet,
            ordinal=self.value.ordinal,
            kid=sealed.kid,
            envelope=sealed.envelope,
            file=self.file,
            collected_on=collected_on,
        )


def found(
    receipt_digest: str,
    message_id: UUID,
    values: Iterable[PlainValue],
    *,
    collected_on: date,
    letter: Addressed | None,
) -> tuple[Founded, list[ItemValue]]:
    """Found a record with its first values; returns what the keyring drew for it, and the rows, not yet saved.

    letter: its address is sealed for the postman in the same call
    """
    with _ready(values) as ready:
        founded = sealing.current().found(receipt_digest, [one.new(letter) for one in ready])
    sealed = zip(ready, founded.sealed, strict=True)
    return founded, [one.row(founded.record_id, message_id, words, collected_on) for one, words in sealed]


def seal(
    record_id: UUID, message_id: UUID, values: Iterable[PlainValue], *, collected_on: date, grant: str = ""
) -> list[ItemValue]:
    """Seal values in one batch and return their rows, not yet saved; every key is durable before this returns.

    grant: of the person whose record it is; staff seal by their role
    """
    with _ready(values) as ready:
        requests = [
            SealRequest(Binding(LIVE, record_id, one.value_id, one.value.item, one.value.facet), one.value.content)
            for one in ready
        ]
        sealed = sealing.current().seal(requests, grant=grant)
    return [one.row(record_id, message_id, words, collected_on) for one, words in zip(ready, sealed, strict=True)]


def unseal(rows: Sequence[ItemValue], *, grant: str = "") -> list[bytes]:
    """Return the values of live rows, in their order; raises what the keyring raises, and then nothing was seen.

    grant: of the person whose record it is; staff open by their role
    """
    places = [(binding_of(row), Sealed(row.kid, bytes(row.envelope))) for row in rows]
    opened = sealing.current().open_all(places, grant=grant)
    return [_alive(row, value) for row, value in zip(rows, opened, strict=True)]


def unseal_file(row: ItemValue, *, grant: str = "") -> bytes:
    """Return the bytes of one attached file; raises what the keyring and the store of attachments raise."""
    (card,) = unseal([row], grant=grant)
    return b"".join(open_file(attachments(LIVE), FileCard.from_bytes(card)))


def stored_bytes(row: ItemValue) -> int:
    """Say how long a file is as it lies in the store; 0 when it is not there, which opening it tells in full."""
    try:
        return attachments(LIVE).size(row.file) if row.file else 0
    except FileMissing:
        return 0


def binding_of(row: ItemValue) -> Binding:
    return Binding(LIVE, row.record_id, row.id, row.item, row.facet)


def forget(rows: Sequence[ItemValue]) -> None:
    """Let the files of rows that were sealed and never committed wait again, for their form may be sent once more.

    Their keys stay for a later sweep: a process that serves the public may destroy none, and a key without its envelope
    opens nothing. A connection lost at the commit leaves open whether it happened, so the database is asked first.
    """
    if not rows:
        return
    try:
        if not ItemValue.objects.filter(id__in=[row.id for row in rows]).exists():
            _give_back(row.file for row in rows)
    except DatabaseError as error:
        log.warning("the files of %d values that were not stored stay behind: %s", len(rows), type(error).__name__)


def remove_files(alias: str, names: Iterable[UUID | None]) -> None:
    """Remove files that no row names any more; one that is not there is no error, and one left behind opens nothing."""
    store = attachments(alias)
    for name in names:
        if name is not None:
            store.remove(name)


def _give_back(names: Iterable[UUID | None]) -> None:
    """Let files wait again; one that cannot stays behind for the sweep, and hides nothing of what went wrong before."""
    store = attachments(LIVE)
    for name in names:
        try:
            if name is not None:
                store.give_back(name)
        except (FileMissing, StoreUnavailable) as error:
            log.warning("file %s that was not stored stays behind: %s", name, type(error).__name__)


@contextmanager
def _ready(values: Iterable[PlainValue]) -> Iterator[list[Ready]]:
    """Have the store keep the files; when what follows fails, they wait again."""
    kept: list[Ready] = []
    ids = _ids_alike()
    try:
        for value in values:
            kept.append(_kept(next(ids), value))  # noqa: PERF401 - what was kept before a failure has to be known after it
        yield kept
    except BaseException:
        _give_back(one.file for one in kept)
        raise


def _alive(row: ItemValue, value: bytes | KeyState) -> bytes:
    if isinstance(value, bytes):
        return value
    if value is KeyState.UNKNOWN:
        raise KeyUnknown(
            f"the keyring never made key {row.kid} of value {row.id}",
            hint="this is the wrong keyring or an old copy of it; the value is not erased, so never say that it is",
        )
    raise KeyDestroyed(f"key {row.kid} of value {row.id} is {value}", hint="nothing opens the value any more")


def _ids_alike() -> Iterator[UUID]:
    """Draw ids that begin alike, so that what comes together lies together in an index; they tell no time."""
    head = secrets.token_bytes(8)
    while True:
        tails = secrets.token_bytes(8 * IDS_AT_ONCE)
        yield from (UUID(bytes=head + tails[at : at + 8], version=4) for at in range(0, len(tails), 8))


def _kept(value_id: UUID, value: PlainValue) -> Ready:
    if value.facet != BYTES:
        return Ready(value_id, value, None)
    name = FileCard.from_bytes(value.content).name
    attachments(LIVE).keep(name)
    return Ready(value_id, value, name)
