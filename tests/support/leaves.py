"""One example of every kind of journal leaf."""

from collections.abc import Mapping
from typing import Any

DAY, HOUR = "2026-10-05", "2026-10-05T14:00:00Z"
HEX, DIGEST = "ab" * 32, "sha256:" + "cd" * 32
_DESTROYED: dict[str, Any] = {"req": HEX, "reason": "retention-expired", "category": "complaint", "policy": DIGEST}
_ROOTS: dict[str, Any] = {
    "epoch": 812,
    "old_root": "01" * 32,
    "new_root": "02" * 32,
    "groups": [{"class": "B", "mirrors": 2, "pending": 0}],
}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "policy": {"number": 2, "sha256": HEX, "policy": "utracs", "by": "demo"},
    "notice": {"sha256": HEX, "policy_number": 2, "collection": "inquiry", "language": "ko"},
    "intake": {"on": DAY, "collection": "inquiry", "policy_number": 2, "values": 6},
    "open": {"on": DAY, "count": 1},
    "answer": {"on": DAY, "count": 1},
    "resolve": {"on": DAY, "record_class": ""},
    "reopen": {"on": DAY},
    "count": {"on": DAY, "event": "intake", "count": 12},
    "separate": {"on": DAY, "rule": "complaint-dispute", "values": 6, "policy_number": 2},
    "erase-rows": {"on": DAY, "values": 6},
    "destroy": {
        "on": DAY,
        "certificate": "b5a7c1de-5a6b-4f4e-9a44-0d5a3c6d8b11",
        "reason": "purpose-achieved",
        "record_class": "",
        "values": 6,
        "policy_number": 2,
    },
    "desk": {"on": DAY, "event": "signed-in"},
    "quarantine": {"on": DAY, "error": "CannotBePlanned"},
    "destroy.intent": {**_DESTROYED, "n": 3, "requests": 1},
    "destroy.done": {
        **_DESTROYED,
        **_ROOTS,
        "requested": HOUR,
        "effaced": HOUR,
        "n": 3,
        "values": 3,
        "set_root": HEX,
        "build": DIGEST,
    },
    "rotate": _ROOTS,
    "re-key": _ROOTS,
    "mirror": {"event": "away", "group": 1, "mirror": 2, "epoch": 812},
    "restore.replay": {"epoch": 813, "values": 4},
    "restore.done": {"backup_on": DAY, "purged": 4},
    "approve": {"plan": HEX, "approvals": 1},
    "passkey": {"event": "enrolled", "passkeys": 1},
    "custody": {"on": DAY, "use": "authority", "values": 3},
    "attack": {"on": DAY, "event": "login-guessing", "count": 40},
    "gate-refusal": {"on": DAY, "gate": "mail", "count": 1},
    "hold": {"on": DAY, "event": "set", "reason": "lawsuit", "values": 3},
    "clock": {"on": DAY},
    "access-digest": {"on": DAY, "sha256": HEX, "count": 9},
    "canary": {"on": DAY},
}
