"""A keyring in real files whose process is killed at a numbered step; what happened before is kept outside of it.

Each part runs in a process of its own: one acts and is killed, one settles and goes on, one looks for flaws.
"""

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

from jikim.domain.leaf import DestroyReason
from jikim.sealing.groups import RootGroup
from jikim.sealing.journal.log import open_journal
from jikim.sealing.primitives import Share
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile
from jikim.sealing.tree import batches, nodes, rekey
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import SealedNode
from jikim.sealing.tree.shelves import Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.telling import Teller
from jikim.sealing.tree.tree import Tree
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.power import OpenMirror

HOME = UUID(int=7)
BUILD = "sha256:" + "cd" * 32
LAYOUTS: Mapping[str, tuple[int, ...]] = {"one group": (2,), "two groups": (1, 2), "a mirror away": (2,)}
AWAY = "b"


class Notes:
    """What an onlooker writes down, so that no killed process takes it along: blobs, shares, keys handed out."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "notes"
        self._path.touch()

    def add(self, kind: str, *facts: int | str) -> None:
        with self._path.open("a") as notes:
            notes.write(json.dumps([kind, *facts]) + "\n")

    def of(self, kind: str) -> list[list[int | str]]:
        notes = map(json.loads, self._path.read_text().splitlines())
        return [facts for found, *facts in notes if found == kind]


class KeptMirror(SlotFile):
    """A slot file that can be taken away, and whose every share is noted."""

    away = False
    notes: Notes
    written: set[tuple[int, bytes]]

    def prepare(self, epoch: int, share: Share) -> None:
        self.notes.add("share", self.name, epoch, share.reveal().hex())
        self.written.add((epoch, share.reveal()))
        super().prepare(epoch, share)

    def shares(self) -> list[tuple[int, bytes]]:
        return [(epoch, share.reveal()) for epoch, share in self.read().items()]

    def take_away(self) -> None:
        self.path.rename(self.path.with_name(f"{self.path.name}.away"))

    def bring_back(self) -> None:
        if not self.path.exists():
            self.path.with_name(f"{self.path.name}.away").rename(self.path)


class FileHouse(House):
    """A house in files, with the real journal."""

    def __init__(self, folder: Path, layout: str, notes: Path | None = None) -> None:
        self.folder, self.notes = folder, Notes(notes or folder)
        super().__init__(folder, LAYOUTS[layout])
        self.keys = {int(kid): bytes.fromhex(str(key)) for kid, key in self.notes.of("key")}

    def make_mirror(self, name: str) -> OpenMirror:
        path = self.folder / name
        if not path.with_name(f"{name}.away").exists():
            SlotFile.create(path, HOME)
        mirror = KeptMirror(path, HOME)
        shares = self.notes.of("share")
        mirror.notes = self.notes
        mirror.written = {(int(epoch), bytes.fromhex(str(share))) for at, epoch, share in shares if at == name}
        return mirror

    def _open(self) -> None:
        self.store = Store(self.path)
        self.tree = Tree(self.store)
        self.roots = Roots([RootGroup(group, anywhere=True) for group in self.groups])
        self.allocator = Allocator(self.tree, self.copies, self.power.watch)
        (self.folder / "journal").mkdir(exist_ok=True)
        self.log = open_journal(self.folder / "journal", "test.invalid/journal")
        self.destroyer = Destroyer(self.tree, self.roots, Teller(self.log, BUILD), self.copies, self.power.watch)

    def restart(self, *, fails_at: int = -1) -> None:
        self.log.close()
        super().restart(fails_at=fails_at)

    def close(self) -> None:
        self.store.close()
        self.log.close()

    def give(self, shelf: Shelf = LIVE, count: int = 1) -> tuple[int, ...]:
        kids = super().give(shelf, count)
        for kid in kids:
            self.notes.add("key", kid, self.keys[kid].hex())
        return kids

    def kept(self, name: str) -> KeptMirror:
        return next(one for one in self.mirrors if isinstance(one, KeptMirror) and one.name == name)


# --- what is done ------------------------------------------------------------------------------------------------


def single(house: House, kids: list[int]) -> None:
    house.destroyer.accept(request(kids[0]))
    house.destroyer.run()


def several(house: House, kids: list[int]) -> None:
    house.destroyer.accept(request(kids[0], kids[5], number=1))
    house.destroyer.accept(request(kids[0], kids[1], number=2, reason=DestroyReason.CONSENT_WITHDRAWN))
    house.destroyer.accept(request(kids[6], number=3))
    house.destroyer.run()


def cohort(house: House, kids: list[int]) -> None:
    house.destroyer.accept(request(kids[0], cohorts=[kids[5] >> 16]))
    house.destroyer.run()


def renewed(house: House, kids: list[int]) -> None:
    house.destroyer.accept(request(kids[0]))
    house.destroyer.rekey()


Scenario = Callable[[House, list[int]], None]
SCENARIOS: Mapping[str, Scenario] = {one.__name__: one for one in (single, several, cohort, renewed)}
VICTIMS = {"single": (0,), "several": (0, 1, 5, 6), "cohort": (0, 5, 6, 7), "renewed": (0,)}
DONE_LEAVES = {"single": 1, "several": 3, "cohort": 2, "renewed": 1}


# --- the processes -----------------------------------------------------------------------------------------------


def act(folder: Path, scenario: str, layout: str, step: str) -> None:
    """Allocate, destroy, and be killed at a step the first time it is passed."""
    house = _house(folder, layout)
    kids = [*house.give(LIVE, 5), *house.give(COMPLAINTS, 3)]
    if layout == "a mirror away":
        house.kept(AWAY).take_away()
    _kill_at(house, step)
    house.give(CONTRACTS, 2)
    SCENARIOS[scenario](house, kids)
    house.kept(AWAY).bring_back()
    house.destroyer.run()


def settle(folder: Path, scenario: str, layout: str, step: str) -> None:
    """Start again and ask for the same, with every mirror back; be killed at a step, if one is named."""
    _watch_blobs(folder)
    mirror = folder / f"{AWAY}.away"
    if mirror.exists():
        mirror.rename(folder / AWAY)
    house = _KilledEarly(folder, layout, step)
    kids = list(house.keys)[:8]
    house.give(LIVE, 1)
    SCENARIOS[scenario](house, kids)
    house.allocator.close()


def look(folder: Path, scenario: str, layout: str) -> None:
    """Write down what is wrong; nothing may be."""
    house = _house(folder, layout)
    adversary = Adversary()
    adversary.blobs = [
        SealedNode(int(node), int(birth), bytes.fromhex(str(blob))) for node, birth, blob in house.notes.of("blob")
    ]
    kids = list(house.keys)
    victims = {kids[place] for place in VICTIMS[scenario]}
    found = flaws(house, adversary, victims, finished=True)
    kinds = [house.log.leaf(index).kind for index in range(house.log.size)]
    if kinds.count("destroy.done") != DONE_LEAVES[scenario]:
        found.append(f"told done {kinds.count('destroy.done')} times")
    told = [one for batch in batches.in_state(house.store, "done") for one in batches.destroyed(house.store, batch)]
    found += [f"batch {one.batch} is not told" for one in told if Teller(house.log, BUILD).index(one) is None]
    if (scenario == "renewed") != ("re-key" in kinds):
        found.append("the re-key is told wrongly")
    if not adversary.blobs or len(kids) < 9:
        found.append("nothing was looked at")
    (folder / "found").write_text(json.dumps(found))


class _KilledEarly(FileHouse):
    """A house that may be killed while it settles."""

    def __init__(self, folder: Path, layout: str, step: str) -> None:
        self._step = step
        super().__init__(folder, layout)

    def _open(self) -> None:
        super()._open()
        _kill_at(self, self._step)


def _house(folder: Path, layout: str) -> FileHouse:
    _watch_blobs(folder)
    return FileHouse(folder, layout)


def _watch_blobs(folder: Path) -> None:
    notes = Notes(folder)
    rekey.SLICE = 1

    def noted(node: int, birth: int, blob: bytes) -> SealedNode:
        notes.add("blob", node, birth, blob.hex())
        return SealedNode(node, birth, blob)

    vars(nodes)["SealedNode"] = noted


def _kill_at(house: House, step: str) -> None:
    def watch(passed: Step) -> None:
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)

    house.allocator._watch = house.destroyer._watch = watch
