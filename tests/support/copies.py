"""A second place for a keyring, in memory, and a keyring that rises from it when the first one's disk is gone."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from jikim.sealing.index.tables import make_tables
from jikim.sealing.tree.ports import Row, SealedNode, Told, Turn
from jikim.sealing.tree.shipping import rebuild
from jikim.sealing.tree.store import Store
from tests.support.keytree import House, Ledger
from tests.support.power import MemoryMirror


class Copy:
    """Keeps the last of everything it was given, and may refuse."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[int, int], SealedNode] = {}
        self.rows: dict[tuple[str, tuple[int | str, ...]], Row] = {}
        self.away = False

    def ship(self, nodes: Sequence[SealedNode], rows: Sequence[Row]) -> None:
        if self.away:
            raise ConnectionError
        self.nodes |= {(one.node, one.birth): one for one in nodes}
        self.rows |= {(one.table, one.key): one for one in rows}

    def rebuilt_in(self, path: Path) -> None:
        store = Store(path)
        make_tables(store)
        rebuild(store, self.nodes.values(), self.rows.values())
        store.close()


class PatientLedger(Ledger):
    """A journal in which what was told stands, as in the real one, whatever hour is told the next time."""

    def done(self, told: Told, turn: Turn) -> None:
        super().done(told, self.turns.get(told.batch, turn))

    def rotated(self, batch: UUID, turn: Turn) -> None:
        super().rotated(batch, self.turns.get(batch, turn))

    def rekeyed(self, rekey: UUID, turn: Turn) -> None:
        super().rekeyed(rekey, self.rekeys.get(rekey, turn))


def promote(house: House, copy: Copy, path: Path) -> None:
    """Lose the disk with the keyring and the first mirror; go on from the copy and the second mirror."""
    house.store.close()
    lost, kept = house.mirrors
    if isinstance(lost, MemoryMirror):
        lost.slots = {0: None, 1: None}
    copy.rebuilt_in(path)
    house.path, house.groups, house.mirrors = path, [[kept]], [kept]
    house.restart()
