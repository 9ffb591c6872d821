"""The index as everybody but a batch of destructions meets it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from jikim.domain.errors import JikimError
from jikim.domain.mailbox import NoMailbox, normalise_mailbox
from jikim.sealing.errors import KeyDestroyed
from jikim.sealing.formats import open_envelope
from jikim.sealing.index.comparing import Comparer
from jikim.sealing.index.enrolling import Enroller, Enrolment
from jikim.sealing.index.leaving import Leaver
from jikim.sealing.index.pages import Pages
from jikim.sealing.index.slices import Reconciled, Row, in_slices
from jikim.sealing.index.steps import Watch, unwatched
from jikim.sealing.index.tables import make_tables
from jikim.sealing.index_page import MAILBOX, of_tag, tag_of
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.errors import KeyRetired
from jikim.sealing.tree.tree import Tree


class Index:
    """Leads from a mailbox to records. `rider` goes along with every batch; without it entries would outlive keys."""

    def __init__(self, tree: Tree, allocator: Allocator, watch: Watch = unwatched) -> None:
        make_tables(tree.store)
        self._tree, self._store, self._pages = tree, tree.store, Pages(tree, allocator, watch)
        self._enroller = Enroller(tree, self._pages, allocator, watch)
        self._comparer = Comparer(tree.store, watch)
        self.rider = Leaver(tree, self._pages, watch)

    def enroll(self, asked: Sequence[tuple[int, UUID, str]]) -> dict[int, JikimError]:
        """Let the mailboxes of e-mail values lead to their records; doing it again changes nothing.

        asked:   kid of each value in the live store, with which its entry goes; its record; its words
        returns: why a value was not enrolled and never will be, by kid: NoMailbox, NotEnrolled (set aside, or enrolled
                 for another record), KeyDestroyed, KeyRetired, KeyUnknown
        raises:  BatchUnderWay (retry); nothing was enrolled
        """
        refused: dict[int, JikimError] = {}
        wanted: list[Enrolment] = []
        for kid, record_id, words in asked:
            try:
                wanted.append(Enrolment(kid, record_id, normalise_mailbox(words)))
            except NoMailbox as error:
                refused[kid] = error
        with self._tree.changing:
            return refused | self._enroller.enroll(wanted)

    def find(self, value: str) -> tuple[UUID, ...]:
        """Return the records to which a mailbox leads, in no order that tells anything; raises NoMailbox."""
        mailbox = normalise_mailbox(value)
        key = self._enroller.tag_key()
        return () if key is None else self._records(tag_of(key, MAILBOX, mailbox))

    def same_mailbox(self, record_id: UUID) -> tuple[UUID, ...]:
        """Return the records that share a mailbox with an enrolled one, itself among them; () for any other."""
        found = set[UUID]()
        sql = "SELECT kid, tag FROM enrolled WHERE record = ? AND entered = 1"
        for kid, envelope in self._store.rows(sql, record_id.bytes):
            with suppress(KeyDestroyed, KeyRetired):  # it ends just now, and its entry with it
                found.update(self._records(open_envelope(self._tree.key(kid), kid, of_tag(record_id, kid), envelope)))
        return tuple(sorted(found))

    def enrolled(self, after: int = -1) -> Iterator[Row]:
        """Stream (kid, record) of every entry, ascending by kid, from behind one on."""
        return self._comparer.enrolled(after)

    def compare(self, rows: Sequence[Row], *, after: int, last: bool) -> Reconciled:
        """Compare one slice of rows, ascending by kid, with the entries behind `after`; `last`: no row follows.

        Go on behind `upto`. Read the rows after the last enrolment, or its entry is taken for a stray until then.
        raises: Misused for rows that do not ascend; nothing was marked
        """
        return self._comparer.compare(rows, after=after, last=last)

    def reconcile(self, rows: Iterable[Row]) -> Reconciled:
        """Compare all rows, ascending by kid, as `compare` does; may be stopped and begun again at any time."""
        return in_slices(rows, lambda part, after, last: self.compare(part, after=after, last=last))

    def _records(self, tag: bytes) -> tuple[UUID, ...]:
        return tuple(sorted({record for one, record in self._pages.holding(tag).entries if one == tag}))
