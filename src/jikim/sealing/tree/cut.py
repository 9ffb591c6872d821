"""D2, the tree part: new versions of every node above what is cut, each under a new key, up to a new root.

Old versions stay as they are: once the old root is gone they are noise. What only they could reach is destroyed.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from jikim.sealing.formats import SALT_BYTES, key_commitment
from jikim.sealing.kids import cohort_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree.errors import NodeDamaged
from jikim.sealing.tree.nodes import sealed_node
from jikim.sealing.tree.places import TOP_NODE, Edge, cohort_edge, edge_above, way
from jikim.sealing.tree.ports import SealedNode, Target
from jikim.sealing.tree.tree import Tree


@dataclass(frozen=True, slots=True)
class Grave:
    """The evidence of one cut: commitments only: a key found later can be recognised, and none rebuilt."""

    target: Target
    salt: bytes
    commitment: bytes


@dataclass(slots=True)
class Cut:
    """The new nodes of one batch, and its evidence."""

    nodes: list[SealedNode] = field(default_factory=list)
    graves: list[Grave] = field(default_factory=list)


def cut(tree: Tree, targets: Iterable[Target], renewed: Iterable[int], epoch: int, root: Key) -> Cut:
    """Cut targets off and re-key every path above them, in memory only; raises NodeDamaged.

    renewed: nodes that are to have new keys, although nothing is cut from them
    """
    made, open_nodes = Cut(), _OpenNodes(tree)
    for node in renewed:
        open_nodes.load(node)
    targets = sorted(targets, key=lambda target: target.whole)  # keys first: their cohort may be cut after them
    for target in targets:
        key = open_nodes.take(cohort_edge(target.number) if target.whole else way(target.number)[-1])
        if key is not None:
            made.graves.append(Grave(target, os.urandom(SALT_BYTES), key_commitment(key)))
        elif not target.whole:
            raise _missing(target.number)
        else:  # a cohort that never handed out a key has no edge; its closing is all there is to tell
            made.graves.append(Grave(target, os.urandom(SALT_BYTES), bytes(32)))
    dead = {target.number for target in targets if target.whole}
    made.nodes = open_nodes.seal_anew(epoch, root, dead)
    return made


class _OpenNodes:
    """The nodes on the paths of a batch, opened once each."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._open: dict[int, dict[int, Key]] = {}
        self.load(TOP_NODE)

    def take(self, edge: Edge) -> Key | None:
        node, slot = edge
        return self.load(node).pop(slot, None)

    def seal_anew(self, epoch: int, root: Key, dead_cohorts: set[int]) -> list[SealedNode]:
        """Give every open node a new key, put it into its parent, and seal. Node numbers rise with the level."""
        sealed = []
        for node in sorted(node for node in self._open if not _below(node, dead_cohorts)):
            key = root if node == TOP_NODE else self._renew(node)
            sealed.append(sealed_node(key, node, epoch, self._open[node]))
        return sealed

    def _renew(self, node: int) -> Key:
        above, slot = edge_above(node)
        key = self._open[above][slot] = Key.fresh()
        return key

    def load(self, node: int) -> dict[int, Key]:
        """Open a node and all above it; the first root finds an empty top."""
        if node not in self._open:
            if node != TOP_NODE:
                self.load(edge_above(node)[0])
            self._open[node] = self._tree.children(node)[1] if self._tree.epoch else {}
        return self._open[node]


def _below(node: int, cohorts: set[int]) -> bool:
    """Say whether a node hangs below the edge of one of these cohorts."""
    level, index = node >> 40, node & (1 << 40) - 1
    return level < 2 and (index if level else cohort_of(index << 8)) in cohorts


def _missing(kid: int) -> NodeDamaged:
    return NodeDamaged(
        f"key {kid} is missing from the tree", hint="nothing is destroyed by this: restore from a mirror"
    )
