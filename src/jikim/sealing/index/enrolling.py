"""Putting entries into pages, and adding pages: one commit for each, and a tag is found before and after it.

A page that only gains an entry is sealed again under its own key, at most MOST_SEALS times. One from which anything
goes, be it to another page, goes on under a new key: its old key could still open the version that held it.
"""

from uuid import UUID

from jikim.sealing.formats import Header, seal_envelope
from jikim.sealing.index.errors import NotEnrolled
from jikim.sealing.index.pages import Page, Pages
from jikim.sealing.index.steps import IndexStep, Watch
from jikim.sealing.index.tables import NEXT_BATCH, PAGE_KEYS, TAG_KEYS
from jikim.sealing.index_page import MAILBOX, Entry, of_tag, page_number, page_to_divide, tag_of
from jikim.sealing.kids import cohort_of
from jikim.sealing.primitives import MacKey
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.sealing.tree.shelves import CohortClass
from jikim.sealing.tree.tree import Tree

FULL = 250  # mailboxes on a page, from which on a page is added
MOST_SEALS = 300  # of one key


class Enroller:
    """The only one that adds entries and pages. Its callers hold the tree's `changing`."""

    def __init__(self, tree: Tree, pages: Pages, allocator: Allocator, watch: Watch) -> None:
        self._tree, self._store, self._pages = tree, tree.store, pages
        self._allocator, self._watch = allocator, watch

    def tag_key(self) -> MacKey | None:
        """Return the key of all tags, None as long as nothing was ever enrolled."""
        kid = self._store.number("SELECT kid FROM index_key")
        return None if kid is None else MacKey.taken_from(self._tree.key(kid))

    def enroll(self, kid: int, record_id: UUID, mailbox: str) -> None:
        """Enter a value once; raises as `Index.enroll` does."""
        self._refuse_unsettled()
        if self._stands(kid, record_id):
            return
        self._refuse_unless_live(kid)
        with self._tree.key(kid) as own, self._founded() as key:
            tag = tag_of(key, MAILBOX, mailbox)
            beside = seal_envelope(own, Header(kid, 0), of_tag(record_id, kid), tag)
        self._note(kid, record_id, beside)
        page = self._pages.holding(tag)
        grown = self._sealed_again(page, (*page.entries, (tag, record_id)))
        with self._store.writing():
            self._pages.replace(page, grown)
            self._store.run("UPDATE enrolled SET entered = 1 WHERE kid = ?", kid)
            self._watch(IndexStep.X1_BEFORE_COMMIT)
        self._watch(IndexStep.X1_ENROLLED)
        if len({tag for tag, _record in grown.entries}) > FULL:
            self._divide()

    def _note(self, kid: int, record_id: UUID, beside: bytes) -> None:
        """Write down that a page is about to hold the value, so that a version of it lost half-way ends with it too."""
        with self._store.writing():
            sql = "INSERT OR REPLACE INTO enrolled (kid, record, tag) VALUES (?, ?, ?)"
            self._store.run(sql, kid, record_id.bytes, beside)
        self._watch(IndexStep.X1_NOTED)

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

    def _stands(self, kid: int, record_id: UUID) -> bool:
        """Say whether a value is enrolled; one that was to leave for want of a row stays."""
        row = self._store.row("SELECT record, leaves, entered FROM enrolled WHERE kid = ?", kid)
        if row is None:
            return False
        if row[0] != record_id.bytes:
            raise NotEnrolled(
                f"key {kid} is enrolled for another record", hint="reconcile the index with the records first"
            )
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


def _on(no: int, entries: tuple[Entry, ...], pages: int) -> list[Entry]:
    return [entry for entry in entries if page_number(entry[0], pages) == no]
