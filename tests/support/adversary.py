"""An adversary who holds every node blob that was ever sealed, committed or not, and computes what a root leads to."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jikim.sealing.primitives import DoesNotOpen, Key, decrypt, length_prefixed
from jikim.sealing.tree import nodes
from jikim.sealing.tree.ports import SealedNode


class Adversary:
    """Tries every key it has on every blob there ever was, by hand and not by the code under test."""

    def __init__(self) -> None:
        self.blobs: list[SealedNode] = []
        self._opened: dict[bytes, list[tuple[int, dict[int, bytes]]]] = {}
        self._tried: Counter[bytes] = Counter()  # by key: how many of the blobs

    def reach(self, *roots: bytes) -> set[tuple[int, bytes]]:
        """Return every value key that roots lead to, with its number: two under one, if a bucket was drawn in vain."""
        found: set[tuple[int, bytes]] = set()
        seen, keys = set(roots), list(roots)
        while keys:
            for node, children in self._opens(keys.pop()):
                if node >> 40 == 0:
                    found |= {(node << 8 | slot, child) for slot, child in children.items()}
                else:
                    keys += set(children.values()) - seen
                    seen |= set(children.values())
        return found

    def edges(self) -> list[tuple[bytes, set[tuple[int, int]]]]:
        """Return every key found so far below a root, with the edge it hung from."""
        opened = [one for ways in self._opened.values() for one in ways]
        return [(child, {(node, slot)}) for node, children in opened for slot, child in children.items()]

    def _opens(self, key: bytes) -> list[tuple[int, dict[int, bytes]]]:
        opened = self._opened.setdefault(key, [])
        for one in self.blobs[self._tried[key] :]:
            name = length_prefixed(b"jikim/node/1", b"\x01", one.node.to_bytes(8, "big"), one.birth.to_bytes(8, "big"))
            try:
                words = bytes(decrypt(Key(key), one.blob[1:], name))
            except DoesNotOpen:
                continue
            opened.append((one.node, {words[at]: words[at + 1 : at + 33] for at in range(0, len(words), 33)}))
        self._tried[key] = len(self.blobs)
        return opened


@contextmanager
def watched_by(adversary: Adversary) -> Iterator[None]:
    def recorded(node: int, birth: int, blob: bytes) -> SealedNode:
        adversary.blobs.append(sealed := SealedNode(node, birth, blob))
        return sealed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "SealedNode", recorded)
        yield
