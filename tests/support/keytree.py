"""A key tree and all that stands around it: a file, mirrors that can fail, a journal; and what may be wrong with it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from jikim.domain.leaf import DestroyReason
from jikim.sealing.formats import root_key
from jikim.sealing.groups import RootGroup
from jikim.sealing.primitives import Share
from jikim.sealing.roots import Roots
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import Copies, NoCopies, Told, Turn
from jikim.sealing.tree.requests import Request
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Standing, Tree
from tests.support.adversary import Adversary
from tests.support.power import MemoryMirror, OpenMirror, Power, PowerCut

POLICY = "ab" * 32
ROWS = b"r" * 32
DAY = date(2026, 11, 23)
LIVE = Shelf(CohortClass.LIVE, "inquiry", DAY)
COMPLAINTS = Shelf(CohortClass.SEPARATE, "complaint-3y", DAY)
CONTRACTS = Shelf(CohortClass.SEPARATE, "contract-5y", DAY)


class Ledger:
    """A journal that keeps one leaf for each batch, reason, class and policy."""

    def __init__(self) -> None:
        self.intents: dict[tuple[object, ...], Told] = {}
        self.leaves: dict[tuple[object, ...], Told] = {}
        self.turns: dict[UUID, Turn] = {}
        self.rekeys: dict[UUID, Turn] = {}
        self.tellings: Counter[tuple[object, ...]] = Counter()

    def intend(self, told: Told) -> None:
        assert self.intents.setdefault(_leaf(told), told) == told

    def done(self, told: Told, turn: Turn) -> None:
        self.tellings[_leaf(told)] += 1
        assert self.leaves.setdefault(_leaf(told), told) == told
        assert self.turns.setdefault(told.batch, turn) == turn

    def rotated(self, batch: UUID, turn: Turn) -> None:
        assert self.turns.setdefault(batch, turn) == turn

    def rekeyed(self, rekey: UUID, turn: Turn) -> None:
        assert self.rekeys.setdefault(rekey, turn) == turn

    def destroyed(self) -> list[int]:
        return sorted(item.number for told in self.leaves.values() for item in told.items)


def _leaf(told: Told) -> tuple[object, ...]:
    return told.batch, told.reason, told.category, told.policy


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
        self.roots = Roots([RootGroup(group, anywhere=True) for group in self.groups])
        self.allocator = Allocator(self.tree, self.copies, self.power.watch)
        self.destroyer = Destroyer(self.tree, self.roots, self.ledger, self.copies, self.power.watch)

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
    *kids: int, cohorts: Sequence[int] = (), number: int = 1, reason: DestroyReason = DestroyReason.SUBJECT_REQUEST
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


def stop_at(house: House, step: Step, *kids: int) -> None:
    """Begin to destroy keys and let the power fail after a step."""
    house.destroyer.accept(request(*kids))
    house.power.forget()
    passed: list[str] = []

    def watch(point: str) -> None:
        passed.append(point)
        if point == step:
            raise PowerCut(point)

    house.destroyer._watch = watch
    try:
        house.destroyer.run()
    except PowerCut:
        return
    raise AssertionError(f"{step} was not passed")
