"""Entries that leave: with the key of their value, in the same batch, the same commit and the same change of root.

Source: Privacy Policy, "Destruction method". The page's key is cut with the value's; the page without the entry goes on
under a key that no other version of it was ever sealed under.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from uuid import UUID

from jikim.sealing.errors import KeyDestroyed, KeyUnknown
from jikim.sealing.formats import open_envelope
from jikim.sealing.index.pages import Page, Pages
from jikim.sealing.index.steps import IndexStep, Watch
from jikim.sealing.index.tables import NEXT_BATCH
from jikim.sealing.index_page import Entry, of_tag, page_number
from jikim.sealing.kids import kid_of
from jikim.sealing.primitives import sha256
from jikim.sealing.tree.errors import KeyRetired
from jikim.sealing.tree.places import LEAVES
from jikim.sealing.tree.ports import Ride, Target
from jikim.sealing.tree.tree import Tree

MOST_STRAYS = 256  # entries without a row that leave with one batch

Leavers = dict[int, int]  # kid of an enrolled value, and the request that makes it go


class Leaver:
    """The index as a batch of destructions meets it."""

    def __init__(self, tree: Tree, pages: Pages, watch: Watch) -> None:
        self._tree, self._store, self._pages, self._watch = tree, tree.store, pages, watch

    def board(self, targets: Sequence[Target]) -> Ride:
        """Seal every page anew that loses an entry, and add its old key and every stale one to the targets.

        Each key is told under the request that makes its page change; a stale one under the first of the batch. A
        change of root without requests takes nothing along, for nothing ends with it.
        """
        if not targets:
            return Ride()
        leavers = self._leavers(targets)
        less, owed = self._less(leavers)
        stale = {kid: (targets[0].intent, rows) for kid, rows in self._store.rows("SELECT kid, rows FROM index_stale")}
        fresh = self._pages.new_keys(len(less))
        pages = [
            self._pages.seal(page.no, kid, 1, entries)
            for kid, (page, entries) in zip(fresh, less.values(), strict=True)
        ]
        old = {page.kid: (owed[page.no], page.digest) for page, _entries in less.values()}
        asked = {target.number for target in targets if not target.whole}
        also = [Target(intent, whole=False, number=kid, rows=rows) for kid, (intent, rows) in (stale | old).items()]
        self._watch(IndexStep.X3_BOARDED)
        return Ride(tuple(one for one in also if one.number not in asked), partial(self._stage, pages, leavers))

    def undo(self, epoch: int) -> None:
        """Forget the pages staged for an epoch. Their keys have sealed them, so they are stale from now on."""
        for kid, envelope in self._store.rows("SELECT kid, envelope FROM index_page WHERE epoch = ?", epoch):
            self._pages.leave(kid, bytes.fromhex(sha256(envelope)))
        self._store.run("DELETE FROM index_page WHERE epoch = ?", epoch)
        self._store.run("UPDATE enrolled SET leaves = ? WHERE leaves = ?", NEXT_BATCH, epoch)

    def turned(self, epoch: int) -> None:
        """Leave the staged pages alone in the file."""
        staged = "SELECT no FROM index_page WHERE epoch = ?"
        self._store.run(f"DELETE FROM index_page WHERE epoch < ? AND no IN ({staged})", epoch, epoch)  # noqa: S608  # a constant
        self._store.run("DELETE FROM enrolled WHERE leaves = ?", epoch)
        cut = "SELECT number FROM tomb WHERE epoch = ? AND whole = 0"
        self._store.run(f"DELETE FROM index_stale WHERE kid IN ({cut})", epoch)  # noqa: S608  # a constant

    def _stage(self, pages: Iterable[Page], leavers: Leavers, epoch: int) -> None:
        for page in pages:
            self._pages.add(page, epoch)
        for kid in leavers:
            self._store.run("UPDATE enrolled SET leaves = ? WHERE kid = ?", epoch, kid)

    def _leavers(self, targets: Sequence[Target]) -> Leavers:
        """Find the enrolled values whose keys are cut, and the entries that no row stands behind any more."""
        found: Leavers = {}
        enrolled = self._enrolled(target.number for target in targets if not target.whole)
        for target in targets:
            for kid in self._below(target.number) if target.whole else enrolled & {target.number}:
                found.setdefault(kid, target.intent)
        strays = "SELECT kid FROM enrolled WHERE leaves = ? ORDER BY kid LIMIT ?"
        for (kid,) in self._store.rows(strays, NEXT_BATCH, MOST_STRAYS):
            found.setdefault(kid, targets[0].intent)
        return found

    def _enrolled(self, kids: Iterable[int]) -> set[int]:
        """Return which keys are enrolled; those of one bucket are asked for together."""
        found: set[int] = set()
        for _bucket, group in groupby(sorted(kids), key=lambda kid: kid >> 8):
            asked = list(group)
            found.update(set(asked).intersection(self._between(asked[0], asked[-1])))
        return found

    def _below(self, cohort: int) -> list[int]:
        return self._between(kid_of(cohort, 0), kid_of(cohort, LEAVES - 1))

    def _between(self, first: int, last: int) -> list[int]:
        found = self._store.rows("SELECT kid FROM enrolled WHERE kid BETWEEN ? AND ? ORDER BY kid", first, last)
        return [kid for (kid,) in found]

    def _less(self, leavers: Leavers) -> tuple[dict[int, tuple[Page, list[Entry]]], dict[int, int]]:
        """Return each page that changes with what stays on it, and the request that changes it first."""
        count = self._pages.count()
        going: dict[int, list[Entry]] = defaultdict(list)
        owed: dict[int, int] = {}
        for kid, intent in list(leavers.items()):
            for entry in self._entries(kid, leavers):
                number = page_number(entry[0], count)
                going[number].append(entry)
                owed.setdefault(number, intent)
        read = {number: self._pages.read(number) for number in sorted(going)}
        return {number: (page, _without(page, going[number])) for number, page in read.items()}, owed

    def _entries(self, kid: int, leavers: Leavers) -> list[Entry]:
        """Return the entry of a value. Where its key is gone already, nothing tells which of its record's it is."""
        record, envelope = self._store.rows("SELECT record, tag FROM enrolled WHERE kid = ?", kid)[0]
        record_id = UUID(bytes=record)
        with suppress(KeyDestroyed, KeyRetired, KeyUnknown), self._tree.key(kid) as own:
            return [(open_envelope(own, kid, of_tag(record_id, kid), envelope), record_id)]
        return self._whole_record(record_id, leavers, leavers[kid])

    def _whole_record(self, record_id: UUID, leavers: Leavers, intent: int) -> list[Entry]:
        """Take a record off every page; what of it is alive is named as missing, and enrolled again."""
        for (other,) in self._store.rows("SELECT kid FROM enrolled WHERE record = ?", record_id.bytes):
            leavers.setdefault(other, intent)
        pages = (self._pages.read(number) for number in range(self._pages.count()))
        return [entry for page in pages for entry in page.entries if entry[1] == record_id]


def _without(page: Page, going: list[Entry]) -> list[Entry]:
    """Return a page's entries less those; two values of one record may have put the same one there."""
    left = Counter(page.entries)
    left.subtract(going)
    return list(left.elements())
