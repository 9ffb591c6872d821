"""The kinds of journal entries and the shape of every field: codes, days, counts and digests, never free text.

A field that is not here cannot be told, and a value of another shape cannot either: no entry ever names a person.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from jikim.domain.terms import Reason

LARGEST = 2**53 - 1  # beyond it JSON readers disagree about whole numbers
MOST_GROUPS = 8
_HOUR = re.compile(r".{10}T(?:[01]\d|2[0-3]):00:00Z", re.ASCII)


class DestroyReason(StrEnum):
    """Why keys were destroyed. Closed: a new reason is a new version of this module."""

    RETENTION_EXPIRED = "retention-expired"  # the policy's own clock
    SUBJECT_REQUEST = "subject-request"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    MOVED = "moved"  # set aside: the live key dies, the separate one lives
    UPDATED = "updated"  # the person corrected the value: its predecessor dies
    UNUSED = "unused"  # handed out for a value that was never stored
    RESTORE_REPLAY = "restore-replay"  # destroyed before, and destroyed again in what a backup brought back


TOLD_AS: Mapping[Reason, DestroyReason] = {
    Reason.PURPOSE_ACHIEVED: DestroyReason.RETENTION_EXPIRED,
    Reason.ABANDONED: DestroyReason.RETENTION_EXPIRED,
    Reason.PERIOD_ENDED: DestroyReason.RETENTION_EXPIRED,
    Reason.RETENTION_ENDED: DestroyReason.RETENTION_EXPIRED,
    Reason.KEPT_BY_RULE: DestroyReason.MOVED,
}
COUNTED_EVENTS = frozenset({"intake", "open", "answer", "resolve", "reopen"})  # told as counts of a day alone
MEDIUM_LETTERS = frozenset("HBCKX")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field's value looks like."""

    name: str
    fits: Callable[[object], bool]


def _pattern(name: str, pattern: str) -> Shape:
    compiled = re.compile(pattern, re.ASCII)
    return Shape(name, lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


def _one_of(name: str, words: frozenset[str]) -> Shape:
    return Shape(name, lambda value: isinstance(value, str) and value in words)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _reads_back(value, lambda word: date.fromisoformat(word).isoformat())


def _is_hour(value: object) -> bool:
    return isinstance(value, str) and _HOUR.fullmatch(value) is not None and _is_day(value[:10])


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and _reads_back(value, lambda word: str(UUID(word)))


def _reads_back(word: str, read: Callable[[str], str]) -> bool:
    try:
        return read(word) == word
    except ValueError:
        return False


def _are_groups(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= MOST_GROUPS and all(_is_group(group) for group in value)


def _is_group(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"class", "mirrors", "pending"}
        and value["class"] in MEDIUM_LETTERS
        and _is_count(value["mirrors"])
        and _is_count(value["pending"])
        and 0 < value["mirrors"] >= value["pending"]
    )


DAY = Shape("a day such as 2026-10-05", _is_day)
HOUR = Shape("an hour such as 2026-10-05T14:00:00Z", _is_hour)
COUNT = Shape("a whole number", _is_count)
UUID_ = Shape("a UUID", _is_uuid)
HEX = _pattern("a SHA-256 in hex", r"[0-9a-f]{64}")
DIGEST = _pattern("sha256: and 64 hex digits", r"sha256:[0-9a-f]{64}")
NAME = _pattern("a name of a policy or program", r"[a-z][a-z0-9_-]{0,39}")
NAME_OR_NONE = _pattern("a name of a policy or program, or nothing", r"(?:[a-z][a-z0-9_-]{0,39})?")
ERROR = _pattern("the name of an error", r"[A-Za-z_][A-Za-z0-9_.]{0,63}")
LANGUAGE = _pattern("a language", r"[a-z]{2}")
REASON = _one_of("a reason of destruction", frozenset(DestroyReason))
PLANNED = _one_of("a reason of the plan", frozenset(Reason))
USE = _one_of("a lawful use", frozenset({"authority", "dispute", "subject-access"}))
COUNTED = _one_of("a counted event", COUNTED_EVENTS)
AT_DESK = _one_of("an event at the desk", frozenset({"link-issued", "signed-in", "signed-out"}))
AT_HOLD = _one_of("an event of a hold", frozenset({"set", "reviewed", "lifted"}))
AT_PASSKEY = _one_of("an event of an approver's passkey", frozenset({"enrolled", "vouched", "retired"}))
AT_MIRROR = _one_of("an event at a mirror", frozenset({"joined", "away", "behind", "back", "lost"}))
GROUPS = Shape("root groups", _are_groups)

Fields = Mapping[str, Shape]

_DESTROYED: Fields = {"req": HEX, "reason": REASON, "category": NAME_OR_NONE, "policy": DIGEST}
_ROOTS: Fields = {"epoch": COUNT, "old_root": HEX, "new_root": HEX, "groups": GROUPS}

LEAVES: Mapping[str, Fields] = {
    "policy": {"number": COUNT, "sha256": HEX, "policy": NAME, "by": NAME},
    "notice": {"sha256": HEX, "policy_number": COUNT, "collection": NAME, "language": LANGUAGE},
    "intake": {"on": DAY, "collection": NAME, "policy_number": COUNT, "values": COUNT},
    "open": {"on": DAY, "count": COUNT},
    "answer": {"on": DAY, "count": COUNT},
    "resolve": {"on": DAY, "record_class": NAME_OR_NONE},
    "reopen": {"on": DAY},
    "count": {"on": DAY, "event": COUNTED, "count": COUNT},
    "separate": {"on": DAY, "rule": NAME, "values": COUNT, "policy_number": COUNT},
    "erase-rows": {"on": DAY, "values": COUNT},
    "destroy": {
        "on": DAY,
        "certificate": UUID_,
        "reason": PLANNED,
        "record_class": NAME_OR_NONE,
        "values": COUNT,
        "policy_number": COUNT,
    },
    "desk": {"on": DAY, "event": AT_DESK},
    "hold": {"on": DAY, "event": AT_HOLD, "reason": NAME, "values": COUNT},
    "clock": {"on": DAY},
    "quarantine": {"on": DAY, "error": ERROR},
    "destroy.intent": {**_DESTROYED, "n": COUNT, "requests": COUNT},
    "destroy.done": {
        **_DESTROYED,
        **_ROOTS,
        "requested": HOUR,
        "effaced": HOUR,
        "n": COUNT,  # commitments under set_root
        "values": COUNT,  # keys at most; more than n where a whole cohort is one commitment
        "set_root": HEX,
        "build": DIGEST,
    },
    "rotate": _ROOTS,
    "re-key": _ROOTS,
    "mirror": {"event": AT_MIRROR, "group": COUNT, "mirror": COUNT, "epoch": COUNT},
    "restore.replay": {"epoch": COUNT, "values": COUNT},
    "restore.done": {"backup_on": DAY, "purged": COUNT},
    "approve": {"plan": HEX, "approvals": COUNT},
    "passkey": {"event": AT_PASSKEY, "passkeys": COUNT},  # how many stand after it, those that wait included
    "custody": {"on": DAY, "use": USE, "values": COUNT},
    "attack": {"on": DAY, "event": NAME, "count": COUNT},
    "gate-refusal": {"on": DAY, "gate": NAME, "count": COUNT},
    "access-digest": {"on": DAY, "sha256": HEX, "count": COUNT},
    "canary": {"on": DAY},
}
