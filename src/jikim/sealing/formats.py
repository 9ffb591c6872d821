"""Every byte layout and every name of the key tree, frozen; docs/formats.md says the same in a table.

A name stands first in whatever it authenticates or hashes, so that no bytes of one kind ever pass for another's. All
numbers are unsigned and big-endian.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from jikim.sealing.errors import UnknownFormat, WrongBinding
from jikim.sealing.keyring import Binding
from jikim.sealing.kids import FAN_OUT, u64, within
from jikim.sealing.primitives import (
    DIGEST_BYTES,
    KEY_BYTES,
    DoesNotOpen,
    Framed,
    Key,
    Share,
    commit,
    decrypt,
    derive,
    encrypt,
    length_prefixed,
    open_sealed,
    seal,
)

NODE = b"jikim/node/1"
ENVELOPE = b"jikim/env/1"
ATTACHMENT = b"jikim/att/1"
ROOT = b"jikim/root/1"
ROOT_COMMITMENT = b"jikim/rc/1"
KEY_COMMITMENT = b"jikim/kc/1"
REQUEST = b"jikim/req/1"
INDEX = b"jikim/index/1"
GRANT = b"jikim/grant/1"
LEAF = b"jikim/leaf/1"
PASSKEY = b"jikim/passkey/1"
WAITING = b"jikim/waiting/1"

AES_256_GCM = 1
STORES = frozenset({"live", "separate", "mail", "index"})

MAGIC = b"JK1"
HEADER_BYTES = len(MAGIC) + 1 + 8 + 4
CHILD_BYTES = 1 + KEY_BYTES

SLOT_MAGIC = b"JKROOT01"
SLOT_BYTES = 4096
SALT_BYTES = 16


# --- nodes -------------------------------------------------------------------------------------------------------


def seal_node(key: Key, node: int, birth: int, children: Mapping[int, Key]) -> bytes:
    """Return a node's blob. birth: the epoch in which `key` was born, not that of this version."""
    words = bytearray(CHILD_BYTES * len(children))  # its full size at once: growing would leave copies of keys behind
    for place, slot in enumerate(sorted(children)):
        start = CHILD_BYTES * place
        words[start] = within(slot, FAN_OUT - 1, "slot")
        words[start + 1 : start + CHILD_BYTES] = children[slot].lend()
    return _sealed_words(key, birth, node, words)


def cut_node(
    was: tuple[Key, int], becomes: tuple[Key, int], node: int, blob: bytes, cut: Collection[int]
) -> tuple[bytes, dict[int, Key]]:
    """Seal a node anew without some of its children, and return those of them that were there by slot.

    was, becomes: the node's key and the epoch of that key's birth, before and after
    raises: as `open_node` does
    """
    words = _node_words(*was, node, blob)
    gone = [at for at in range(0, len(words), CHILD_BYTES) if words[at] in cut]
    taken = {words[at]: Key(words[at + 1 : at + CHILD_BYTES]) for at in gone}
    rest = bytearray(len(words) - CHILD_BYTES * len(gone))  # its full size at once, as above
    filled = 0
    for start, end in pairwise([-CHILD_BYTES, *gone, len(words)]):
        kept = end - start - CHILD_BYTES
        rest[filled : filled + kept] = memoryview(words)[start + CHILD_BYTES : end]
        filled += kept
    words[:] = bytes(len(words))
    return _sealed_words(*becomes, node, rest), taken


def open_node(key: Key, node: int, birth: int, blob: bytes) -> dict[int, Key]:
    """Return a node's child keys by slot; raises DoesNotOpen, and UnknownFormat for a cipher that is not ours."""
    words = _node_words(key, birth, node, blob)
    children = {words[at]: Key(words[at + 1 : at + CHILD_BYTES]) for at in range(0, len(words), CHILD_BYTES)}
    words[:] = bytes(len(words))
    return children


def open_child(key: Key, node: int, birth: int, blob: bytes, slot: int) -> Key | None:
    """Return one child's key, None when the slot is empty; raises as `open_node` does."""
    words = _node_words(key, birth, node, blob)
    at = CHILD_BYTES * (words[::CHILD_BYTES]).find(within(slot, FAN_OUT - 1, "slot"))
    child = Key(words[at + 1 : at + CHILD_BYTES]) if at >= 0 else None
    words[:] = bytes(len(words))
    return child


def open_some(key: Key, node: int, birth: int, blob: bytes, wanted: Collection[int]) -> dict[int, Key]:
    """Return the children's keys of the slots that are wanted and taken; raises as `open_node` does."""
    words = _node_words(key, birth, node, blob)
    slots = words[::CHILD_BYTES]
    places = {slot: CHILD_BYTES * slots.find(slot) for slot in wanted}
    found = {slot: Key(words[at + 1 : at + CHILD_BYTES]) for slot, at in places.items() if at >= 0}
    words[:] = bytes(len(words))
    return found


def open_slots(key: Key, node: int, birth: int, blob: bytes) -> frozenset[int]:
    """Return the slots that are taken, without making a key of any; raises as `open_node` does."""
    words = _node_words(key, birth, node, blob)
    slots = frozenset(words[::CHILD_BYTES])
    words[:] = bytes(len(words))
    return slots


def _sealed_words(key: Key, birth: int, node: int, words: bytearray) -> bytes:
    """Return the blob of the children in `words`, which are wiped."""
    blob = bytes([AES_256_GCM]) + encrypt(key, words, _of_node(node, birth))
    words[:] = bytes(len(words))
    return blob


