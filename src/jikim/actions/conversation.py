"""The conversation of one record, opened for one answer and never kept. Who may ask is decided by the callers.

Called by `inquiries` and `returning` alone, after the access is written down or the receipt code is proved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jikim.actions import stored
from jikim.actions.values import BYTES, NAME, VALUE, stored_bytes, unseal, unseal_file
from jikim.domain.errors import Misused
from jikim.domain.storage_only import Verb
from jikim.queries.facts import leaving
from jikim.queries.policies import governing
from jikim.store.live.models import Inquiry, ItemValue, Message


@dataclass(frozen=True, slots=True)
class ReadValue:
    """One opened value of one turn."""

    item: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attached file by name; its bytes are opened one by one."""

    value_id: UUID  # of the bytes
    item: str
    name: str = field(repr=False)
    about_bytes: int  # as it lies sealed in the store: a little more than the file has; 0 when it is not there


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation."""

    author: str  # person | handler
    sent_at: datetime
    values: tuple[ReadValue, ...]
    files: tuple[AttachedFile, ...]


@dataclass(frozen=True, slots=True)
class OpenedInquiry:
    """What one record says, opened. For one answer; never kept."""

    record_id: UUID
    turns: tuple[Turn, ...]

    @property
    def files(self) -> tuple[AttachedFile, ...]:
        return tuple(file for turn in self.turns for file in turn.files)


def opened(record_id: UUID, *, grant: str = "") -> OpenedInquiry:
    """Open what was said in one record; raises what the keyring raises.

    What the site recorded by itself, such as an access log, serves another purpose than the answer and stays sealed.
    grant: of the person whose record it is; staff open by their role
    """
    said = ItemValue.objects.filter(record_id=record_id, item__in=_asked(record_id))
    apart = leaving(record_id) | stored.refused(Verb.VIEW, record_id)
    rows = list(said.exclude(id__in=apart).order_by("item", "ordinal", "id"))
    worded = [row for row in rows if row.facet != BYTES]
    words = {row.id: value.decode() for row, value in zip(worded, unseal(worded, grant=grant), strict=True)}
    messages = Message.objects.filter(record_id=record_id).order_by("sent_at", "id")
    turns = (_turn(message, [row for row in rows if row.message_id == message.id], words) for message in messages)
    return OpenedInquiry(record_id, tuple(turns))


def _asked(record_id: UUID) -> tuple[str, ...]:
    row = Inquiry.objects.get(id=record_id)
    return governing(row.policy_number).policy.collection(row.collection).asked


def _turn(message: Message, rows: list[ItemValue], words: Mapping[UUID, str]) -> Turn:
    said = tuple(ReadValue(row.item, words[row.id]) for row in rows if row.facet == VALUE)
    names = {(row.item, row.ordinal): words[row.id] for row in rows if row.facet == NAME}
    files = tuple(
        AttachedFile(row.id, row.item, names.get((row.item, row.ordinal), ""), stored_bytes(row))
        for row in rows
        if row.facet == BYTES
    )
    return Turn(message.author, message.sent_at, said, files)


def opened_file(record_id: UUID, value_id: UUID, *, grant: str = "") -> bytes:
    """Open the bytes of one attached file, to be handed over; raises StorageOnly, or Misused for an unknown id."""
    stored.permit(Verb.EXPORT, record_id, value_id=value_id)
    row = ItemValue.objects.filter(id=value_id, record_id=record_id, facet=BYTES).first()
    if row is None:
        raise Misused(f"record {record_id} has no file {value_id}", hint="take the id from the opened record")
    return unseal_file(row, grant=grant)
