"""New keys for every node, slice by slice, as after a suspicion that a root was seen: an old root then leads nowhere.

Values keep their keys. What is handed out after the first slice hangs in new cohorts, below nodes that are new up to
the root; the other nodes follow, in changes of root of a bounded size. How far it is, the births of the nodes tell.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

from jikim.sealing.kids import MAX_COHORT, kid_of
from jikim.sealing.tree import batches
from jikim.sealing.tree.places import COHORT_EDGE_LEVEL, way
from jikim.sealing.tree.ports import Journal, Turn
from jikim.sealing.tree.steps import Step, Watch
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Tree

SLICE = 128  # buckets and lonely inner nodes of one change of root, beside the nodes above them


def open_one(store: Store, watch: Watch) -> None:
    """Keep the wish, durable; one that is kept already goes on."""
    if _under_way(store) is None:
        with store.writing():
            store.run("INSERT INTO rekey (id) VALUES (?)", uuid4().bytes)
            watch(Step.R0_BEFORE_COMMIT)
        watch(Step.R0_KEPT)


def is_under_way(store: Store) -> bool:
    """Say whether a re-key was begun and is not told yet."""
    return _under_way(store) is not None


def gather(tree: Tree) -> int | None:
    """Make a batch of the next slice and return its number; None when there is nothing left to renew."""
    store, rekey = tree.store, _under_way(tree.store)
    if rekey is None or (_has_begun(store, rekey) and next(_old_nodes(tree, rekey), None) is None):
        return None
    with store.writing():
        return store.run("INSERT INTO batch (id, state, rekey) VALUES (?, 'gathered', ?)", uuid4().bytes, rekey)


def slice_of(tree: Tree, batch: int) -> list[int]:
    """Return the nodes a batch renews: none unless it is a slice, and first those that new cohorts will hang from."""
    store = tree.store
    rekey = store.number("SELECT rekey FROM batch WHERE no = ?", batch)
    if rekey is None or not tree.epoch:
        return []
    if not _has_begun(store, rekey):
        return _last_path(tree)
    return [node for _place, node in zip(range(SLICE), _old_nodes(tree, rekey), strict=False)]


def stage(store: Store, batch: int, epoch: int) -> None:
    """Write with D2 of the first slice: which nodes are old, and that no cohort of before hands out anything more."""
    rekey = store.number("SELECT rekey FROM batch WHERE no = ?", batch)
    if rekey is not None and not _has_begun(store, rekey):
        store.run("UPDATE rekey SET epoch = ? WHERE no = ?", epoch, rekey)
        store.run("UPDATE cohort SET closed = 1 WHERE NOT closed")


def finish(tree: Tree, journal: Journal, watch: Watch) -> None:
    """Tell that every node is new, as soon as that is so and no copy of an older root is waited for."""
    store, rekey = tree.store, _under_way(tree.store)
    if rekey is None or not _has_begun(store, rekey):
        return
    if store.row("SELECT 1 FROM batch WHERE state != 'done'") or next(_old_nodes(tree, rekey), None) is not None:
        return
    ((name,),) = store.rows("SELECT id FROM rekey WHERE no = ?", rekey)
    journal.rekeyed(UUID(bytes=name), _turn_of(store, rekey))
    watch(Step.R1_TOLD)
    with store.writing():
        store.run("UPDATE rekey SET told = 1 WHERE no = ?", rekey)
    watch(Step.R1_MARKED)


def _turn_of(store: Store, rekey: int) -> Turn:
    """Return all its changes of root as one: from the root before the first to that of the last."""
    slices = store.rows("SELECT no FROM batch WHERE rekey = ? ORDER BY no", rekey)
    first, last = (batches.turn_of(store, batch) for (batch,) in (slices[0], slices[-1]))
    return Turn(last.epoch, first.old_root, last.new_root, last.at, last.groups)


def _under_way(store: Store) -> int | None:
    return store.number("SELECT no FROM rekey WHERE NOT told")


def _has_begun(store: Store, rekey: int) -> bool:
    """Say whether its first slice took effect; before that its mark is written anew at each attempt."""
    sql = "SELECT 1 FROM batch WHERE rekey = ? AND state NOT IN ('gathered', 'staged')"
    return store.row(sql, rekey) is not None


def _old_nodes(tree: Tree, rekey: int) -> Iterator[int]:
    """Give the nodes that keep a key from before the mark; what no root leads to any more is left out."""
    sql = """SELECT id FROM node GROUP BY id HAVING max(birth) <= (SELECT epoch FROM rekey WHERE no = ?)
             ORDER BY id"""
    return (node for (node,) in tree.store.rows(sql, rekey) if tree.node_key(node) is not None)


def _last_path(tree: Tree) -> list[int]:
    """Return the nodes above the next cohort, as far as they are there."""
    following = (tree.store.number("SELECT max(no) FROM cohort") or 0) + 1
    above = [node for node, _slot in way(kid_of(min(following, MAX_COHORT), 0)) if node >> 40 >= COHORT_EDGE_LEVEL]
    return [node for node in above if tree.node_key(node) is not None]
