"""Telling the journal what the tree destroys: one entry for each batch, reason, class and policy; the same words again.

Times are those of the request and of the effacement, to the hour, so that telling again tells exactly the same.
"""

from datetime import datetime
from uuid import UUID

from jikim.domain.journal import Leaf, to_the_hour
from jikim.sealing.certificate import BEST_FIRST, Evidence, set_tree
from jikim.sealing.formats import request_digest
from jikim.sealing.journal.log import Journal
from jikim.sealing.tree.ports import GroupState, Told, Turn

NO_ROOT = bytes(32)  # what the first root follows


class Teller:
    """The journal as the tree needs it."""

    def __init__(self, log: Journal, build: str) -> None:
        """Stand before a journal. build: "sha256:" and the digest of the running program."""
        self._log, self._build = log, build

    def intend(self, told: Told) -> None:
        body = {**_named(told), "n": told.kids + told.cohorts, "requests": len(told.requests)}
        self._log.tell(Leaf("destroy.intent", to_the_hour(told.asked_at), body), once=_once("intent", told))

    def done(self, told: Told, turn: Turn) -> None:
        body = {
            **_named(told),
            **_roots(turn),
            "requested": _hour(told.asked_at),
            "effaced": _hour(turn.at),
            "n": len(told.items),
            "values": sum(item.count for item in told.items),
            "set_root": set_tree(evidence(told)).root().hex(),
            "build": self._build,
        }
        self._tell(Leaf("destroy.done", to_the_hour(turn.at), body), _once("done", told))

    def rotated(self, batch: UUID, turn: Turn) -> None:
        self._tell(Leaf("rotate", to_the_hour(turn.at), _roots(turn)), f"rotate {batch}")

    def rekeyed(self, rekey: UUID, turn: Turn) -> None:
        self._tell(Leaf("re-key", to_the_hour(turn.at), _roots(turn)), f"re-key {rekey}")

    def index(self, told: Told) -> int | None:
        """Return where the journal tells that a destruction is done."""
        return self._log.told(_once("done", told))

    def _tell(self, leaf: Leaf, once: str) -> None:
        """Tell what took effect, unless a keyring told it whose place this one took: the hour that it told stands."""
        if self._log.told(once) is None:
            self._log.tell(leaf, once=once)


def evidence(told: Told) -> list[Evidence]:
    """Return what opens the commitments of one entry, for certificates."""
    return [Evidence(item.number, item.salt, item.key_commitment, item.rows_sha256) for item in told.items]


def _named(told: Told) -> dict[str, object]:
    return {
        "req": request_digest(told.batch).hex(),
        "reason": told.reason,
        "category": told.category,
        "policy": f"sha256:{told.policy}",
    }


def _roots(turn: Turn) -> dict[str, object]:
    return {
        "epoch": turn.epoch,
        "old_root": (turn.old_root or NO_ROOT).hex(),
        "new_root": turn.new_root.hex(),
        "groups": [_group(group) for group in turn.groups],
    }


def _group(group: GroupState) -> dict[str, object]:
    """Tell a group by its worst medium; one of which nothing was reached promises nothing."""
    worst = max(group.media, key=BEST_FIRST.index, default="X")
    return {"class": worst, "mirrors": group.mirrors + group.pending, "pending": group.pending}


def _once(kind: str, told: Told) -> str:
    return f"{kind} {told.batch} {told.reason} {told.category} {told.policy}"


def _hour(at: datetime) -> str:
    return to_the_hour(at).strftime("%Y-%m-%dT%H:%M:%SZ")
