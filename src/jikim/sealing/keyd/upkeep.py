"""Changing the root though nobody asked: after a week in which nothing else did, and each month for every node.

So a root that somebody saw without anyone noticing opens nothing that is handed out a month later. When each was done
last, the batches in the keyring's file tell.
"""

from datetime import datetime, timedelta

from jikim import clock
from jikim.sealing.tree import batches, rekey
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.store import Store

ROTATE_EVERY, REKEY_EVERY = timedelta(days=7), timedelta(days=30)
SLICE_PAUSE_SECONDS = 0.05  # between two slices of a re-key; callers are served all the while
LOOK_EVERY_SECONDS = 3600.0  # for the clock may be set, and a machine may sleep

_TURNED = "SELECT effaced_at FROM batch WHERE effaced_at IS NOT NULL"


class Upkeep:
    """What is due by the calendar alone, one bounded piece at a time."""

    def __init__(self, store: Store, destroyer: Destroyer) -> None:
        self._store, self._destroyer = store, destroyer

    def seconds_left(self) -> float:
        """Return how long until `do` has something to do, an hour at most."""
        if self._is_held_up():
            return LOOK_EVERY_SECONDS
        if rekey.is_under_way(self._store):
            return SLICE_PAUSE_SECONDS
        left = min(self._left(self._rekeyed_at(), REKEY_EVERY), self._left(self._turned_at(), ROTATE_EVERY))
        return min(left, LOOK_EVERY_SECONDS)

    def do(self) -> None:
        """Do one piece of what is due: a slice of a re-key, or a rotation; raises what `Destroyer.run` raises."""
        if self._is_held_up():
            return
        if rekey.is_under_way(self._store) or not self._left(self._rekeyed_at(), REKEY_EVERY):
            self._destroyer.renew()
        elif not self._left(self._turned_at(), ROTATE_EVERY):
            self._destroyer.rotate()

    def _is_held_up(self) -> bool:
        """Say whether a batch waits for a mirror, or for a reader of the log: that is tried again without this."""
        return bool(batches.in_state(self._store, "waiting") or batches.in_state(self._store, "logged"))

    def _left(self, last: datetime | None, every: timedelta) -> float:
        """Return the seconds until it is due again; where the clock was put back by as much, it is due as well."""
        if last is None:
            return LOOK_EVERY_SECONDS
        return max(0.0, (every - abs(clock.wall_now() - last)).total_seconds())

    def _turned_at(self) -> datetime | None:
        return self._instant(f"{_TURNED} ORDER BY no DESC LIMIT 1")

    def _rekeyed_at(self) -> datetime | None:
        """Return when every node was new: since the last re-key, or since the first root."""
        last = self._instant(f"{_TURNED} AND rekey IS NOT NULL ORDER BY no DESC LIMIT 1")
        return last or self._instant(f"{_TURNED} ORDER BY no LIMIT 1")

    def _instant(self, sql: str) -> datetime | None:
        found = self._store.row(sql)
        return datetime.fromisoformat(found[0]) if found else None
