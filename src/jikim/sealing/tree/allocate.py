"""Handing out keys: each is durable, here and on a copy, before its number leaves.

A bucket of 256 keys is drawn at once; numbers are reserved in blocks, so that a value does not cost a commit. A crash
loses the rest of a block: those numbers are never used, and their keys end with the cohort.
"""

from jikim.domain.errors import Misused
from jikim.sealing.kids import FAN_OUT, MAX_COHORT, kid_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.sealing.tree.nodes import sealed_node
from jikim.sealing.tree.places import LEAVES, Edge, way
from jikim.sealing.tree.ports import Copies, SealedNode
from jikim.sealing.tree.shelves import Shelf
from jikim.sealing.tree.shipping import ship
from jikim.sealing.tree.steps import Step, Watch, unwatched
from jikim.sealing.tree.tree import Tree

BLOCK = 64  # numbers reserved by one commit; divides a bucket


class Allocator:
    """The one that hands out key numbers. No number is ever handed out twice."""

    def __init__(self, tree: Tree, copies: Copies, watch: Watch = unwatched) -> None:
        self._tree, self._store, self._copies, self._watch = tree, tree.store, copies, watch
        self._spare: dict[int, range] = {}  # by cohort: leaves that are reserved, durable and shipped

    def allocate(self, shelf: Shelf, count: int) -> tuple[int, ...]:
        """Return new key numbers of a shelf, each with a durable key.

        raises: Misused (count); BatchUnderWay, KeyringUnavailable or what the copies raise: then none was handed out
        """
        if not 0 < count <= LEAVES:
            raise Misused(f"{count} keys at once", hint=f"ask for 1 to {LEAVES} keys")
        kids: list[int] = []
        with self._tree.changing:
            while len(kids) < count:
                cohort = self._open_part(shelf)
                kids += self._take(cohort, count - len(kids))
        return tuple(kids)

    def close(self) -> None:
        """Give back reserved numbers that nobody has seen. Allocating afterwards reserves anew."""
        with self._tree.changing, self._store.writing():
            for cohort, leaves in self._spare.items():
                sql = "UPDATE alloc SET next = ? WHERE cohort = ? AND next = ?"
                self._store.run(sql, leaves.start, cohort, leaves.stop)
            self._spare = {}

    def _open_part(self, shelf: Shelf) -> int:
        """Return the cohort on which the shelf goes on, opened if need be."""
        facts = (shelf.cohort_class, shelf.category, shelf.day.isoformat())
        which = "class = ? AND category = ? AND day = ?"
        sql = f"SELECT no FROM cohort JOIN alloc ON cohort = no WHERE {which} AND NOT closed ORDER BY part"  # noqa: S608  # a constant
        for (cohort,) in self._store.rows(sql, *facts):
            if self._spare.get(cohort) or self._following(cohort) < LEAVES:
                return int(cohort)
        parts = self._store.number(f"SELECT count(*) FROM cohort WHERE {which}", *facts)  # noqa: S608  # a constant
        with self._store.writing():
            sql = "INSERT INTO cohort (class, category, day, part) VALUES (?, ?, ?, ?)"
            cohort = self._store.run(sql, *facts, parts)
            if cohort > MAX_COHORT:
                raise Misused("the tree has no cohort numbers left", hint="found a new keyring and move what is alive")
            self._store.run("INSERT INTO alloc (cohort, next) VALUES (?, 0)", cohort)
        self._watch(Step.A1_COHORT_OPENED)
        return cohort

    def _take(self, cohort: int, wanted: int) -> list[int]:
        leaves = self._spare.get(cohort) or self._reserve(cohort, wanted)
        taken, self._spare[cohort] = leaves[:wanted], leaves[wanted:]
        return [kid_of(cohort, leaf) for leaf in taken]

    def _reserve(self, cohort: int, wanted: int) -> range:
        """Reserve leaves up to the end of a bucket at most, with their keys durable here and on a copy."""
        start = self._following(cohort)
        blocks = -(-(start + wanted) // BLOCK) * BLOCK
        leaves = range(start, min(blocks, (start // FAN_OUT + 1) * FAN_OUT))
        grown = self._grow(kid_of(cohort, start)) if start % FAN_OUT == 0 else []
        with self._store.writing():
            self._store.keep(grown)
            self._store.run("UPDATE alloc SET next = ? WHERE cohort = ?", leaves.stop, cohort)
            self._watch(Step.A2_BEFORE_COMMIT)
        self._watch(Step.A2_RESERVED)
        ship(self._store, self._copies)
        self._watch(Step.A3_SHIPPED)
        return leaves

    def _grow(self, kid: int) -> list[SealedNode]:
        """Return a new bucket and the nodes that carry it: the lowest one there is sealed anew, the rest are born."""
        if self._store.row("SELECT 1 FROM batch WHERE state = 'staged'"):
            raise BatchUnderWay(
                "a destruction is staged and not settled", hint="run the destruction to its end, then retry"
            )
        *inner, (bucket, _slot) = way(kid)
        changed, key = self._hang(inner)
        deks = {slot: Key.fresh() for slot in range(FAN_OUT)}
        return [*changed, sealed_node(key, bucket, self._tree.epoch, deks)]

    def _hang(self, edges: list[Edge]) -> tuple[list[SealedNode], Key]:
        """Return the inner nodes that change, and the key of what hangs from the last edge."""
        changed: list[SealedNode] = []
        key, fresh = self._tree.root, False
        for node, slot in edges:
            birth, children = (self._tree.epoch, {}) if fresh else self._tree.children(node)
            fresh = slot not in children
            if fresh:
                children[slot] = Key.fresh()
                changed.append(sealed_node(key, node, birth, children))
            key = children[slot]
        return changed, key

    def _following(self, cohort: int) -> int:
        return self._store.number("SELECT next FROM alloc WHERE cohort = ?", cohort) or 0
