"""The certificate of destruction, which anyone can verify offline with one file and the journal's public key.

Format `jikim-destruction-certificate/1`, described in docs/certificate.md. It opens the commitments of one person's
values only; size and root of the journal stand in its signed checkpoint and nowhere else. What the company states
beside what is proven (`claims`) is signed, and called a statement.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

from jikim.domain import checkpoint, journal, merkle
from jikim.domain.errors import Misused
from jikim.sealing.errors import EvidenceMissing, NotADestruction
from jikim.sealing.formats import item_commitment

FORMAT = "jikim-destruction-certificate/1"
BEST_FIRST = "HBCKX"  # media classes
ALWAYS = ("copies-outside", "seen-by-people", "claims-are-statements")


class Log(Protocol):
    """What a certificate needs of the journal."""

    @property
    def key(self) -> checkpoint.VerifierKey: ...

    def leaf(self, index: int) -> journal.Leaf: ...

    def proof(self, index: int, under: str = "") -> checkpoint.Proof: ...

    def signature(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What opens one commitment.

    number:      the kid of a value, or the node number of a whole cohort, which is beyond every kid
    rows_sha256: of the envelope; of a cohort, see `rows_digest`
    """

    number: int
    salt: bytes
    key_commitment: bytes
    rows_sha256: bytes

    @property
    def commitment(self) -> bytes:
        return item_commitment(self.salt, self.number, self.key_commitment, self.rows_sha256)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the company states, to the second; None: not yet, or not done."""

    live_effaced_at: datetime | None = None
    all_mirrors_at: datetime | None = None
    rows_deleted_at: datetime | None = None
    forensic_pass_at: datetime | None = None
    cpo_confirmed_at: datetime | None = None
    effective_in_backups: datetime | None = None

    def words(self) -> dict[str, str | None]:
        return {field.name: _instant(getattr(self, field.name)) for field in fields(self)}


def rows_digest(rows: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the digest that stands for the envelopes of a cohort: (kid, SHA-256 of the envelope), by kid."""
    return sha256(b"".join(kid.to_bytes(8, "big") + digest for kid, digest in sorted(rows))).digest()


def set_tree(evidence: Sequence[Evidence]) -> merkle.Tree:
    """Return the tree over all commitments of one journal entry, by number; its root is the entry's `set_root`."""
    return merkle.Tree(one.commitment for one in sorted(evidence, key=lambda one: one.number))


def issue(
    log: Log, index: int, evidence: Sequence[Evidence], shown: Sequence[int], claims: Claims, *, under: str = ""
) -> dict[str, Any]:
    """Make a certificate, or make it anew when more can be stated.

    index:    of the `destroy.done` entry
    evidence: of everything that entry destroyed
    shown:    numbers of the values it is issued for
    under:    a checkpoint that witnesses have signed too; the newest otherwise
    raises:   NotADestruction, EvidenceMissing, JournalAltered; nothing was made
    """
    return Issuer(log, index, evidence, under=under).issue(shown, claims)


class Issuer:
    """One `destroy.done` entry, proven once for all the certificates that are made of it."""

    def __init__(self, log: Log, index: int, evidence: Sequence[Evidence], *, under: str = "") -> None:
        """Prove the entry; all as for `issue`, and raises as that."""
        self._log, self._index, self._leaf = log, index, log.leaf(index)
        _refuse_unfinished(self._leaf, index)
        self._ordered = sorted(evidence, key=lambda one: one.number)
        self._tree = set_tree(self._ordered)
        if (self._tree.size, self._tree.root().hex()) != (self._leaf.body["n"], self._leaf.body["set_root"]):
            raise EvidenceMissing(
                f"the evidence is not that of entry {index}", hint="take it from the keyring's own file"
            )
        self._places = {one.number: place for place, one in enumerate(self._ordered)}
        self._proof = str(log.proof(index, under))
        self._event = json.loads(journal.write(self._leaf))

    def issue(self, shown: Sequence[int], claims: Claims) -> dict[str, Any]:
        """Make the certificate of some of what the entry destroyed; raises EvidenceMissing."""
        body = {
            "format": FORMAT,
            "origin": self._log.key.name,
            "event": self._event,
            "items": self._items(shown),
            "tlog_proof": self._proof,
            "claims": claims.words(),
            "limits": list(limits(self._log.key.name, self._leaf.body["groups"])),
        }
        return {**body, "signature": self._log.signature(statement(body))}

    def _items(self, shown: Sequence[int]) -> list[dict[str, Any]]:
        strange = [number for number in shown if number not in self._places]
        if strange or not shown:
            raise EvidenceMissing(
                f"entry {self._index} did not destroy {strange}", hint="show what it destroyed, at least one"
            )
        places = sorted({self._places[number] for number in shown})
        return [_item(self._ordered[place], place, self._tree) for place in places]


def best_medium(letters: Sequence[str]) -> str:
    """Return the class of the medium that effaces best: with one share gone, the root is gone."""
    return min(letters, key=BEST_FIRST.index)


def limits(origin: str, groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Name what a certificate does not prove, by code; the verifier says each in a sentence."""
    done = [group["class"] for group in groups if group["pending"] == 0]
    best = best_medium(done)
    named = {
        "demo": origin.startswith(checkpoint.DEMO),
        "medium-cannot-efface": best == "X",
        "medium-best-effort": best in "CK",
        "copies-waiting": any(group["pending"] for group in groups),
    }
    return (*ALWAYS, *(code for code, holds in named.items() if holds))


def statement(body: Mapping[str, Any]) -> str:
    """Return the text whose signature binds every field of a certificate; no checkpoint ever reads like it."""
    digest = sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")).digest()
    return f"{FORMAT}\n{body['origin']}\n{checkpoint.encode(digest)}\n"


def _refuse_unfinished(leaf: journal.Leaf, index: int) -> None:
    if leaf.kind != "destroy.done":
        raise NotADestruction(f"entry {index} is {leaf.kind}", hint="name the entry that tells the destruction done")
    if all(group["pending"] for group in leaf.body["groups"]):
        raise NotADestruction(
            f"entry {index} still waits for a copy in every group",
            hint="make the mirrors reachable; until one group is complete it is not called destroyed",
        )


def _item(one: Evidence, place: int, tree: merkle.Tree) -> dict[str, Any]:
    return {
        "kid": one.number,
        "salt": one.salt.hex(),
        "key_commitment": one.key_commitment.hex(),
        "ct_sha256": one.rows_sha256.hex(),
        "i": place,
        "path": [step.hex() for step in tree.inclusion(place)],
    }


def _instant(instant: datetime | None) -> str | None:
    if instant is None:
        return None
    if instant.tzinfo is None:
        raise Misused("an instant without a time zone", hint="take it from jikim.clock")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
