"""Naming the keys that values were sealed under, so that those of values nobody stored can be found and destroyed."""

from collections.abc import Sequence
from datetime import date

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.values import Census
from jikim.sealing.kids import FAN_OUT, MAX_COHORT, cohort_of, kid_of
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.places import LEAVES
from jikim.sealing.tree.tree import Standing, Tree

BY_DAY_OF_SEALING = frozenset({roles.LIVE, roles.MAILBOX})
BUCKETS = 8  # looked through by one frame


class CensusCalls:
    """The one call about what was handed out."""

    def __init__(self, tree: Tree, allocator: Allocator) -> None:
        self._tree, self._store, self._allocator = tree, tree.store, allocator

    def handed_out(self, _role: Role, asked: tuple[str, date, int]) -> Census:
        store, before, first = asked
        if store not in BY_DAY_OF_SEALING:
            raise Misused(f"keys of {store} hang by the day they end", hint="ask for live or mail")
        for _ in range(BUCKETS):
            bucket = self._bucket(store, before, first)
            if not bucket:
                return Census((), None)
            first = bucket[-1] + 1
            if alive := self._alive(bucket):
                return Census(alive, first)
        return Census((), first)

    def _bucket(self, store: str, before: date, first: int) -> Sequence[int]:
        """Return the next numbers of one bucket; none when there is no other."""
        sql = """SELECT no, next FROM cohort JOIN alloc ON cohort = no
                 WHERE class = ? AND day < ? AND (no > ? OR (no = ? AND next > ?)) AND next > 0 ORDER BY no LIMIT 1"""
        cohort, leaf = min(first >> 16, MAX_COHORT), first % LEAVES
        found = self._store.row(sql, store, before.isoformat(), cohort, cohort, leaf)
        if found is None:
            return ()
        start = first if found[0] == cohort else kid_of(found[0], 0)
        end = min(kid_of(found[0], 0) + found[1], (start // FAN_OUT + 1) * FAN_OUT)
        return range(start, end)

    def _alive(self, bucket: Sequence[int]) -> tuple[int, ...]:
        """Return the keys that are alive and have left this process; the others are still to be handed out."""
        reserved = self._allocator.reserved(cohort_of(bucket[0]))
        standings = self._tree.standings(bucket)
        return tuple(kid for kid in bucket if standings[kid] is Standing.ALIVE and kid % LEAVES not in reserved)
