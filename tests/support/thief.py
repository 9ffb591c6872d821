"""A thief with whole copies of a home: what the keys that hang from a root open of what lay there on any day."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from jikim.sealing.formats import SLOT_BYTES, SlotBlank, open_envelope, read_slot, root_key
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import DoesNotOpen, Key
from jikim.sealing.tree.ports import SealedNode
from tests.support.adversary import Adversary

Keys = Mapping[int, Collection[bytes]]
ROWS = {
    "live": "SELECT kid, record_id, id, item, facet, envelope FROM live_itemvalue WHERE facet IN ('value', 'name')",
    "separate": "SELECT kid, record_id, value_id, item, facet, envelope FROM separate_separateitem"
    " WHERE facet IN ('value', 'name')",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A home as it lay on one day, while nothing ran."""

    folder: Path

    def rows(self) -> Iterator[tuple[int, Binding, bytes]]:
        """Yield every sealed value: its key's number, what it is bound to, its envelope."""
        for store, rows in ROWS.items():
            with closing(sqlite3.connect(self.folder / f"{store}.sqlite3")) as database:
                for kid, record, value, item, facet, envelope in database.execute(rows):
                    yield kid, Binding(store, UUID(record), UUID(value), item, facet), envelope

    def blobs(self) -> list[SealedNode]:
        with closing(sqlite3.connect(self.folder / "keys" / "keyring.sqlite3")) as keyring:
            return [SealedNode(*row) for row in keyring.execute("SELECT id, birth, blob FROM node")]

    def root(self) -> tuple[bytes, bytes]:
        """Return the share that lies in the only mirror, and the root it makes."""
        data, found = (self.folder / "keys" / "root.slots").read_bytes(), []
        for at in range(0, len(data), SLOT_BYTES):
            try:
                found.append(read_slot(data[at : at + SLOT_BYTES]))
            except SlotBlank:
                continue
        (slot,) = found
        return slot.share.reveal(), root_key(slot.epoch, [slot.share]).reveal()

    def words(self, keys: Keys) -> set[str]:
        """Return what these keys open of it."""
        return {
            word.decode()
            for kid, binding, envelope in self.rows()
            for key in keys.get(kid, ())
            if (word := _opened(key, kid, binding, envelope)) is not None
        }


def _opened(key: bytes, kid: int, binding: Binding, envelope: bytes) -> bytes | None:
    try:
        return bytes(open_envelope(Key(key), kid, binding, envelope))
    except DoesNotOpen:
        return None


def keys_from(root: bytes, *copies: Copy) -> Keys:
    """Return every key that hangs from a root, in any node that any of the copies holds, by its number.

    A number may have two, one of them drawn in vain: the thief tries both.
    """
    adversary = Adversary()
    adversary.blobs = list(dict.fromkeys(blob for copy in copies for blob in copy.blobs()))
    found: dict[int, set[bytes]] = {}
    for kid, key in adversary.reach(root):
        found.setdefault(kid, set()).add(key)
    return found
