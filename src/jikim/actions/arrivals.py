"""Files on their way in: sealed piece by piece, kept with a record, or waiting half an hour for the form to be sent.

Source: Privacy Policy, "Items collected", "Safety"; PIPA arts. 24-2(1), 29. Nothing of a file in clear is ever whole in
memory or on a disk. What opens a file that waits is in no database: it goes, sealed, into the form that is shown again.
"""

from functools import partial
from uuid import UUID

from jikim.actions import ways_out
from jikim.domain.destruction import LIVE
from jikim.domain.identifiers import has_resident_number
from jikim.domain.identifiers_in_files import FileSearch
from jikim.domain.intake import UploadedFile
from jikim.outbox.gate import NotRegistered
from jikim.sealing.errors import StoreUnavailable
from jikim.sealing.file_store import attachments
from jikim.sealing.files import FileCard, SealingFile, read_anywhere
from jikim.sealing.waiting import Slips

MOST_WAITING_BYTES = 512 * 1024 * 1024  # of everybody's files; with more, files have to be chosen again

slips = Slips()


class Arriving:
    """One file that arrives. Every call raises StoreUnavailable, and then nothing of the file is there."""

    def __init__(self, name: str, item: str) -> None:
        _let_out(item)
        self.name, self._item = name, item
        self._store, self._search = attachments(LIVE), FileSearch()
        self._sealing = SealingFile(self._store)

    @property
    def size(self) -> int:
        return self._sealing.size

    def write(self, chunk: bytes) -> None:
        self._search.feed(chunk)
        self._sealing.write(chunk)

    def end(self) -> UploadedFile:
        """Return the file as it waits now, sealed whole."""
        self._sealing.end()
        card = self._sealing.card()
        is_numbered = has_resident_number(self.name) or self._search.has_number(
            partial(read_anywhere, self._store, card)
        )
        return UploadedFile(self.name, card.size, card.to_bytes(), self._item, is_numbered=is_numbered)

    def abandon(self) -> None:
        self._sealing.abandon()


def _let_out(item: str) -> None:
    """Refuse a store that the policy does not name: to whoever sends, it is one that cannot be written to."""
    try:
        ways_out.let_file_out(item)
    except NotRegistered as refusal:
        raise StoreUnavailable(refusal.message, hint=refusal.hint) from refusal


def arrived(name: str, content: bytes, item: str = "") -> UploadedFile:
    """Take a whole file in at once; raises StoreUnavailable."""
    arriving = Arriving(name, item)
    arriving.write(content)
    return arriving.end()


def slip_of(file: UploadedFile, form: str) -> str:
    """Return what lets one form have a waiting file; "" when so much waits that this file cannot."""
    store, name = attachments(LIVE), name_of(file)
    if store.waiting_bytes() > MOST_WAITING_BYTES or not store.wait_on(name):
        store.let_go(name)
        return ""
    facts = {"name": file.name, "card": file.card.hex(), "item": file.item}
    return slips.make(form, facts)


def of_slip(slip: str, form: str) -> UploadedFile | None:
    """Return the file that a form's slip is for; None when the slip is over or not this form's."""
    facts = slips.read(form, slip)
    if facts is None:
        return None
    card = bytes.fromhex(facts["card"])
    return UploadedFile(facts["name"], FileCard.from_bytes(card).size, card, facts["item"])


def waits(file: UploadedFile) -> bool:
    """Say whether a file is still there to be sent."""
    return attachments(LIVE).waits(name_of(file))


def let_go(file: UploadedFile) -> None:
    """Remove a file that nobody wants any more; one that was kept meanwhile stays."""
    attachments(LIVE).let_go(name_of(file))


def name_of(file: UploadedFile) -> UUID:
    return FileCard.from_bytes(file.card).name
