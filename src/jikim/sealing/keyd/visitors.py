"""The key of a day, under which a process counts where requests came from. It ends with the first batch after its day.

Source: Privacy Policy, "Safety": addresses are never kept, and once the key is gone even a guessed one cannot be held
against a counter.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.period import legal_day
from jikim.sealing.primitives import DIGEST_BYTES, MacKey
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.ports import Ride, Rider, Target
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.tree import Tree

VISITORS = "visitors"
_NAMES = f"{VISITORS}-____-__-__"
LATE = timedelta(minutes=1)  # whoever came before midnight may ask after it
_NO_ENVELOPE = bytes(DIGEST_BYTES)  # nothing was ever sealed under such a key


class DailyKeys:
    """Keys by day. Today's is made, for a moment after midnight yesterday's too; that is told while it is there."""

    def __init__(self, tree: Tree, allocator: Allocator) -> None:
        self._tree, self._store, self._allocator = tree, tree.store, allocator

    def key(self, day: date) -> MacKey:
        """Return the key of a day; raises Misused for a day that is neither today nor just over."""
        with self._tree.changing:
            kid = self._store.number("SELECT kid FROM own_key WHERE name = ?", _name(day))
            if kid is None:
                kid = self._made(day)
            return MacKey.taken_from(self._tree.key(kid))

    def _made(self, day: date) -> int:
        now = clock.wall_now()
        if day not in (legal_day(now), legal_day(now - LATE)):
            raise Misused(f"a key for {day}, which is not today", hint="ask for the key of today")
        shelf = Shelf(CohortClass.SYSTEM, VISITORS, day.replace(month=1, day=1))  # one for a year: a key a day is few
        (kid,) = self._allocator.allocate(shelf, 1)
        with self._store.writing():
            self._store.run("INSERT INTO own_key (name, kid) VALUES (?, ?)", _name(day), kid)
        return kid


class DailyEnd:
    """Takes the keys of days that are over along with a batch of destructions."""

    def __init__(self, tree: Tree) -> None:
        self._store = tree.store

    def board(self, targets: Sequence[Target]) -> Ride:
        """Add the keys of days that are over, each told under the first request of the batch."""
        if not targets:
            return Ride()
        today = _name(legal_day(clock.wall_now()))
        over = self._store.rows("SELECT kid FROM own_key WHERE name LIKE ? AND name < ?", _NAMES, today)
        first = targets[0].intent
        return Ride(tuple(Target(first, whole=False, number=kid, rows=_NO_ENVELOPE) for (kid,) in over))

    def undo(self, epoch: int) -> None:
        """Do nothing: the keys are gathered again with the next batch."""

    def turned(self, epoch: int) -> None:
        """Forget the keys that an epoch cut."""
        cut = "SELECT number FROM tomb WHERE epoch = ? AND whole = 0"
        self._store.run(f"DELETE FROM own_key WHERE name LIKE ? AND kid IN ({cut})", _NAMES, epoch)  # noqa: S608  # a constant


class Riders:
    """Several who go along with every batch, in their order."""

    def __init__(self, *riders: Rider) -> None:
        self._riders = riders

    def board(self, targets: Sequence[Target]) -> Ride:
        """Gather what each takes along."""
        rides = [rider.board(targets) for rider in self._riders]

        def stage(epoch: int) -> None:
            for ride in rides:
                ride.stage(epoch)

        return Ride(tuple(target for ride in rides for target in ride.targets), stage)

    def undo(self, epoch: int) -> None:
        """Have each take back what it staged."""
        for rider in self._riders:
            rider.undo(epoch)

    def turned(self, epoch: int) -> None:
        """Have each put in force what it staged."""
        for rider in self._riders:
            rider.turned(epoch)


def _name(day: date) -> str:
    return f"{VISITORS}-{day.isoformat()}"
