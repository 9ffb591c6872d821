"""Putting entries into pages, many by two commits, and adding pages: a tag is found before and after each commit.

A page that only gains entries is sealed again under its own key, at most MOST_SEALS times. One from which anything
goes, be it to another page, goes on under a new key: its old key could still open the version that held it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

from jikim.domain.errors import JikimError
from jikim.sealing.errors import KeyDestroyed, KeyUnknown
from jikim.sealing.formats import Header, seal_envelope
from jikim.sealing.index.errors import NotEnrolled
from jikim.sealing.index.pages import Page, Pages
from jikim.sealing.index.steps import IndexStep, Watch
from jikim.sealing.index.tables import NEXT_BATCH, PAGE_KEYS, TAG_KEYS
from jikim.sealing.index_page import MAILBOX, Entry, of_tag, page_number, page_to_divide, tag_of
from jikim.sealing.kids import cohort_of
from jikim.sealing.primitives import Key, MacKey
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.errors import BatchUnderWay, KeyRetired
from jikim.sealing.tree.shelves import CohortClass
from jikim.sealing.tree.tree import Tree

FULL = 250  # mailboxes on a page, from which on a page is added
MOST_SEALS = 300  # of one key
GONE = (KeyDestroyed, KeyRetired, KeyUnknown)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A value that is to lead to its record, and the mailbox it holds."""

    kid: int
    record_id: UUID
    mailbox: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _New:
    """An entry that stands nowhere yet. beside: its tag, sealed under the value's own key."""

    kid: int
    record_id: UUID
    tag: bytes = field(repr=False)
    beside: bytes = field(repr=False)

    @property
    def entry(self) -> Entry:
        return self.tag, self.record_id


