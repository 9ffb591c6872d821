"""Edges of the tree: which slot of which node a key or a cohort hangs from."""

from jikim.sealing.kids import FAN_OUT, TOP, node_id, nodes_above, path

Edge = tuple[int, int]  # node, slot

TOP_NODE = node_id(TOP, 0)
COHORT_EDGE_LEVEL = 2  # the node that holds the edge to a cohort: cutting it destroys the cohort
LEAVES = FAN_OUT * FAN_OUT  # keys of one cohort


def way(kid: int) -> tuple[Edge, ...]:
    """Return the five edges from the top down to a key."""
    return tuple(zip(nodes_above(kid), path(kid), strict=True))


def edge_above(node: int) -> Edge:
    """Return the edge from which a node hangs. The top hangs from the root alone."""
    level, index = node >> 40, node & (1 << 40) - 1
    return node_id(level + 1, index >> 8), index & 255


def cohort_edge(cohort: int) -> Edge:
    return node_id(COHORT_EDGE_LEVEL, cohort >> 8), cohort & 255


def cohort_nodes(cohort: int) -> tuple[int, range]:
    """Return the node of a cohort and the range of its buckets."""
    return node_id(1, cohort), range(node_id(0, cohort << 8), node_id(0, cohort << 8) + FAN_OUT)
