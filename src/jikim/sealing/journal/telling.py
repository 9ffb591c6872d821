"""What the key tree tells the journal of a destruction: the intent, the finished fact, a changed root. Each once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from jikim import clock
from jikim.domain.journal import Leaf, hour
from jikim.sealing.certificate import BEST_FIRST, Evidence, cohort_number, set_tree
from jikim.sealing.formats import request_digest
from jikim.sealing.journal.log import Journal
from jikim.sealing.tree.ports import GroupState, Item, Told, Turn


class Telling:
    """The tree's journal. build: SHA-256 of the running program, hex."""

    def __init__(self, log: Journal, build: str) -> None:
        self._log, self._build = log, build

    def intend(self, told: Told) -> None:
        body = {**_destroyed(told), "n": told.kids + told.cohorts, "requests": len(told.requests)}
        self._tell("destroy.intent", clock.wall_now(), body, once_of("intent", told))

    def done(self, told: Told, turn: Turn) -> None:
        asked = self._log.told(once_of("intent", told))
        requested = turn.at if asked is None else self._log.leaf(asked).at
        tree = set_tree(evidence_of(told))
        body = {
            **_destroyed(told),
            **_turned(turn),
            "requested": hour(requested),
            "effaced": hour(turn.at),
            "n": tree.size,
            "values": sum(item.count for item in told.items),
            "set_root": tree.root().hex(),
            "build": f"sha256:{self._build}",
        }
        self._tell("destroy.done", turn.at, body, once_of("done", told))

    def rotated(self, batch: UUID, turn: Turn) -> None:
        self._tell("rotate", turn.at, _turned(turn), f"rotate {batch}")

    def _tell(self, kind: str, at: datetime, body: dict[str, object], once: str) -> None:
        if self._log.told(once) is None:
            self._log.tell(Leaf(kind, at, body), once=once)


def evidence_of(told: Told) -> tuple[Evidence, ...]:
    """Return what opens the commitments of a destruction, for certificates."""
    return tuple(_evidence(item) for item in told.items)


def once_of(step: str, told: Told) -> str:
    """Return the name under which a batch, reason, class and policy is told once."""
    return f"{step} {told.batch} {told.reason} {told.category} {told.policy}"


def _evidence(item: Item) -> Evidence:
    number = cohort_number(item.kid) if item.whole else item.kid
    return Evidence(number, item.salt, item.key_commitment, item.rows_sha256)


def _destroyed(told: Told) -> dict[str, object]:
    return {
        "req": request_digest(told.batch).hex(),
        "reason": told.reason,
        "category": told.category,
        "policy": f"sha256:{told.policy}",
    }


def _turned(turn: Turn) -> dict[str, object]:
    return {
        "epoch": turn.epoch,
        "old_root": turn.old_root.hex(),
        "new_root": turn.new_root.hex(),
        "groups": _groups(turn.groups),
    }


def _groups(groups: Sequence[GroupState]) -> list[dict[str, object]]:
    """Tell each group by its weakest medium, because all its mirrors must have been effaced."""
    return [
        {
            "class": max(group.media, key=BEST_FIRST.index, default=BEST_FIRST[-1]),
            "mirrors": group.mirrors + group.pending,
            "pending": group.pending,
        }
        for group in groups
    ]
