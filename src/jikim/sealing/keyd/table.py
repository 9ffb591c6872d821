"""Every call: its name, the shape of what is asked, and the shape of what is answered. Both sides read this table.

A frame never holds more than so many values, so that no step keeps other callers waiting.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from jikim.domain import journal
from jikim.domain.journal import Leaf, NotALeaf, Role
from jikim.domain.leaf import DestroyReason
from jikim.domain.passkey import Passkey, Purpose
from jikim.sealing.index.slices import SLICE, Reconciled
from jikim.sealing.keyd.shapes import (
    BYTES,
    DAY,
    FLAG,
    ID,
    INSTANT,
    NOTHING,
    NUMBER,
    TEXT,
    Shape,
    many,
    mapping,
    optional,
    pair,
    record,
    through,
    triple,
    word,
)
from jikim.sealing.keyd.values import Census, Destruction, Founded, Hello, Move, NewValue, Pair, SignedLeaf
from jikim.sealing.keyd.wire import refused
from jikim.sealing.keyring import Binding, Destroyed, Sealed, SealRequest
from jikim.sealing.keyring import KeyState as State
from jikim.sealing.primitives import MacKey
from jikim.sealing.webauthn import Assertion

A = TypeVar("A")
B = TypeVar("B")

VALUES = 64  # sealed, opened, moved or compared by one frame
KIDS = 256  # looked up by one frame
TARGETS = 512  # of one destruction
DESTRUCTIONS = 128
CERTIFIED = 100  # values on one certificate, which must fit into a frame
PEOPLE = 128  # whose passkeys are listed by one frame
LEAVES = 32  # journaled by one frame: each costs a hash, and all of them one commit

Asked = tuple[tuple[Binding, Sealed], ...]


@dataclass(frozen=True, slots=True)
class Call(Generic[A, B]):
    """One call of the table."""

    name: str
    asks: Shape[A]
    answers: Shape[B]


def _parted(value: bytes | State) -> tuple[State | None, bytes | None]:
    return (value, None) if isinstance(value, State) else (None, value)


def _opened(parts: tuple[State | None, bytes | None]) -> bytes | State:
    match parts:
        case (State() as state, None):
            return state
        case (None, bytes() as value):
            return value
    raise refused("both or none of a value and why it is not there")


def _leaf(words: bytes) -> Leaf:
    try:
        return journal.read(words)
    except NotALeaf:
        raise refused("an entry that is no journal leaf") from None


def _certificate(words: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise refused("something else where a certificate stands")
    return found


STATE = word(State)
ROLE = word(Role)
BINDING = record(Binding, TEXT, ID, ID, TEXT, TEXT)
SEALED = record(Sealed, NUMBER, BYTES, optional(ID))
SEAL_REQUEST = record(SealRequest, BINDING, BYTES)
PLACE = pair(BINDING, SEALED)
NEW_VALUE = record(NewValue, ID, TEXT, TEXT, BYTES, optional(ID))
FOUNDED = record(Founded, ID, SEALED, many(SEALED, VALUES), TEXT, TEXT, optional(SEALED))
MOVE = record(Move, SEALED, BINDING, BINDING, TEXT, DAY)
PAIR = record(Pair, SEALED, BINDING, SEALED, BINDING)
KIDS_OF = mapping(NUMBER, BYTES, TARGETS)
DESTRUCTION = record(Destruction, ID, word(DestroyReason), TEXT, KIDS_OF)
DESTROYED = record(Destroyed, many(NUMBER, DESTRUCTIONS * TARGETS), INSTANT)
MAC_KEY = through(BYTES, MacKey.reveal, MacKey)
HELLO = record(Hello, many(TEXT, VALUES), TEXT, TEXT, MAC_KEY, TEXT, FLAG, FLAG, many(TEXT, VALUES))
LEAF = through(BYTES, journal.write, _leaf)
SIGNED_LEAF = record(SignedLeaf, ID, ROLE, LEAF, BYTES)
CENSUS = record(Census, many(NUMBER, KIDS), optional(NUMBER))
RECONCILED = record(Reconciled, many(NUMBER, SLICE), many(NUMBER, SLICE), NUMBER)
ASSERTION = record(Assertion, BYTES, BYTES, BYTES, BYTES)
PASSKEY = record(Passkey, ID, ID, INSTANT, INSTANT, optional(INSTANT))
OPENED = through(pair(optional(STATE), optional(BYTES)), _parted, _opened)
CERTIFICATE = through(BYTES, lambda body: json.dumps(body).encode("ascii"), _certificate)

FOUND = Call("found", pair(TEXT, many(NEW_VALUE, VALUES)), FOUNDED)
GRANT = Call("grant", triple(ID, SEALED, TEXT), TEXT)
LINK = Call("link", pair(ID, SEALED), TEXT)
GRANT_BY_LINK = Call("grant_by_link", TEXT, TEXT)
GRANTED = Call("granted", TEXT, many(ID, VALUES))
DAILY_KEY = Call("daily_key", DAY, MAC_KEY)
SEAL = Call("seal", pair(many(SEAL_REQUEST, VALUES), TEXT), many(SEALED, VALUES))
OPEN_SEALED = Call("open_sealed", pair(PLACE, TEXT), BYTES)
OPEN_ALL = Call("open_all", pair(many(PLACE, VALUES), TEXT), many(OPENED, VALUES))
RESEAL = Call("reseal", pair(many(MOVE, VALUES), TEXT), many(SEALED, VALUES))
AGREE = Call("agree", many(PAIR, VALUES), many(FLAG, VALUES))
FITS = Call("fits", PLACE, FLAG)
DESTROY = Call("destroy", many(DESTRUCTION, DESTRUCTIONS), DESTROYED)
ASK = Call("ask", pair(many(DESTRUCTION, DESTRUCTIONS), FLAG), NOTHING)
STATES = Call("states", many(NUMBER, KIDS), many(STATE, KIDS))
CERTIFICATES_OF = Call(
    "certificates", many(pair(ID, many(NUMBER, CERTIFIED)), DESTRUCTIONS), many(CERTIFICATE, DESTRUCTIONS)
)
HELLO_CALL = Call("hello", NOTHING, HELLO)
SUBMIT = Call("submit", pair(TEXT, many(SIGNED_LEAF, LEAVES)), many(NUMBER, LEAVES))
NEWEST_TOLD = Call("newest_told", TEXT, optional(ID))
RESTORED = Call("restored", triple(ID, DAY, NUMBER), NUMBER)
CHECKPOINT = Call("checkpoint", NOTHING, TEXT)
LEAF_CALL = Call("leaf", NUMBER, LEAF)
PROOF = Call("proof", NUMBER, TEXT)
VERIFY_JOURNAL = Call("verify_journal", NOTHING, NOTHING)
CHECK_OLDER = Call("check_older", TEXT, NOTHING)
HANDED_OUT = Call("handed_out", triple(TEXT, DAY, NUMBER), CENSUS)
ASK_PASSKEY = Call("ask_passkey", pair(word(Purpose), TEXT), BYTES)
APPROVE = Call("approve", pair(TEXT, ASSERTION), NUMBER)
APPROVALS = Call("approvals", TEXT, many(pair(ID, INSTANT), VALUES))
PASSKEYS = Call("passkeys", NOTHING, many(PASSKEY, PEOPLE))
ENROLL_PASSKEY = Call("enroll_passkey", pair(ID, BYTES), PASSKEY)
VOUCH = Call("vouch", pair(ID, ASSERTION), PASSKEY)
RETIRE_PASSKEYS = Call("retire_passkeys", pair(ID, optional(ID)), NUMBER)
ENROLL = Call("enroll", many(PLACE, VALUES), many(TEXT, VALUES))
RECONCILE = Call("reconcile", triple(many(pair(NUMBER, ID), SLICE), NUMBER, FLAG), RECONCILED)
