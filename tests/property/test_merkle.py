"""The tree that grows leaf by leaf is the tree of the definition, and its proofs hold for every leaf and every age."""

from hypothesis import given
from hypothesis import strategies as st

from jikim.domain import merkle
from jikim.domain.merkle import Tree, leaf_hash, node_hash


def defined(hashes: list[bytes]) -> bytes:
    """Compute a root as RFC 6962, 2.1 defines it: by halves."""
    if len(hashes) < 2:
        return hashes[0] if hashes else merkle.EMPTY_ROOT
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(defined(hashes[:middle]), defined(hashes[middle:]))


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(index.to_bytes(2, "big")) for index in range(size)]


@given(st.data(), st.integers(0, 200))
def test_a_tree_that_grows_is_the_tree_of_the_definition(data: st.DataObject, size: int) -> None:
    half = data.draw(st.integers(0, size))
    tree = Tree(leaves(half))
    assert [tree.append(leaf) for leaf in leaves(size)[half:]] == list(range(half, size))
    assert tree.root() == defined(leaves(size))
    assert tree.levels() == Tree(leaves(size)).levels()


@given(st.data(), st.integers(1, 200))
def test_every_leaf_is_proven_and_stands_in_no_other_place(data: st.DataObject, size: int) -> None:
    tree = Tree(leaves(size))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    path = tree.inclusion(index)
    assert merkle.includes(tree.hashes(0, index), index, size, path, tree.root())
    assert merkle.includes(tree.hashes(0, index), other, size, path, tree.root()) == (other == index)


@given(st.data(), st.integers(1, 200))
def test_every_earlier_tree_is_proven_to_be_the_beginning(data: st.DataObject, size: int) -> None:
    tree = Tree(leaves(size))
    old = data.draw(st.integers(0, size))
    path = tree.consistency(old)
    assert merkle.extends(old, defined(leaves(old)), size, tree.root(), path)


@given(st.data(), st.integers(2, 100))
def test_a_tree_whose_past_was_changed_extends_nothing_older(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    changed = leaves(size)
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    tree = Tree(changed)
    assert not merkle.extends(old, Tree(leaves(old)).root(), size, tree.root(), tree.consistency(old))
