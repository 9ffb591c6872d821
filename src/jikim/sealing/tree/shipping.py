"""Nodes go to the copies before anything depends on them."""

from jikim.sealing.tree.ports import Copies, NoCopies
from jikim.sealing.tree.store import Store


def ship(store: Store, copies: Copies) -> None:
    """Give the copies every node they have not acknowledged; what they raise leaves those nodes to the next time."""
    if isinstance(copies, NoCopies):
        return  # nodes stay marked as not shipped, so that a first copy is given all of them
    if waiting := store.unshipped():
        copies.ship(waiting)
        store.mark_shipped(waiting)
