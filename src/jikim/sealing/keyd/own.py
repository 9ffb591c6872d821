"""The key daemon's own keys: each a leaf of the tree like any value's, known by a name in the keyring's file."""

from jikim import clock
from jikim.domain.journal import Role
from jikim.domain.period import legal_day
from jikim.sealing.keyd.values import leaf_key
from jikim.sealing.primitives import MacKey
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.tree import Tree

GRANTS, LEAVES = "grant", "leaf"


class OwnKeys:
    """Keys by name, made when first asked for and never replaced by another."""

    def __init__(self, tree: Tree, allocator: Allocator) -> None:
        self._tree, self._allocator = tree, allocator
        self._kept: dict[str, MacKey] = {}

    def mac_key(self, name: str) -> MacKey:
        """Return the key of this name, durable before it is used. name: also the category of its cohort."""
        if name not in self._kept:
            self._kept[name] = MacKey.taken_from(self._tree.key(self._kid(name)))
        return self._kept[name]

    def warm(self) -> None:
        """Have every key made, so that no call has to wait for one."""
        for name in (GRANTS, LEAVES):
            self.mac_key(name)

    def leaf_key(self, role: Role) -> MacKey:
        """Return the key by which a role proves that it told a journal entry."""
        return leaf_key(self.mac_key(LEAVES), role)

    def _kid(self, name: str) -> int:
        store = self._tree.store
        with self._tree.changing:
            known = store.number("SELECT kid FROM own_key WHERE name = ?", name)
            if known is not None:
                return known
            shelf = Shelf(CohortClass.SYSTEM, name, legal_day(clock.wall_now()))
            (kid,) = self._allocator.allocate(shelf, 1)
            with store.writing():
                store.run("INSERT INTO own_key (name, kid) VALUES (?, ?)", name, kid)
            return kid
