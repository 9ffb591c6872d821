"""A key tree with its index, and an adversary who holds every page that was ever sealed, committed or not."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from jikim.domain.mailbox import normalise_mailbox
from jikim.sealing.errors import WrongBinding
from jikim.sealing.formats import Header, open_envelope, read_header, seal_envelope
from jikim.sealing.index import enrolling, index, pages
from jikim.sealing.index.index import Index
from jikim.sealing.index_page import TAG_BYTES, Entry, of_page, read_page, tag_of
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import Key, MacKey
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import Told
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import LIVE, House, Ledger, flaws

Entered = tuple[str, UUID]  # a mailbox as typed, a record


class IndexLedger(Ledger):
    """A page key that a lost staging left behind is told done without having been told before."""

    def intend(self, told: Told) -> None:
        if told.category != "index":
            super().intend(told)

    def of(self, category: str) -> list[int]:
        return sorted(item.number for told in self.leaves.values() if told.category == category for item in told.items)


class IndexHouse(House):
    """A house whose destructions take the index along. `entered`: what was enrolled, and came back saying so."""

    ledger: IndexLedger

    def _open(self) -> None:
        super()._open()
        if "entered" not in vars(self):
            self.ledger = IndexLedger()
            self.entered: dict[int, Entered] = {}
            self.perhaps: dict[int, Entered] = {}
        self.index = Index(self.tree, self.allocator, self.power.watch)
        self.destroyer = Destroyer(self.tree, self.roots, self.ledger, self.copies, self.power.watch, self.index.rider)

    def enter(self, mailbox: str, record: int, kid: int | None = None) -> int:
        """Enroll a value, a new one unless it is named; return its key. Raises why it is not enrolled."""
        kid = self.give(LIVE)[0] if kid is None else kid
        self.enter_all({kid: (mailbox, record)})
        return kid

    def enter_all(self, mailboxes: dict[int, tuple[str, int]]) -> None:
        """Enroll values by one call; raises why one of them is not enrolled."""
        asked = {kid: (mailbox, UUID(int=record)) for kid, (mailbox, record) in mailboxes.items()}
        self.perhaps |= asked
        refused = self.index.enroll([(kid, record, mailbox) for kid, (mailbox, record) in asked.items()])
        for kid in asked.keys() - refused.keys():
            self.entered[kid] = self.perhaps.pop(kid)
        for error in refused.values():
            raise error

    def rows(self) -> list[tuple[int, UUID]]:
        """Return what a database would say whose rows are those of the living values."""
        alive = (kid for kid in self.entered if self.standing(kid) is Standing.ALIVE)
        return sorted((kid, self.entered[kid][1]) for kid in alive)


class PageSpy:
    """Every page that was ever sealed."""

    def __init__(self) -> None:
        self.pages: list[tuple[int, bytes]] = []

    def read(self, keys: Iterable[tuple[int, bytes]]) -> set[Entry]:
        """Return every entry that somebody with these value keys can read."""
        by_kid: dict[int, list[bytes]] = {}
        for kid, key in keys:
            by_kid.setdefault(kid, []).append(key)
        found: set[Entry] = set()
        for number, envelope in self.pages:
            kid = read_header(envelope).kid
            for key in by_kid.get(kid, []):
                try:
                    found.update(read_page(open_envelope(Key(key), kid, of_page(number), envelope)))
                except WrongBinding:
                    continue
        return found


@contextmanager
def spied_by(spy: PageSpy) -> Iterator[None]:
    def recorded(key: Key, header: Header, binding: Binding, plaintext: bytes) -> bytes:
        envelope = seal_envelope(key, header, binding, plaintext)
        spy.pages.append((binding.value_id.int, envelope))
        return envelope

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "seal_envelope", recorded)
        yield


@contextmanager
def small_pages(full: int = 3, seals: int = 4) -> Iterator[None]:
    """Let a few entries do what hundreds would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enrolling, "FULL", full)
        patch.setattr(enrolling, "MOST_SEALS", seals)
        yield


@contextmanager
def watched(adversary: Adversary, spy: PageSpy) -> Iterator[None]:
    with watched_by(adversary), spied_by(spy), small_pages():
        yield


@contextmanager
def repeatable(adversary: Adversary, spy: PageSpy) -> Iterator[None]:
    """Watch, with tags of the mailbox alone, so that every run passes the same points."""

    def tagged(_key: MacKey, kind: str, value: str) -> bytes:
        return hashlib.sha256(f"{kind} {value}".encode()).digest()[:TAG_BYTES]

    with watched(adversary, spy), pytest.MonkeyPatch.context() as patch:
        for place in (enrolling, index, sys.modules[__name__]):
            patch.setattr(place, "tag_of", tagged)
        yield


def entry(house: IndexHouse, mailbox: str, record: UUID) -> Entry | None:
    key = house.index._enroller.tag_key()
    return None if key is None else (tag_of(key, "email", normalise_mailbox(mailbox)), record)


def index_flaws(house: IndexHouse, adversary: Adversary, spy: PageSpy) -> list[str]:
    """Return what is wrong: an entry of a destroyed value that can be read, a wrong answer, a row that does not fit."""
    standing = {kid: house.standing(kid) for kid in house.keys}
    known = house.entered | house.perhaps
    may = {entry(house, *at) for kid, at in known.items() if standing[kid] is not Standing.DESTROYED}
    read = spy.read(adversary.reach(*house.roots_on_media()))
    found = [f"an entry of {record} can still be read" for tag, record in read - may]
    for mailbox in {mailbox for mailbox, _record in known.values()}:
        alive = {kid for kid, at in known.items() if at[0] == mailbox and standing[kid] is Standing.ALIVE}
        must = {house.entered[kid][1] for kid in alive if kid in house.entered}
        answer = set(house.index.find(mailbox))
        if not must <= answer <= {known[kid][1] for kid in alive}:
            found.append(f"{mailbox} leads to {answer}, not to {must}")
    return found


def all_flaws(house: IndexHouse, adversary: Adversary, spy: PageSpy, victims: set[int], *, finished: bool) -> list[str]:
    return flaws(house, adversary, victims, finished=finished) + index_flaws(house, adversary, spy)
