"""The tree over the journal: one root for all leaves, and short proofs that a leaf is in it and that it only grew.

Source: RFC 6962 section 2.1 (hashes), RFC 9162 sections 2.1.3 and 2.1.4 (proofs and their verification, step by step).
A tree is told by its complete subtrees: `Hashes` answers the hash of the 2^level leaves that start at index * 2^level.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

Hashes = Callable[[int, int], bytes]  # (level, index) → 32 bytes
Path = tuple[bytes, ...]

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(size: int, hashes: Hashes) -> bytes:
    """Return the root over the first `size` leaves."""
    return _span(0, size, hashes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, hashes: Hashes) -> Path:
    """Return the hashes beside the way from a leaf up to the root of `size` leaves, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            path.append(_span(middle, end, hashes))
            end = middle
        else:
            path.append(_span(start, middle, hashes))
            start = middle
    return tuple(reversed(path))


def consistency(old: int, size: int, hashes: Hashes) -> Path:
    """Return the hashes that show the first `old` leaves unchanged among `size`; none are needed for 0 or for all."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves has no beginning of {old}")
    path, start, end = [], 0, size
    while old not in (0, end):
        middle = start + _left_width(end - start)
        if old <= middle:
            path.append(_span(middle, end, hashes))
            end = middle
        else:
            path.append(_span(start, middle, hashes))
            start = middle
    if start:
        path.append(_span(start, end, hashes))
    return tuple(reversed(path))


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Say whether `path` leads from a leaf's hash to the root (RFC 9162, 2.1.3.2).

    size, expected: from a signed checkpoint, never from whoever brings the path: a path also fits some wrong sizes
    """
    if not 0 <= index < size or not _are_hashes((leaf, *path)):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _up_to_a_right_child(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected


def extends(old: int, old_root: bytes, size: int, size_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether the tree of `size` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or not _are_hashes((old_root, size_root, *path)):
        return False
    if old in (0, size):
        return not path and old_root == (EMPTY_ROOT if old == 0 else size_root)
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return bool(path) and _walk(at, last, steps) == (old_root, size_root)


def grown(size: int, leaf: bytes, hashes: Hashes) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, index and hash of each subtree that one more leaf completes, from the leaf up."""
    level, index, found = 0, size, leaf
    yield level, index, found
    while index & 1:
        found = node_hash(hashes(level, index - 1), found)
        level, index = level + 1, index >> 1
        yield level, index, found


class Tree:
    """A tree held in memory: 64 bytes for each leaf."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = []
        row = list(hashes)
        self.size = len(row)
        while row:
            self._levels.append(bytearray().join(row))
            pairs = zip(row[::2], row[1::2], strict=False)
            row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]  # node_hash, without its call

    @classmethod
    def over(cls, leaves: Iterable[bytes]) -> "Tree":
        """Build the tree over whole leaves."""
        return cls([sha256(b"\x00" + leaf).digest() for leaf in leaves])

    def append(self, leaf: bytes) -> int:
        """Add one leaf by its hash and return its index."""
        for level, _, found in grown(self.size, leaf, self.hashes):
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += found
        self.size += 1
        return self.size - 1

    def hashes(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def levels(self) -> tuple[bytes, ...]:
        """Return the hashes of each level, joined, the leaves' level first."""
        return tuple(bytes(level) for level in self._levels)

    def root(self, size: int | None = None) -> bytes:
        return root(self.size if size is None else size, self.hashes)

    def inclusion(self, index: int) -> Path:
        return inclusion(index, self.size, self.hashes)

    def consistency(self, old: int) -> Path:
        return consistency(old, self.size, self.hashes)


def _left_width(width: int) -> int:
    """Return the largest power of two below `width`: so many leaves stand left of the middle."""
    return 1 << ((width - 1).bit_length() - 1)


def _span(start: int, end: int, hashes: Hashes) -> bytes:
    """Return the root over the leaves from `start` to before `end`; `start` is always where a subtree may begin."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return hashes(level, start >> level)
    middle = start + _left_width(width)
    return node_hash(_span(start, middle, hashes), _span(middle, end, hashes))


def _walk(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Follow a consistency path to both roots; None when it is too long or too short."""
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            at, last = _up_to_a_right_child(at, last)
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up_to_a_right_child(at: int, last: int) -> tuple[int, int]:
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _are_hashes(found: Iterable[bytes]) -> bool:
    return all(len(each) == HASH_BYTES for each in found)
