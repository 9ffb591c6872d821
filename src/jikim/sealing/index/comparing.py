"""Holding the index against the rows of the database, both ways, slice by slice in the order of their keys."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from jikim.domain.errors import Misused
from jikim.sealing.index import slices
from jikim.sealing.index.slices import Reconciled, Row
from jikim.sealing.index.steps import IndexStep, Watch
from jikim.sealing.index.tables import NEXT_BATCH
from jikim.sealing.kids import MAX_KID
from jikim.sealing.tree.store import Store


class _Entry(NamedTuple):
    kid: int
    record: bytes
    leaves: int | None
    entered: int  # 0: a start cut the enrolment off; the row is missing still, and what was sealed goes with its key


class Comparer:
    """Compares; of what it finds it only marks the entries that have to leave."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self._store, self._watch = store, watch

    def enrolled(self, after: int = -1, upto: int = MAX_KID) -> Iterator[Row]:
        """Stream (kid, record) of every entry by kid, reading a slice at a time."""
        while entries := self._entries(after, upto)[: slices.SLICE]:
            yield from ((one.kid, UUID(bytes=one.record)) for one in entries if one.entered)
            after = entries[-1].kid

    def compare(self, rows: Sequence[Row], *, after: int, last: bool) -> Reconciled:
        """Compare what lies behind `after`, up to the last of these rows, or up to the end when no row follows.

        raises: Misused for rows that do not ascend from `after`; nothing was marked
        """
        if not _ascend([after, *(kid for kid, _record in rows)]) or not (rows or last):
            raise Misused("rows are compared in the order of their keys", hint="sort by kid, and give at least one")
        entries = self._entries(after, MAX_KID if last else rows[-1][0])
        upto = MAX_KID if last else rows[-1][0]
        if len(entries) > slices.SLICE:
            entries = entries[: slices.SLICE]
            upto = entries[-1].kid
        return self._judge({kid: record.bytes for kid, record in rows if kid <= upto}, entries, upto)

    def _judge(self, rows: dict[int, bytes], entries: Sequence[_Entry], upto: int) -> Reconciled:
        fitting = {one.kid for one in entries if rows.get(one.kid) == one.record}
        stray = [one.kid for one in entries if one.kid not in fitting]
        back = [one.kid for one in entries if one.kid in fitting and one.leaves == NEXT_BATCH]
        half = {one.kid for one in entries if not one.entered}
        if stray or back:
            with self._store.writing():
                for kid in stray:
                    self._store.run("UPDATE enrolled SET leaves = ? WHERE kid = ? AND leaves IS NULL", NEXT_BATCH, kid)
                for kid in back:
                    self._store.run("UPDATE enrolled SET leaves = NULL WHERE kid = ? AND leaves = ?", kid, NEXT_BATCH)
                self._watch(IndexStep.X4_BEFORE_COMMIT)
            self._watch(IndexStep.X4_COMPARED)
        return Reconciled(tuple(kid for kid in rows if kid not in fitting - half), tuple(stray), upto)

    def _entries(self, after: int, upto: int) -> list[_Entry]:
        """Return a slice of entries, and one more to tell that it was not the last."""
        sql = "SELECT kid, record, leaves, entered FROM enrolled WHERE kid > ? AND kid <= ? ORDER BY kid LIMIT ?"
        return [_Entry(*row) for row in self._store.rows(sql, after, upto, slices.SLICE + 1)]


def _ascend(kids: Sequence[int]) -> bool:
    return all(one < following for one, following in pairwise(kids))
