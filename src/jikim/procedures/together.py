"""The keys of a slice in one change of root (m5, d1), so that a busy day costs about as much as one record."""

from jikim import sealing
from jikim.procedures import intents, letters
from jikim.procedures.slices import Slice
from jikim.sealing.keyring import Destroyed


def destroy_keys(some: Slice) -> Destroyed:
    """Have destroyed what a slice sets aside and destroys, and the copies that letters hold; asked once in a run.

    raises: StillWaiting (accepted; since when is noted), what the keyring raises; every intent stays
    """
    if some.destroyed is None:
        requests = [*map(intents.destruction, some.intents), *letters.copies(some.ends)]
        with intents.noting_the_wait(some.intents):
            some.destroyed = sealing.current().destroy(requests)
    return some.destroyed
