"""Reading and sealing single nodes. Every node of the tree passes through here, so that a test can keep every blob."""

from collections.abc import Collection, Mapping

from jikim.sealing.errors import UnknownFormat
from jikim.sealing.formats import cut_node, open_child, open_node, open_slots, open_some, seal_node
from jikim.sealing.primitives import DoesNotOpen, Key
from jikim.sealing.tree.errors import NodeDamaged
from jikim.sealing.tree.ports import SealedNode
from jikim.sealing.tree.store import Store


def sealed_node(key: Key, node: int, birth: int, children: Mapping[int, Key]) -> SealedNode:
    return SealedNode(node, birth, seal_node(key, node, birth, children))


def cut(
    store: Store, key: Key, node: int, epoch: int, slots: Collection[int], renewed: tuple[Key, int]
) -> tuple[SealedNode, dict[int, Key]]:
    """Return a node's next version without some of its children, and the keys of those that were there, by slot.

    None of the others becomes a key of its own, of which there are hundreds in a bucket.
    renewed: the node's next key, and the epoch of its birth
    raises: NodeDamaged
    """
    sealed = _in_force(store, node, epoch)
    try:
        blob, taken = cut_node((key, sealed.birth), renewed, node, sealed.blob, slots)
    except (DoesNotOpen, UnknownFormat):
        raise _damaged(node) from None
    return SealedNode(node, renewed[1], blob), taken


def children(store: Store, key: Key, node: int, epoch: int) -> tuple[int, dict[int, Key]]:
    """Return a node's birth and its children's keys by slot; raises NodeDamaged."""
    sealed = _in_force(store, node, epoch)
    try:
        return sealed.birth, open_node(key, node, sealed.birth, sealed.blob)
    except (DoesNotOpen, UnknownFormat):
        raise _damaged(node) from None


def child(store: Store, key: Key, node: int, epoch: int, slot: int) -> Key | None:
    """Return one child's key, None for an empty slot; raises NodeDamaged."""
    sealed = _in_force(store, node, epoch)
    try:
        return open_child(key, node, sealed.birth, sealed.blob, slot)
    except (DoesNotOpen, UnknownFormat):
        raise _damaged(node) from None


def some(store: Store, key: Key, node: int, epoch: int, wanted: Collection[int]) -> dict[int, Key]:
    """Return the children's keys of the slots that are wanted and taken; raises NodeDamaged."""
    sealed = _in_force(store, node, epoch)
    try:
        return open_some(key, node, sealed.birth, sealed.blob, wanted)
    except (DoesNotOpen, UnknownFormat):
        raise _damaged(node) from None


def slots(store: Store, key: Key, node: int, epoch: int) -> frozenset[int]:
    """Return the slots of a node from which something hangs; raises NodeDamaged."""
    sealed = _in_force(store, node, epoch)
    try:
        return open_slots(key, node, sealed.birth, sealed.blob)
    except (DoesNotOpen, UnknownFormat):
        raise _damaged(node) from None


def _in_force(store: Store, node: int, epoch: int) -> SealedNode:
    sealed = store.sealed(node, epoch)
    if sealed is None:
        raise _damaged(node)
    return sealed


def _damaged(node: int) -> NodeDamaged:
    return NodeDamaged(
        f"node {node} of the key tree is missing or damaged",
        hint="nothing is destroyed by this: restore the node from a mirror, of the current epoch",
    )