def _node_words(key: Key, birth: int, node: int, blob: bytes) -> bytearray:
    if blob[:1] != bytes([AES_256_GCM]):
        raise _unknown(f"node {node}")
    words = decrypt(key, blob[1:], _of_node(node, birth))
    slots = words[::CHILD_BYTES]
    if len(words) % CHILD_BYTES or slots != bytes(sorted(set(slots))):
        raise DoesNotOpen
    return words


def _of_node(node: int, birth: int) -> Framed:
    return length_prefixed(NODE, bytes([AES_256_GCM]), u64(node), u64(birth))


# --- envelopes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """What an envelope says of itself in clear."""

    kid: int
    version: int


def seal_envelope(key: Key, header: Header, binding: Binding, plaintext: bytes) -> bytes:
    """Return the envelope of one value under one key for one place."""
    if binding.store not in STORES:
        raise ValueError(f"no store is called {binding.store!r}")
    words = _header_bytes(header)
    return words + seal(key, plaintext, _of_envelope(words, binding))


def open_envelope(key: Key, kid: int, binding: Binding, envelope: bytes) -> bytes:
    """Return the value; `kid` is what the row says.

    raises: WrongBinding (another row's, store's or item's, cut short, altered), UnknownFormat; nothing was opened
    """
    header = read_header(envelope)
    if header.kid != kid:
        raise _wrong(kid, binding)
    try:
        return open_sealed(key, envelope[HEADER_BYTES:], _of_envelope(_header_bytes(header), binding))
    except DoesNotOpen:
        raise _wrong(kid, binding) from None


def read_header(envelope: bytes) -> Header:
    """Return what the envelope says of itself, which nothing has vouched for yet; raises UnknownFormat."""
    if len(envelope) < HEADER_BYTES or envelope[:4] != MAGIC + bytes([AES_256_GCM]):
        raise _unknown("the envelope")
    return Header(int.from_bytes(envelope[4:12], "big"), int.from_bytes(envelope[12:HEADER_BYTES], "big"))


def _header_bytes(header: Header) -> bytes:
    return (
        MAGIC + bytes([AES_256_GCM]) + u64(header.kid) + within(header.version, 2**32 - 1, "version").to_bytes(4, "big")
    )


def _of_envelope(header: bytes, binding: Binding) -> Framed:
    return length_prefixed(
        ENVELOPE,
        header,
        binding.store.encode(),
        binding.record_id.bytes,
        binding.value_id.bytes,
        binding.item.encode(),
        binding.facet.encode(),
    )


def of_attachment(attachment: UUID) -> Framed:
    """Return what an attachment's stream is authenticated with."""
    return length_prefixed(ATTACHMENT, attachment.bytes)


# --- roots -------------------------------------------------------------------------------------------------------


class SlotBlank(Exception):
    """The slot holds no share: it was never written, or was effaced."""


class SlotTorn(Exception):
    """The slot began as a share and does not check out: a write that was cut off. It counts as no share at all."""


@dataclass(frozen=True, slots=True)
class RootSlot:
    """One root group's share of one epoch, as a medium holds it."""

    epoch: int
    share: Share


def write_slot(epoch: int, share: Share) -> bytes:
    """Return the 4,096 bytes of a slot."""
    body = SLOT_MAGIC + u64(epoch) + share.lend()
    return (body + hashlib.sha256(body).digest()).ljust(SLOT_BYTES, b"\x00")


def read_slot(data: bytes) -> RootSlot:
    """Return what a slot holds; raises SlotBlank or SlotTorn."""
    if data[:8] != SLOT_MAGIC:
        raise SlotBlank
    slot = RootSlot(int.from_bytes(data[8:16], "big"), Share(data[16:48].ljust(KEY_BYTES, b"\x00")))
    if data != write_slot(slot.epoch, slot.share):
        raise SlotTorn
    return slot


def slot_number(epoch: int) -> int:
    """Say which of the two slots an epoch lives in."""
    return within(epoch, 2**64 - 1, "epoch") % 2


def root_key(epoch: int, shares: Sequence[Share]) -> Key:
    """Return R_e, the key of the top node: one share from each group, in the groups' order."""
    return derive(shares, salt=ROOT, info=u64(epoch))


# --- commitments -------------------------------------------------------------------------------------------------


def root_commitment(root: Key) -> bytes:
    return commit(ROOT_COMMITMENT, root)


def key_commitment(key: Key) -> bytes:
    return commit(KEY_COMMITMENT, key)


def item_commitment(salt: bytes, kid: int, key_commit: bytes, envelope_sha256: bytes) -> bytes:
    """Return the RFC 6962 leaf hash of one destroyed item: 00, salt (16), kid (8), key commitment, envelope digest."""
    if (len(salt), len(key_commit), len(envelope_sha256)) != (SALT_BYTES, DIGEST_BYTES, DIGEST_BYTES):
        raise ValueError("a commitment takes a salt of 16 bytes and two digests of 32")
    return hashlib.sha256(b"\x00" + salt + u64(kid) + key_commit + envelope_sha256).digest()


def request_digest(request: UUID) -> bytes:
    """Return the name under which the journal knows a request."""
    return hashlib.sha256(REQUEST + request.bytes).digest()


def _wrong(kid: int, binding: Binding) -> WrongBinding:
    return WrongBinding(
        f"the envelope under key {kid} does not belong to {binding.store} value {binding.value_id}, or was altered",
        hint="nothing was opened; compare this row with a backup, and treat the difference as an incident",
    )


def _unknown(what: str) -> UnknownFormat:
    return UnknownFormat(
        f"{what} is not in a format that this version writes or reads",
        hint="it was written by a newer Jikim, or is not Jikim's; nothing was opened",
    )
