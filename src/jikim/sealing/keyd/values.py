"""What goes to the key daemon and comes back. Plaintexts, tokens and codes stay out of every repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from jikim.domain import journal
from jikim.domain.journal import Leaf, Role
from jikim.domain.leaf import DestroyReason
from jikim.sealing.formats import LEAF
from jikim.sealing.keyring import Binding, Sealed
from jikim.sealing.primitives import MacKey, length_prefixed, mac

GATE_ITEM, GATE = "receipt", "gate"


def gate_of(record_id: UUID) -> Binding:
    """Return the place of a record's gate: the sealed digest of its receipt code."""
    return Binding("live", record_id, record_id, GATE_ITEM, GATE)


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value of a record that is about to be founded. letter: what it is the address of, sealed for that one too."""

    value_id: UUID
    item: str
    facet: str
    plaintext: bytes = field(repr=False)
    letter: UUID | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """A new record: its gate, its values in the order they were given, and the way in for whoever wrote them.

    checkpoint: the newest of the journal, signed, for whoever wrote to keep
    letter: the address of the letter that a value was marked with, sealed for the postman
    """

    record_id: UUID
    gate: Sealed
    sealed: tuple[Sealed, ...]
    grant: str = field(repr=False)
    checkpoint: str
    letter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A value to seal anew for another place. category, day: of the new key, as its cohort is destroyed by them."""

    sealed: Sealed
    old: Binding
    new: Binding
    category: str
    day: date


@dataclass(frozen=True, slots=True)
class Pair:
    """Two envelopes that are said to hold the same value."""

    one: Sealed
    here: Binding
    other: Sealed
    there: Binding


@dataclass(frozen=True, slots=True)
class Destruction:
    """What is to be destroyed, once. policy: SHA-256 of its version in hex; kids: each with its envelope's SHA-256."""

    id: UUID
    reason: DestroyReason
    policy: str
    kids: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Census:
    """Keys that were handed out and are alive, ascending. following: where to go on; None at the end."""

    kids: tuple[int, ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class SignedLeaf:
    """A journal entry as it waits in a database. nonce: what makes it one entry; mac: see `leaf_mac`."""

    nonce: UUID
    role: Role
    leaf: Leaf
    mac: bytes


def leaf_key(key: MacKey, role: Role) -> MacKey:
    """Return the key by which a role proves what it told. key: the daemon's own, which no role is given."""
    return MacKey(mac(key, length_prefixed(LEAF, role.encode())))


def leaf_mac(key: MacKey, database: str, role: Role, nonce: UUID, leaf: Leaf) -> bytes:
    """Return what proves that a role told an entry in a database, once. key: the role's, from `hello`."""
    return mac(key, length_prefixed(LEAF, database.encode(), role.encode(), nonce.bytes, journal.write(leaf)))


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers.

    medium: a class letter for each root group; key: the journal's, for verifiers; leaf_key: the asking role's own
    boot: another one after each start; locked: whether the keys' memory is kept out of swap
    closed: whether no other process may read its memory, and none of it is written into a core dump
    unsettled: mirrors that may hold an older share of the root, or lack the present one, because they are away or
               cannot be written; an alarm for whoever runs the house
    """

    medium: tuple[str, ...]
    origin: str
    key: str
    leaf_key: MacKey = field(repr=False)
    boot: str
    locked: bool
    closed: bool
    unsettled: tuple[str, ...]
