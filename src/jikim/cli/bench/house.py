"""A key tree as large as asked for, with everything that stands around it in a real home: slot file, journal, files."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from jikim.domain.leaf import DestroyReason
from jikim.sealing.groups import RootGroup
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.primitives import DIGEST_BYTES
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.places import LEAVES
from jikim.sealing.tree.ports import NoCopies
from jikim.sealing.tree.requests import GATHERED_TARGETS, Request
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.telling import Teller
from jikim.sealing.tree.tree import Tree

POLICY = "00" * DIGEST_BYTES
ROWS = bytes(DIGEST_BYTES)
DAY = date(2026, 1, 1)
BUILD = "sha256:" + "00" * DIGEST_BYTES
HOME = UUID(int=0)


@dataclass(slots=True)
class House:
    """One tree. Its keys are taken for destruction in random order, each once."""

    store: Store
    tree: Tree
    allocator: Allocator
    destroyer: Destroyer
    journal: Journal
    alive: list[int] = field(default_factory=list)
    cohorts: list[int] = field(
        default_factory=list
    )  # whole ones, for destroying at once; their keys are not in `alive`
    staged_bytes: int = 0  # of the nodes that the last destruction wrote

    def take(self, count: int) -> tuple[int, ...]:
        """Choose keys at random; they are never chosen again."""
        return tuple(self._take_one() for _ in range(count))

    def _take_one(self) -> int:
        """Take any key; the last one stands in its place, so that it costs the same however many there are."""
        place = secrets.randbelow(len(self.alive))
        last = self.alive.pop()
        if place == len(self.alive):
            return last
        taken, self.alive[place] = self.alive[place], last
        return taken

    def destroy(self, kids: Sequence[int] = (), cohorts: Sequence[int] = ()) -> None:
        """Ask for it, in as many requests as it takes, and carry all of it out."""
        self.destroyer.accept(*_divided(kids, cohorts))
        self.destroyer.run()

    def ask_each(self, kids: Sequence[int]) -> None:
        """Ask for each key by a request of its own, as for as many people, and carry all of them out."""
        self.destroyer.accept(*(_request({kid: ROWS}, {}) for kid in kids))
        self.destroyer.run()

    def watch(self, step: Step) -> None:
        if step is Step.D2_STAGED:
            sql = "SELECT sum(length(blob)) FROM node WHERE birth = (SELECT max(birth) FROM node)"
            self.staged_bytes = self.store.number(sql) or 0

    def close(self) -> None:
        self.store.close()
        self.journal.close()


def open_house(folder: Path) -> House:
    """Make a tree without any key, as a new home does."""
    journal = open_journal(folder, "bench.invalid/journal")
    store = Store(folder / "keyring.sqlite3")
    tree, copies = Tree(store), NoCopies()
    roots = Roots([RootGroup([SlotFile.create(folder / "root.slots", HOME)], anywhere=True)])
    watched: list[House] = []

    def watch(step: Step) -> None:
        for house in watched:
            house.watch(step)

    destroyer = Destroyer(tree, roots, Teller(journal, BUILD), copies, watch)
    destroyer.rotate()
    house = House(store, tree, Allocator(tree, copies), destroyer, journal)
    watched.append(house)
    return house


def fill(house: House, keys: int, *, whole_cohorts: int = 0, of: int = LEAVES) -> None:
    """Hand out keys as the program does, a cohort at a time. of: keys in each of the whole cohorts."""
    for number, count in enumerate(_cohorts(keys)):
        shelf = Shelf(CohortClass.LIVE, f"class-{number}", DAY)
        house.alive += house.allocator.allocate(shelf, count)
    for number in range(whole_cohorts):
        kids = house.allocator.allocate(Shelf(CohortClass.SEPARATE, f"class-{number}", DAY), of)
        house.cohorts.append(kids[0] // LEAVES)


def _cohorts(keys: int) -> Iterator[int]:
    while keys > 0:
        yield min(keys, LEAVES)
        keys -= LEAVES


def _divided(kids: Sequence[int], cohorts: Sequence[int]) -> Iterator[Request]:
    for start in range(0, len(kids), GATHERED_TARGETS):
        yield _request(dict.fromkeys(kids[start : start + GATHERED_TARGETS], ROWS), {})
    if cohorts:
        yield _request({}, dict.fromkeys(cohorts, ROWS))


def _request(kids: dict[int, bytes], cohorts: dict[int, bytes]) -> Request:
    return Request(uuid4(), DestroyReason.RETENTION_EXPIRED, POLICY, kids, cohorts)
