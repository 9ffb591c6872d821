"""D2, the tree part: new versions of every node above what is cut, each under a new key, up to a new root.

Old versions stay as they are: once the old root is gone they are noise. What only they could reach is destroyed.
"""

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jikim.sealing.formats import SALT_BYTES, key_commitment
from jikim.sealing.kids import cohort_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree import nodes
from jikim.sealing.tree.errors import NodeDamaged
from jikim.sealing.tree.places import TOP_NODE, cohort_edge, edge_above, way
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
    targets = list(targets)
    made, paths = Cut(), _Paths(tree, epoch)
    cohorts = {target.number: target for target in targets if target.whole}
    buckets = _buckets((target for target in targets if not target.whole), renewed, paths)
    for bucket, those in buckets.items():  # keys first: their cohort may be cut after them
        made.graves += paths.cut_bucket(bucket, those, made.nodes, is_dead=_below(bucket, cohorts))
    made.graves += [paths.cut_cohort(target) for target in cohorts.values()]
    made.nodes += paths.seal_anew(root, cohorts)
    return made


def _buckets(targets: Iterable[Target], renewed: Iterable[int], paths: "_Paths") -> dict[int, dict[int, Target]]:
    """Return what is cut from each bucket, by slot; the inner nodes among those renewed join the paths."""
    buckets: dict[int, dict[int, Target]] = {}
    for node in renewed:
        if node >> 40:
            paths.load(node)
        else:
            buckets.setdefault(node, {})
    for target in targets:
        bucket, slot = way(target.number)[-1]
        buckets.setdefault(bucket, {})[slot] = target
    return buckets


class _Paths:
    """The inner nodes above what a batch cuts, opened once each. Buckets are opened one at a time, and stay closed."""

    def __init__(self, tree: Tree, epoch: int) -> None:
        self._tree, self._epoch = tree, epoch
        self._open: dict[int, dict[int, Key]] = {}
        self.load(TOP_NODE)

    def cut_bucket(
        self, bucket: int, targets: Mapping[int, Target], made: list[SealedNode], *, is_dead: bool
    ) -> list[Grave]:
        """Cut keys from a bucket and seal the others under a new key, unless its whole cohort dies in this batch."""
        above, slot = edge_above(bucket)
        key = self.load(above).get(slot)
        if key is None:
            raise _missing(next((target.number for target in targets.values()), bucket << 8))
        store, before = self._tree.store, self._tree.epoch
        if is_dead:
            taken = nodes.some(store, key, bucket, before, targets)
        else:
            sealed, taken = nodes.cut(store, key, bucket, before, targets, (self._renew(bucket), self._epoch))
            made.append(sealed)
        if gone := sorted(targets.keys() - taken.keys()):
            raise _missing(targets[gone[0]].number)
        return [_grave(targets[slot], key) for slot, key in taken.items()]

    def cut_cohort(self, target: Target) -> Grave:
        """Cut a cohort; one that never handed out a key has no edge, and its closing is all there is to tell."""
        node, slot = cohort_edge(target.number)
        return _grave(target, self.load(node).pop(slot, None))

    def seal_anew(self, root: Key, dead_cohorts: Container[int]) -> Iterator[SealedNode]:
        """Give every open node a new key, put it into its parent, and seal. Node numbers rise with the level."""
        for node in sorted(node for node in self._open if not _below(node, dead_cohorts)):
            key = root if node == TOP_NODE else self._renew(node)
            yield nodes.sealed_node(key, node, self._epoch, self._open[node])

    def load(self, node: int) -> dict[int, Key]:
        """Open an inner node and all above it; the first root finds an empty top."""
        if node not in self._open:
            if node != TOP_NODE:
                self.load(edge_above(node)[0])
            self._open[node] = self._tree.children(node)[1] if self._tree.epoch else {}
        return self._open[node]

    def _renew(self, node: int) -> Key:
        above, slot = edge_above(node)
        key = self._open[above][slot] = Key.fresh()
        return key


def _grave(target: Target, key: Key | None) -> Grave:
    return Grave(target, os.urandom(SALT_BYTES), key_commitment(key) if key else bytes(32))


def _below(node: int, cohorts: Container[int]) -> bool:
    """Say whether a node hangs below the edge of one of these cohorts."""
    level, index = node >> 40, node & (1 << 40) - 1
    return level < 2 and (index if level else cohort_of(index << 8)) in cohorts


def _missing(kid: int) -> NodeDamaged:
    return NodeDamaged(
        f"key {kid} is missing from the tree", hint="nothing is destroyed by this: restore from a mirror"
    )
