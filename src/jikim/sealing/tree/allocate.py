"""Handing out keys: each is durable, here and on a copy, before its number leaves.

A bucket of 256 keys is drawn at once; numbers are reserved in blocks, so that a value does not cost a commit. After an
end without a word no bucket of before is gone on with, also where the file is a copy of a keyring at work: whatever was
handed out after it was made, no key ever serves two values. A copy of a keyring that was closed may hand out numbers a
second time where no root was changed since; whoever keeps the envelopes takes no number twice, and so notices.
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
    """The one that hands out key numbers. No number is ever handed out twice; any thread may ask."""

    def __init__(self, tree: Tree, copies: Copies, watch: Watch = unwatched) -> None:
        self._tree, self._store, self._copies, self._watch = tree, tree.store, copies, watch
        self._spare: dict[int, list[range]] = {}  # by cohort: leaves that are reserved, durable and shipped
        self._used: set[Shelf] = set()
        self._begun = False

    def allocate(self, shelf: Shelf, count: int) -> tuple[int, ...]:
        """Return new key numbers of a shelf, each with a durable key.

        Waits for a destruction that is under way only where a new bucket has to grow.
        raises: Misused (count); BatchUnderWay, KeyringUnavailable or what the copies raise: then none was handed out
        """
        if not 0 < count <= LEAVES:
            raise Misused(f"{count} keys at once", hint=f"ask for 1 to {LEAVES} keys")
        self._store.refuse_another_file()  # what is reserved is taken without a commit
        self._used.add(shelf)
        kids: list[int] = []
        while len(kids) < count:
            if taken := self._take(shelf, count - len(kids)):
                kids += taken
            else:
                self._reserve(shelf, count - len(kids))
        return tuple(kids)

    def stock(self, least: int = FAN_OUT) -> None:
        """Reserve ahead for every shelf in use, so that none has to wait for a destruction; call it before one.

        raises: as `allocate`
        """
        for shelf in tuple(self._used):
            while (missing := least - self._in_stock(shelf)) > 0:
                self._reserve(shelf, missing)

    def reserved(self, cohort: int) -> frozenset[int]:
        """Return the leaves of a cohort that are reserved here and that nobody has seen."""
        with self._tree.handing:
            return frozenset(leaf for leaves in self._spare.get(cohort, ()) for leaf in leaves)

    def close(self) -> None:
        """Give back reserved numbers that nobody has seen. Allocating afterwards reserves anew."""
        with self._tree.handing, self._store.writing():
            for cohort, reserved in self._spare.items():
                for leaves in sorted(reserved, key=lambda leaves: -leaves.start):
                    sql = "UPDATE alloc SET next = ? WHERE cohort = ? AND next = ?"
                    self._store.run(sql, leaves.start, cohort, leaves.stop)
            self._spare, self._begun = {}, False
            self._store.run("UPDATE keyring SET handing = 0")

    def _take(self, shelf: Shelf, wanted: int) -> list[int]:
        """Hand out reserved numbers; none where none is left, or where their cohort was closed meanwhile."""
        with self._tree.handing:
            for cohort in self._open_parts(shelf):
                if reserved := self._spare.get(cohort):
                    leaves = reserved.pop(0)
                    if leaves[wanted:]:
                        reserved.insert(0, leaves[wanted:])
                    return [kid_of(cohort, leaf) for leaf in leaves[:wanted]]
        return []

    def _in_stock(self, shelf: Shelf) -> int:
        with self._tree.handing:
            return sum(len(leaves) for cohort in self._open_parts(shelf) for leaves in self._spare.get(cohort, ()))

    def _reserve(self, shelf: Shelf, wanted: int) -> None:
        """Reserve leaves up to the end of a bucket at most, with their keys durable here and on a copy."""
        with self._tree.handing:
            self._begin()
            reserved = self._reserve_in_bucket(shelf, wanted)
        if reserved is None:
            with self._tree.changing, self._tree.handing:
                reserved = self._reserve_in_bucket(shelf, wanted) or self._reserve_with_new_bucket(shelf, wanted)
        self._watch(Step.A2_RESERVED)
        ship(self._store, self._copies)
        self._watch(Step.A3_SHIPPED)
        cohort, leaves = reserved
        with self._tree.handing:
            self._spare.setdefault(cohort, []).append(leaves)

    def _begin(self) -> None:
        """Leave the rest of every bucket alone, the first time, if the last process did not close."""
        if self._begun or (still_handing := self._store.number("SELECT handing FROM keyring")) is None:
            return  # None: the first root is still to come, and nothing is handed out before it
        with self._store.writing():
            if still_handing:
                self._store.run("UPDATE alloc SET next = (next + ?) / ? * ?", FAN_OUT - 1, FAN_OUT, FAN_OUT)
            self._store.run("UPDATE keyring SET handing = 1")
        self._begun = True

    def _reserve_in_bucket(self, shelf: Shelf, wanted: int) -> tuple[int, range] | None:
        """Reserve where a bucket is not used up. Its keys are there, so no node changes and nobody is waited for."""
        for cohort in self._open_parts(shelf):
            if self._following(cohort) % FAN_OUT:
                return cohort, self._marked(cohort, wanted, [])
        return None

    def _reserve_with_new_bucket(self, shelf: Shelf, wanted: int) -> tuple[int, range]:
        for cohort in self._open_parts(shelf):
            if self._following(cohort) < LEAVES:
                break
        else:
            cohort = self._opened(shelf)
        return cohort, self._marked(cohort, wanted, self._grow(kid_of(cohort, self._following(cohort))))

    def _marked(self, cohort: int, wanted: int, grown: list[SealedNode]) -> range:
        """Move the high-water mark, in one commit with the nodes that grew."""
        start = self._following(cohort)
        blocks = -(-(start + wanted) // BLOCK) * BLOCK
        leaves = range(start, min(blocks, (start // FAN_OUT + 1) * FAN_OUT))
        with self._store.writing():
            self._store.keep(grown)
            self._store.run("UPDATE alloc SET next = ? WHERE cohort = ?", leaves.stop, cohort)
            self._watch(Step.A2_BEFORE_COMMIT)
        return leaves

    def _open_parts(self, shelf: Shelf) -> list[int]:
        sql = "SELECT no FROM cohort WHERE class = ? AND category = ? AND day = ? AND NOT closed ORDER BY part"
        return [cohort for (cohort,) in self._store.rows(sql, *_facts(shelf))]

    def _opened(self, shelf: Shelf) -> int:
        """Open another part of a shelf, under a number of its own."""
        sql = "SELECT count(*) FROM cohort WHERE class = ? AND category = ? AND day = ?"
        parts = self._store.number(sql, *_facts(shelf))
        with self._store.writing():
            sql = "INSERT INTO cohort (class, category, day, part) VALUES (?, ?, ?, ?)"
            cohort = self._store.run(sql, *_facts(shelf), parts)
            if cohort > MAX_COHORT:
                raise Misused("the tree has no cohort numbers left", hint="found a new keyring and move what is alive")
            self._store.run("INSERT INTO alloc (cohort, next) VALUES (?, 0)", cohort)
        self._watch(Step.A1_COHORT_OPENED)
        return cohort

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


def _facts(shelf: Shelf) -> tuple[str, str, str]:
    return shelf.cohort_class, shelf.category, shelf.day.isoformat()
