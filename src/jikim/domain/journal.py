"""What may be told to the journal, by whom, and the bytes it becomes: closed kinds, closed fields, no personal data.

Intake, opening and answers are told as counts of a day, so that no entry points at a person by its time. Instants are
whole hours. The bytes are RFC 8785 (JCS) of an object of words and whole numbers, at most 2 KiB.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from jikim.domain.errors import Misused, Refused
from jikim.domain.leaf import HOUR, LEAVES

__all__ = [
    "KINDS_OF",
    "LEAF_BYTES",
    "LEAVES",
    "Leaf",
    "Role",
    "check_leaf",
    "check_role",
    "hour",
    "read",
    "to_the_hour",
    "write",
]

LEAF_BYTES = 2048
VERSION = 1
ENVELOPE = frozenset({"v", "type", "at"})


class NotALeaf(Refused):
    """The bytes are not what this journal writes; they were not taken."""


class NotYourLeaf(Refused):
    """A process told what only another may tell; nothing was journaled."""


class Role(StrEnum):
    """The processes, as the key daemon knows them."""

    PUBLIC = "public"
    DESK = "desk"
    WORKER = "worker"
    POSTMAN = "mail"
    CUSTODIAN = "custodian"
    KEYD = "keyd"


KINDS_OF: Mapping[Role, frozenset[str]] = {
    Role.PUBLIC: frozenset({"notice", "count", "gate-refusal"}),
    Role.DESK: frozenset({"policy", "notice", "count", "desk", "gate-refusal", "hold", "clock", "attack"}),
    Role.WORKER: frozenset(
        {
            "policy",
            "count",
            "separate",
            "erase-rows",
            "destroy",
            "quarantine",
            "attack",
            "gate-refusal",
            "access-digest",
            "canary",
        }
    ),
    Role.POSTMAN: frozenset({"gate-refusal"}),
    Role.CUSTODIAN: frozenset({"custody"}),
    Role.KEYD: frozenset(
        {
            "destroy.intent",
            "destroy.done",
            "rotate",
            "re-key",
            "mirror",
            "restore.replay",
            "restore.done",
            "approve",
            "passkey",
        }
    ),
}  # intake, open, answer, resolve and reopen have no teller: they arrive as `count`


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry. at: the hour it became true."""

    kind: str
    at: datetime
    body: Mapping[str, Any]


def check_leaf(kind: str, body: Mapping[str, object]) -> None:
    """Refuse a leaf of an unknown kind, with other fields than its kind has, or with a value of another shape."""
    fields = LEAVES.get(kind)
    if fields is None or set(body) != fields.keys():
        raise Misused(f"no journal leaf {kind} with fields {sorted(body)}", hint="declare it in jikim.domain.leaf")
    for name, shape in fields.items():
        if not shape.fits(body[name]):
            raise Misused(f"{name} of a {kind} leaf is not {shape.name}", hint="journal identifiers, not content")


def check_role(role: Role, kind: str) -> None:
    """Refuse a kind that the role has no part in; raises NotYourLeaf."""
    if kind not in KINDS_OF[role]:
        raise NotYourLeaf(f"the role {role} does not tell {kind} leaves", hint="let the process that did it tell it")


def write(leaf: Leaf) -> bytes:
    """Return the bytes of a leaf; raises Misused when it is none of ours or longer than LEAF_BYTES."""
    check_leaf(leaf.kind, leaf.body)
    data = _canonical({"v": VERSION, "type": leaf.kind, "at": hour(leaf.at), **leaf.body})
    if len(data) > LEAF_BYTES:
        raise Misused(f"a {leaf.kind} leaf of {len(data)} bytes", hint=f"a leaf has at most {LEAF_BYTES}")
    return data


def read(data: bytes) -> Leaf:
    """Return the leaf that these bytes are; raises NotALeaf for any other bytes, also for other spellings of a leaf."""
    try:
        told = json.loads(data)
        if not isinstance(told, dict) or told.get("v") != VERSION or not HOUR.fits(told.get("at")):
            raise _no_leaf()
        body = {name: value for name, value in told.items() if name not in ENVELOPE}
        leaf = Leaf(told["type"], datetime.fromisoformat(told["at"]), body)
        if write(leaf) != data:
            raise _no_leaf()
    except (ValueError, KeyError, TypeError, RecursionError, Misused):
        raise _no_leaf() from None
    return leaf


def hour(instant: datetime) -> str:
    """Say an aware instant as its whole hour, in UTC."""
    if instant.tzinfo is None:
        raise Misused("an instant without a time zone", hint="take it from jikim.clock")
    return to_the_hour(instant.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_the_hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def _canonical(told: Mapping[str, object]) -> bytes:
    # Names and words are ASCII and numbers are whole and small (the shapes see to it), so this is RFC 8785.
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def _no_leaf() -> NotALeaf:
    return NotALeaf(
        "these bytes are no journal leaf of version 1", hint="they were altered, or written by another program"
    )
