"""Nodes go to the copies before anything depends on them."""

from jikim.sealing.tree.ports import Copies
from jikim.sealing.tree.store import Store


def ship(store: Store, copies: Copies) -> None:
    """Give the copies every node they have not acknowledged; what they raise leaves those nodes to the next time."""
    waiting = store.unshipped()
    if waiting:
        copies.ship(waiting)
        store.mark_shipped(waiting)
