"""Single pages: reading, sealing, and putting one in another's place. All of them are read while keys are cut."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jikim.sealing.errors import KeyDestroyed
from jikim.sealing.formats import Header, open_envelope, read_header, seal_envelope
from jikim.sealing.index.errors import IndexDamaged
from jikim.sealing.index.steps import IndexStep, Watch
from jikim.sealing.index.tables import NOTHING_WRITTEN, PAGE_KEYS
from jikim.sealing.index_page import Entry, of_page, page_number, read_page, write_page
from jikim.sealing.primitives import DoesNotOpen, sha256
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.errors import KeyRetired
from jikim.sealing.tree.tree import Tree


@dataclass(frozen=True, slots=True)
class Page:
    """One version of a page: the key it is sealed under, and how often that key has sealed it."""

    no: int
    kid: int
    version: int
    entries: tuple[Entry, ...] = field(repr=False)
    envelope: bytes = field(repr=False)

    @property
    def digest(self) -> bytes:
        return bytes.fromhex(sha256(self.envelope))


class Pages:
    """The pages in force. Whoever changes one holds the tree's `changing`."""

    def __init__(self, tree: Tree, allocator: Allocator, watch: Watch) -> None:
        self._tree, self._store = tree, tree.store
        self._allocator, self._watch = allocator, watch

    def count(self) -> int:
        last = self._store.number("SELECT max(no) FROM index_page")
        return 0 if last is None else last + 1

    def holding(self, tag: bytes) -> Page:
        """Return the page on which a tag stands if it stands anywhere; there must be a page."""
        while True:
            pages = self.count()
            page = self.read(page_number(tag, pages))
            if self.count() == pages:  # otherwise one was divided meanwhile
                return page

    def read(self, no: int) -> Page:
        """Open a page; raises IndexDamaged, WrongBinding, or why its key is gone."""
        while True:
            epoch = self._tree.epoch
            try:
                return self._read(no, epoch)
            except (IndexDamaged, KeyDestroyed, KeyRetired):
                if self._tree.epoch == epoch:  # otherwise the root was changed meanwhile, and the page with it
                    raise

    def new_keys(self, count: int) -> tuple[int, ...]:
        """Return keys for pages, each noted as stale until a page is written under it.

        So a version that is sealed and never written cannot outlive its entries, wherever its bytes came to lie.
        """
        kids = self._allocator.allocate(PAGE_KEYS, count) if count else ()
        with self._store.writing():
            for kid in kids:
                self.leave(kid, NOTHING_WRITTEN)
        self._watch(IndexStep.X2_KEYS_NOTED)
        return kids

    def seal(self, no: int, kid: int, version: int, entries: Iterable[Entry]) -> Page:
        listed = tuple(entries)
        envelope = seal_envelope(self._tree.key(kid), Header(kid, version), of_page(no), write_page(listed))
        return Page(no, kid, version, listed, envelope)

    def add(self, page: Page, epoch: int) -> None:
        """Write a page inside `writing`, in force from an epoch on."""
        sql = "INSERT INTO index_page (no, epoch, kid, envelope) VALUES (?, ?, ?, ?)"
        self._store.run(sql, page.no, epoch, page.kid, page.envelope)
        self._store.run("DELETE FROM index_stale WHERE kid = ?", page.kid)

    def replace(self, old: Page, new: Page) -> None:
        """Write inside `writing` a newer version in a page's place; a key that it leaves behind is stale."""
        if new.kid != old.kid:
            self.leave(old.kid, old.digest)
            self._store.run("DELETE FROM index_stale WHERE kid = ?", new.kid)
        sql = "UPDATE index_page SET kid = ?, envelope = ? WHERE no = ? AND kid = ?"
        self._store.run(sql, new.kid, new.envelope, old.no, old.kid)

    def leave(self, kid: int, digest: bytes) -> None:
        """Note inside `writing` that a key sealed a page and seals no more: it ends with the next batch."""
        self._store.run("INSERT OR REPLACE INTO index_stale (kid, rows) VALUES (?, ?)", kid, digest)

    def _read(self, no: int, epoch: int) -> Page:
        sql = "SELECT kid, envelope FROM index_page WHERE no = ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1"
        row = self._store.row(sql, no, epoch)
        if row is None:
            raise _damaged(no)
        kid, envelope = row
        words = open_envelope(self._tree.key(kid), kid, of_page(no), envelope)
        try:
            return Page(no, kid, read_header(envelope).version, read_page(words), envelope)
        except DoesNotOpen:
            raise _damaged(no) from None


def _damaged(no: int) -> IndexDamaged:
    return IndexDamaged(
        f"page {no} of the index is missing or holds no entries",
        hint="nothing is destroyed by this: restore the keyring's file, of the current epoch, from a copy",
    )