class Enroller:
    """The only one that adds entries and pages. Its callers hold the tree's `changing`."""

    def __init__(self, tree: Tree, pages: Pages, allocator: Allocator, watch: Watch) -> None:
        self._tree, self._store, self._pages = tree, tree.store, pages
        self._allocator, self._watch = allocator, watch

    def tag_key(self) -> MacKey | None:
        """Return the key of all tags, None as long as nothing was ever enrolled."""
        kid = self._store.number("SELECT kid FROM index_key")
        return None if kid is None else MacKey.taken_from(self._tree.key(kid))

    def enroll(self, asked: Iterable[Enrolment]) -> dict[int, JikimError]:
        """Enter values once, all of them together, and return why some were not, by kid; raises BatchUnderWay."""
        self._refuse_unsettled()
        refused: dict[int, JikimError] = {}
        fresh: dict[int, Enrolment] = {}
        for one in asked:
            try:
                if self._is_new(one, fresh):
                    fresh[one.kid] = one
            except NotEnrolled as error:
                refused[one.kid] = error
        if new := self._sealed_beside(list(fresh.values()), refused):
            self._enter(new)
        return refused

    def _sealed_beside(self, asked: Sequence[Enrolment], refused: dict[int, JikimError]) -> list[_New]:
        """Seal each tag under its value's own key; a value whose key is gone is refused."""
        with ExitStack() as lent:
            own = {kid: lent.enter_context(key) for kid, key in self._own_keys(asked, refused).items()}
            if not own:
                return []
            key = lent.enter_context(self._founded())
            return [_new(one, own[one.kid], key) for one in asked if one.kid in own]

    def _own_keys(self, asked: Sequence[Enrolment], refused: dict[int, JikimError]) -> dict[int, Key]:
        try:
            return self._tree.keys(one.kid for one in asked)
        except GONE:
            return {one.kid: key for one in asked if (key := self._own_key(one.kid, refused)) is not None}

    def _own_key(self, kid: int, refused: dict[int, JikimError]) -> Key | None:
        try:
            return self._tree.key(kid)
        except GONE as error:
            refused[kid] = error
            return None

    def _enter(self, new: Sequence[_New]) -> None:
        self._note(new)
        coming: dict[int, list[_New]] = defaultdict(list)
        pages = self._pages.count()
        for one in new:
            coming[page_number(one.tag, pages)].append(one)
        grown = [self._grown(self._pages.read(number), more) for number, more in sorted(coming.items())]
        with self._store.writing():
            for before, after in grown:
                self._pages.replace(before, after)
            for one in new:
                self._store.run("UPDATE enrolled SET entered = 1 WHERE kid = ?", one.kid)
            self._watch(IndexStep.X1_BEFORE_COMMIT)
        self._watch(IndexStep.X1_ENROLLED)
        self._spread({one.tag for one in new}, sum(_too_many(*both) for both in grown))

    def _note(self, new: Sequence[_New]) -> None:
        """Write down that pages are about to hold values, so that a version lost half-way ends with each of them."""
        with self._store.writing():
            for one in new:
                sql = "INSERT OR REPLACE INTO enrolled (kid, record, tag) VALUES (?, ?, ?)"
                self._store.run(sql, one.kid, one.record_id.bytes, one.beside)
        self._watch(IndexStep.X1_NOTED)

    def _grown(self, page: Page, more: Iterable[_New]) -> tuple[Page, Page]:
        return page, self._sealed_again(page, (*page.entries, *(one.entry for one in more)))

    def _founded(self) -> MacKey:
        """Return the key of all tags, drawn with the first page when there is none yet."""
        if (key := self.tag_key()) is None:
            (tags,), (first,) = self._allocator.allocate(TAG_KEYS, 1), self._allocator.allocate(PAGE_KEYS, 1)
            page = self._pages.seal(0, first, 1, ())
            with self._store.writing():
                self._store.run("INSERT INTO index_key (one, kid) VALUES (1, ?)", tags)
                self._pages.add(page, self._tree.epoch)
                self._watch(IndexStep.X0_BEFORE_COMMIT)
            self._watch(IndexStep.X0_FOUNDED)
            key = MacKey.taken_from(self._tree.key(tags))
        return key

    def _sealed_again(self, page: Page, entries: tuple[Entry, ...]) -> Page:
        if page.version < MOST_SEALS:
            return self._pages.seal(page.no, page.kid, page.version + 1, entries)
        (fresh,) = self._pages.new_keys(1)
        return self._pages.seal(page.no, fresh, 1, entries)

    def _spread(self, tags: Collection[bytes], most: int) -> None:
        """Add pages, at most so many, while one with any of these tags holds too many; others may be divided first."""
        while most and self._is_crowded(tags):
            self._divide()
            most -= 1

    def _is_crowded(self, tags: Collection[bytes]) -> bool:
        pages = self._pages.count()
        return any(_mailboxes(self._pages.read(no)) > FULL for no in {page_number(tag, pages) for tag in tags})

    def _divide(self) -> None:
        """Add one page and move the tags to it that stand there from now on."""
        pages = self._pages.count()
        old = self._pages.read(page_to_divide(pages))
        here, there = self._pages.new_keys(2)
        stay = self._pages.seal(old.no, here, 1, _on(old.no, old.entries, pages + 1))
        go = self._pages.seal(pages, there, 1, _on(pages, old.entries, pages + 1))
        with self._store.writing():
            self._pages.replace(old, stay)
            self._pages.add(go, self._tree.epoch)
            self._watch(IndexStep.X2_BEFORE_COMMIT)
        self._watch(IndexStep.X2_DIVIDED)

    def _is_new(self, one: Enrolment, fresh: Mapping[int, Enrolment]) -> bool:
        """Say whether a value has to be entered, beside those that are known to be new; raises NotEnrolled."""
        if self._stands(one.kid, one.record_id):
            return False
        if fresh.get(one.kid, one).record_id != one.record_id:
            raise _of_another(one.kid)
        self._refuse_unless_live(one.kid)
        return True

    def _stands(self, kid: int, record_id: UUID) -> bool:
        """Say whether a value is enrolled; one that was to leave for want of a row stays."""
        row = self._store.row("SELECT record, leaves, entered FROM enrolled WHERE kid = ?", kid)
        if row is None:
            return False
        if row[0] != record_id.bytes:
            raise _of_another(kid)
        if row[1] == NEXT_BATCH:
            with self._store.writing():
                self._store.run("UPDATE enrolled SET leaves = NULL WHERE kid = ?", kid)
        return bool(row[2])

    def _refuse_unless_live(self, kid: int) -> None:
        found = self._store.row("SELECT class FROM cohort WHERE no = ?", cohort_of(kid))
        if found is not None and found[0] != CohortClass.LIVE:
            raise NotEnrolled(f"key {kid} is not of the live store", hint="what is set aside is not looked up")

    def _refuse_unsettled(self) -> None:
        if self._store.row("SELECT 1 FROM batch WHERE state IN ('gathered', 'staged')"):
            raise BatchUnderWay(
                "a destruction is not settled, so nothing was enrolled",
                hint="run the destruction to its end, then retry",
            )


def _new(one: Enrolment, own: Key, key: MacKey) -> _New:
    tag = tag_of(key, MAILBOX, one.mailbox)
    beside = seal_envelope(own, Header(one.kid, 0), of_tag(one.record_id, one.kid), tag)
    return _New(one.kid, one.record_id, tag, beside)


def _too_many(before: Page, after: Page) -> int:
    """Say how many entries came to a page with too many mailboxes: each may add a page."""
    least = max(len(before.entries), len(after.entries) - (_mailboxes(after) - FULL))
    return max(0, len(after.entries) - least)


def _mailboxes(page: Page) -> int:
    return len({tag for tag, _record in page.entries})


def _of_another(kid: int) -> NotEnrolled:
    return NotEnrolled(f"key {kid} is enrolled for another record", hint="reconcile the index with the records first")


def _on(no: int, entries: tuple[Entry, ...], pages: int) -> list[Entry]:
    return [entry for entry in entries if page_number(entry[0], pages) == no]
