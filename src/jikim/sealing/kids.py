"""The numbers of keys and nodes: a kid is the way to its key, one byte for each level of the tree.

Level 4 is the one node under the root key, level 1 a cohort, level 0 a bucket of 256 keys.
"""

FAN_OUT = 256
TOP = 4
COHORT = 1
BUCKET = 0
MAX_COHORT = (1 << 24) - 1
MAX_LEAF = (1 << 16) - 1
MAX_KID = (MAX_COHORT << 16) | MAX_LEAF


def kid_of(cohort: int, leaf: int) -> int:
    """Return the number of a key: cohort in the upper 24 bits, leaf in the lower 16."""
    return (within(cohort, MAX_COHORT, "cohort") << 16) | within(leaf, MAX_LEAF, "leaf")


def cohort_of(kid: int) -> int:
    return within(kid, MAX_KID, "kid") >> 16


def path(kid: int) -> bytes:
    """Return the slots that lead from the top to the key: one for each of the levels 4, 3, 2, 1, 0."""
    return within(kid, MAX_KID, "kid").to_bytes(TOP + 1, "big")


def node_id(level: int, index: int) -> int:
    """Return the number of a node. A level has 256 ^ (4 - level) nodes; `index` counts them from the left."""
    return (within(level, TOP, "level") << 40) | within(index, FAN_OUT ** (TOP - level) - 1, "index")


def nodes_above(kid: int) -> tuple[int, ...]:
    """Return the five nodes on the way to a key, the top first, its bucket last."""
    within(kid, MAX_KID, "kid")
    return tuple(node_id(level, kid >> 8 * (level + 1)) for level in range(TOP, -1, -1))


def within(number: int, largest: int, what: str) -> int:
    """Return the number, if it is a whole one from 0 to the largest; raises TypeError or ValueError."""
    if type(number) is not int:
        raise TypeError(f"a {what} is a whole number, not a {type(number).__name__}")
    if not 0 <= number <= largest:
        raise ValueError(f"a {what} goes from 0 to {largest}; {number} does not")
    return number


def u64(number: int) -> bytes:
    return within(number, 2**64 - 1, "64-bit number").to_bytes(8, "big")
