"""Comparing in slices: what goes in and comes out of one step, for both sides of the key daemon's door."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from jikim.sealing.kids import MAX_KID

SLICE = 500  # rows and entries of one step; a few milliseconds

Row = tuple[int, UUID]  # the kid of an e-mail value, its record


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What does not fit, by kid. `upto`: where the comparison stands; MAX_KID when it has come to the end."""

    missing: tuple[int, ...]  # rows that are not enrolled; enroll them
    stray: tuple[int, ...]  # entries without a row; they leave with the next batch that destroys anything
    upto: int = MAX_KID


def in_slices(rows: Iterable[Row], compare: Callable[[Sequence[Row], int, bool], Reconciled]) -> Reconciled:
    """Compare everything with rows ascending by kid, in steps that are short; the whole may be begun again any time.

    compare: takes a slice, what it lies behind, and whether it is the last
    """
    feed, held, after, last = iter(rows), list[Row](), -1, False
    missing, stray = list[int](), list[int]()
    while not last or after < MAX_KID:
        held += islice(feed, SLICE - len(held))
        last = len(held) < SLICE
        part = compare(tuple(held), after, last)
        missing += part.missing
        stray += part.stray
        after = part.upto
        held = [row for row in held if row[0] > after]
    return Reconciled(tuple(missing), tuple(stray))
