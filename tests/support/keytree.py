"""A key tree and all that stands around it: mirrors that can fail, a journal, and an adversary.

The adversary holds every blob ever sealed, committed or not, and whatever lies on any mirror, reachable or not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from jikim.sealing.errors import MirrorAway
from jikim.sealing.formats import root_key, seal_node
from jikim.sealing.groups import RootGroup
from jikim.sealing.medium import Medium, MediumClass
from jikim.sealing.mirror import Mirror
from jikim.sealing.primitives import DoesNotOpen, Key, Share, decrypt, length_prefixed
from jikim.sealing.roots import Roots
from jikim.sealing.tree import nodes
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import Copies, NoCopies, SealedNode, Told, Turn
from jikim.sealing.tree.requests import Reason, Request
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Standing, Tree

POLICY = "ab" * 32
ROWS = b"r" * 32
DAY = date(2026, 11, 23)
LIVE = Shelf(CohortClass.LIVE, "inquiry", DAY)
COMPLAINTS = Shelf(CohortClass.SEPARATE, "complaint-3y", DAY)
CONTRACTS = Shelf(CohortClass.SEPARATE, "contract-5y", DAY)


class PowerCut(BaseException):
    """The process ends here; nothing after this line runs, and no handler may stop it."""


@dataclass(slots=True)
class Power:
    """Counts the points passed, and fails at the one it was told."""

    passed: list[str] = field(default_factory=list)
    fails_at: int = -1

    def watch(self, point: str) -> None:
        self.passed.append(str(point))
        if len(self.passed) - 1 == self.fails_at:
            raise PowerCut(point)

    def forget(self, fails_at: int = -1) -> None:
        self.passed, self.fails_at = [], fails_at


class OpenMirror(Mirror, Protocol):
    """A mirror that lets a test look at what it holds and ever held."""

    away: bool
    written: set[tuple[int, bytes]]

    def shares(self) -> list[tuple[int, bytes]]: ...


class MemoryMirror:
    """Two slots that outlive the process. A write is torn before it is whole; what was ever written is remembered."""

    def __init__(self, name: str, power: Power) -> None:
        self.name, self.power, self.away = name, power, False
        self.slots: dict[int, tuple[int, bytes] | None] = {0: None, 1: None}
        self.written: set[tuple[int, bytes]] = set()
        self._torn: set[int] = set()

    def read(self) -> Mapping[int, Share]:
        self._reach()
        return {epoch: Share(share) for epoch, share in self.shares()}

    def torn(self) -> bool:
        self._reach()
        return bool(self._torn)

    def prepare(self, epoch: int, share: Share) -> None:
        self._reach()
        self._write(epoch % 2, (epoch, share.reveal()), "prepared")
        self.written.add((epoch, share.reveal()))

    def efface(self, keep_epoch: int | None) -> None:
        self._reach()
        for slot, held in self.slots.items():
            if held is None or held[0] != keep_epoch:
                self._write(slot, None, "effaced")

    def medium(self) -> Medium:
        self._reach()
        return Medium(MediumClass.MAGNETIC, ("memory of a test",))

    def shares(self) -> list[tuple[int, bytes]]:
        return [held for held in self.slots.values() if held is not None]

    def _write(self, slot: int, held: tuple[int, bytes] | None, word: str) -> None:
        self.slots[slot] = None
        self._torn.add(slot)
        self.power.watch(f"{self.name}-{word}-torn")
        self.slots[slot] = held
        self._torn.discard(slot)
        self.power.watch(f"{self.name}-{word}")

    def _reach(self) -> None:
        if self.away:
            raise MirrorAway(f"mirror {self.name} is away", hint="bring it back")


class Ledger:
    """A journal that keeps one leaf for each batch, reason, class and policy."""

    def __init__(self) -> None:
        self.intents: dict[tuple[object, ...], Told] = {}
        self.leaves: dict[tuple[object, ...], Told] = {}
        self.turns: dict[UUID, Turn] = {}
        self.tellings: Counter[tuple[object, ...]] = Counter()

    def intend(self, told: Told) -> None:
        assert self.intents.setdefault(_leaf(told), told) == told

    def done(self, told: Told, turn: Turn) -> None:
        self.tellings[_leaf(told)] += 1
        assert self.leaves.setdefault(_leaf(told), told) == told
        assert self.turns.setdefault(told.batch, turn) == turn

    def rotated(self, batch: UUID, turn: Turn) -> None:
        assert self.turns.setdefault(batch, turn) == turn

    def destroyed(self) -> list[int]:
        return sorted(item.kid for told in self.leaves.values() for item in told.items)


def _leaf(told: Told) -> tuple[object, ...]:
    return told.batch, told.reason, told.category, told.policy


class Adversary:
    """Tries every key it has on every blob there ever was, by hand and not by the code under test."""

    def __init__(self) -> None:
        self.blobs: list[SealedNode] = []
        self._opened: dict[bytes, list[tuple[int, dict[int, bytes]]]] = {}
        self._tried: Counter[bytes] = Counter()  # by key: how many of the blobs

    def reach(self, *roots: bytes) -> set[tuple[int, bytes]]:
        """Return every value key that roots lead to, with its number: two under one, if a bucket was drawn in vain."""
        found: set[tuple[int, bytes]] = set()
        seen, keys = set(roots), list(roots)
        while keys:
            for node, children in self._opens(keys.pop()):
                if node >> 40 == 0:
                    found |= {(node << 8 | slot, child) for slot, child in children.items()}
                else:
                    keys += set(children.values()) - seen
                    seen |= set(children.values())
        return found

    def edges(self) -> list[tuple[bytes, set[tuple[int, int]]]]:
        """Return every key found so far below a root, with the edge it hung from."""
        opened = [one for ways in self._opened.values() for one in ways]
        return [(child, {(node, slot)}) for node, children in opened for slot, child in children.items()]

    def _opens(self, key: bytes) -> list[tuple[int, dict[int, bytes]]]:
        opened = self._opened.setdefault(key, [])
        for one in self.blobs[self._tried[key] :]:
            name = length_prefixed(b"jikim/node/1", b"\x01", one.node.to_bytes(8, "big"), one.birth.to_bytes(8, "big"))
            try:
                words = bytes(decrypt(Key(key), one.blob[1:], name))
            except DoesNotOpen:
                continue
            opened.append((one.node, {words[at]: words[at + 1 : at + 33] for at in range(0, len(words), 33)}))
        self._tried[key] = len(self.blobs)
        return opened


@contextmanager
def watched_by(adversary: Adversary) -> Iterator[None]:
    def recorded(key: Key, node: int, birth: int, children: Mapping[int, Key]) -> bytes:
        blob = seal_node(key, node, birth, children)
        adversary.blobs.append(SealedNode(node, birth, blob))
        return blob

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "seal_node", recorded)
        yield


class House:
    """One keyring file, its mirrors and its journal; `restart` is what a new process does."""

    def __init__(self, folder: Path, groups: Sequence[int] = (2,), copies: Copies | None = None) -> None:
        self.path, self.power, self.ledger = folder / "tree.sqlite3", Power(), Ledger()
        names = iter("abcdefgh")
        self.groups = [[self.make_mirror(next(names)) for _ in range(size)] for size in groups]
        self.mirrors = [mirror for group in self.groups for mirror in group]
        self.copies: Copies = copies or NoCopies()
        self.keys: dict[int, bytes] = {}  # every number that was ever handed out, and its key
        self._open()
        if self.store.row("SELECT 1 FROM keyring") is None:
            self.destroyer.rotate()
        else:
            self.destroyer.settle()

    def make_mirror(self, name: str) -> "OpenMirror":
        return MemoryMirror(name, self.power)

    def _open(self) -> None:
        self.store = Store(self.path)
        self.tree = Tree(self.store)
        roots = Roots([RootGroup(group, anywhere=True) for group in self.groups])
        self.allocator = Allocator(self.tree, self.copies, self.power.watch)
        self.destroyer = Destroyer(self.tree, roots, self.ledger, self.copies, self.power.watch)

    def restart(self, *, fails_at: int = -1) -> None:
        """End without a word, begin again, settle."""
        self.store.close()
        self.power.forget(fails_at)
        self._open()
        self.destroyer.settle()

    def give(self, shelf: Shelf = LIVE, count: int = 1) -> tuple[int, ...]:
        kids = self.allocator.allocate(shelf, count)
        fresh = {kid: self.tree.key(kid).reveal() for kid in kids}
        assert not fresh.keys() & self.keys.keys(), "a number was handed out twice"
        self.keys |= fresh
        return kids

    def destroy(self, *kids: int, cohorts: Sequence[int] = (), number: int = 1) -> None:
        self.destroyer.accept(request(*kids, cohorts=cohorts, number=number))
        self.destroyer.run()

    def standing(self, kid: int) -> Standing:
        return self.tree.standing(kid)

    def states(self) -> set[str]:
        return {state for (state,) in self.store.rows("SELECT state FROM batch")}

    def roots_on_media(self) -> list[bytes]:
        """Return every root that the shares on all mirrors, reachable or not, still give."""
        found = []
        for epoch in {epoch for mirror in self.mirrors for epoch, _share in mirror.shares()}:
            held = [
                {share for mirror in group for at, share in mirror.shares() if at == epoch} for group in self.groups
            ]
            assert all(len(shares) <= 1 for shares in held), f"two shares under epoch {epoch}"
            if all(held):
                found.append(root_key(epoch, [Share(shares.pop()) for shares in held]).reveal())
        return found


def request(
    *kids: int, cohorts: Sequence[int] = (), number: int = 1, reason: Reason = Reason.SUBJECT_REQUEST
) -> Request:
    return Request(UUID(int=number), reason, POLICY, dict.fromkeys(kids, ROWS), dict.fromkeys(cohorts, ROWS))


def flaws(house: House, adversary: Adversary, victims: set[int], *, finished: bool) -> list[str]:
    """Return what is wrong with a house, whatever happened to it; nothing may be."""
    reach = adversary.reach(*house.roots_on_media())
    own = adversary.reach(house.tree.root.reveal())
    standing = {kid: house.standing(kid) for kid in house.keys}
    found = [
        f"{kid} is called destroyed and can be reached"
        for kid in house.keys
        if _lies(kid, standing, house.keys[kid], reach)
    ]
    alive = {kid for kid in house.keys if standing[kid] is Standing.ALIVE}
    found += [f"{kid} is alive and lost" for kid in alive if (kid, house.keys[kid]) not in own]
    gone = house.keys.keys() - alive
    found += [f"{kid} is not alive, and the root reaches it" for kid in gone if (kid, house.keys[kid]) in own]
    found += [f"{kid} was nobody's wish" for kid in gone - victims]
    shares: dict[tuple[int, int], set[bytes]] = {}
    for number, group in enumerate(house.groups):
        for epoch, share in {written for mirror in group for written in mirror.written}:
            shares.setdefault((number, epoch), set()).add(share)
    found += [f"epoch {epoch} had two shares" for (_, epoch), held in shares.items() if len(held) > 1]
    if finished:
        found += [f"{kid} is {standing[kid]}" for kid in victims if standing[kid] is not Standing.DESTROYED]
        found += [f"a batch is {state}" for state in house.states() - {"done"}]
        found += [f"{m.name} holds {len(m.shares())} shares" for m in house.mirrors if len(m.shares()) != 1]
    return found


def _lies(kid: int, standing: Mapping[int, Standing], key: bytes, reach: set[tuple[int, bytes]]) -> bool:
    return standing[kid] is Standing.DESTROYED and (kid, key) in reach
