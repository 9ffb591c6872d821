"""The tree is the published one: roots and proofs of RFC 6962 and 9162, and no altered proof is believed."""

import pytest

from jikim.domain import merkle
from jikim.domain.merkle import Tree, leaf_hash

# The eight leaves, their roots and these proofs are those of the Certificate Transparency reference implementations.
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSIONS = {  # (index, size) → path
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONSISTENCIES = {  # (old, size) → path
    (1, 1): (),
    (1, 8): INCLUSIONS[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
    (6, 7): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def tree(size: int) -> Tree:
    return Tree(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size])


def raw(path: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(step) for step in path)


def spoilt(path: tuple[bytes, ...], *also: bytes) -> list[tuple[bytes, ...]]:
    """Return the paths an attacker would try: a step more, a step less, one bit wrong, a step of a wrong length."""
    flipped = [(*path[:at], bytes([step[0] ^ 8, *step[1:]]), *path[at + 1 :]) for at, step in enumerate(path)]
    longer = [(*path, extra) for extra in (SOME_HASH, b"", *also)] + [
        (extra, *path) for extra in (SOME_HASH, b"", *also)
    ]
    return [*flipped, *longer, *([path[:-1], path[1:]] if path else [])]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    assert tree(size).root().hex() == ROOTS[size]
    assert tree(8).root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "path"), INCLUSIONS.items())
def test_inclusion_proofs_are_the_published_ones(place: tuple[int, int], path: tuple[str, ...]) -> None:
    index, size = place
    assert tree(size).inclusion(index) == raw(path)
    assert merkle.includes(tree(size).hashes(0, index), index, size, raw(path), bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCIES.items())
def test_consistency_proofs_are_the_published_ones(sizes: tuple[int, int], path: tuple[str, ...]) -> None:
    old, size = sizes
    assert tree(size).consistency(old) == raw(path)
    assert merkle.extends(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), raw(path))


@pytest.mark.parametrize(("place", "path"), INCLUSIONS.items())
def test_an_altered_inclusion_proof_is_not_believed(place: tuple[int, int], path: tuple[str, ...]) -> None:
    (index, size), good = place, raw(path)
    leaf, root = tree(size).hashes(0, index), bytes.fromhex(ROOTS[size])
    assert not any(merkle.includes(leaf, index, size, bad, root) for bad in spoilt(good, root, leaf))
    for wrong in {index - 1, index + 1, index ^ 2, index + size} - {index}:
        assert not merkle.includes(leaf, wrong, size, good, root)
    for wrong in (size * 2, size // 2, 0, -1):
        assert not merkle.includes(leaf, index, wrong, good, root)
    for wrong_leaf, wrong_root in ((SOME_HASH, root), (b"leaf", root), (leaf, SOME_HASH), (leaf, b"")):
        assert not merkle.includes(wrong_leaf, index, size, good, wrong_root)


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCIES.items())
def test_an_altered_consistency_proof_is_not_believed(sizes: tuple[int, int], path: tuple[str, ...]) -> None:
    (old, size), good = sizes, raw(path)
    old_root, root = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size])
    assert not any(merkle.extends(old, old_root, size, root, bad) for bad in spoilt(good, old_root, root))
    for wrong_old, wrong_size in ((old - 1, size), (old + 1, size), (old, size * 2), (size + 1, size), (-1, size)):
        assert not merkle.extends(wrong_old, old_root, wrong_size, root, good)
    for wrong_old_root, wrong_root in ((SOME_HASH, root), (old_root, SOME_HASH), (old_root, b""), (b"", root)):
        assert not merkle.extends(old, wrong_old_root, size, wrong_root, good)


def test_every_tree_begins_with_the_empty_one_and_no_other_root_counts_as_empty() -> None:
    root = bytes.fromhex(ROOTS[8])
    assert tree(8).consistency(0) == ()
    assert merkle.extends(0, merkle.EMPTY_ROOT, 8, root, ())
    assert not merkle.extends(0, SOME_HASH, 8, root, ())
    assert not merkle.extends(0, merkle.EMPTY_ROOT, 8, root, (SOME_HASH,))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        merkle.inclusion(index, size, tree(8).hashes)
    with pytest.raises(ValueError, match="has no beginning of"):
        merkle.consistency(size + 1, size, tree(8).hashes)


def test_a_path_also_fits_some_wrong_sizes_which_is_why_the_size_must_be_signed() -> None:
    large = Tree(leaf_hash(index.to_bytes(2, "big")) for index in range(1000))
    assert merkle.includes(large.hashes(0, 500), 500, 999, large.inclusion(500), large.root())
