"""The log itself. Every commit ends with a signed checkpoint over all entries, so that none is ever left out of one.

What an attacker with the files can still do, and what finds it: take entries out, edit or re-order them (hashes and the
signed checkpoint, at the next opening or `verify`); put an older copy of the database in place (the checkpoint beside
it); an older copy of everything, the checkpoint included (`check_older`, with any checkpoint that somebody else holds).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from jikim.domain import journal, merkle
from jikim.domain.checkpoint import Proof, VerifierKey
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, Role
from jikim.sealing.journal.errors import JournalAltered, JournalCut, NoSuchLeaf, PendingChanged
from jikim.sealing.journal.folder import Folder
from jikim.sealing.journal.signer import Signer, signed_checkpoint
from jikim.sealing.journal.store import Row, Store
from jikim.sealing.journal.whole import read_whole

DATABASES = frozenset({"live", "separate", "visits"})
OWN = "keyd"  # what the key daemon tells of itself
DATABASE_FILE = "journal.sqlite3"


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry as it waits in a database. nonce: what makes it one entry, however often it is sent."""

    nonce: UUID
    leaf: Leaf


def open_journal(path: Path, origin: str) -> "Journal":
    """Open the journal of a folder, or begin it where there was none, and hold it against its last checkpoints.

    raises: JournalCut, JournalAltered, JournalKeyMissing, JournalUnavailable
    """
    store, folder = Store(path / DATABASE_FILE), Folder(path, origin)
    try:
        found = Journal(store, folder.signer(is_empty=store.size() == 0), folder)
        found.check_newest()
    except BaseException:
        store.close()
        raise
    return found


class Journal:
    """One writer: the key daemon."""

    def __init__(self, store: Store, signer: Signer, folder: Folder) -> None:
        self._store, self._signer, self._folder = store, signer, folder

    @property
    def key(self) -> VerifierKey:
        return self._signer.key

    @property
    def size(self) -> int:
        return self._store.size()

    def submit(self, role: Role, database: str, rows: Sequence[Pending]) -> tuple[int, ...]:
        """Take entries that all are of one role; see `submit_all`."""
        return self.submit_all(database, [(role, row) for row in rows])

    def submit_all(self, database: str, rows: Sequence[tuple[Role, Pending]]) -> tuple[int, ...]:
        """Take the entries a database has waiting, whoever told them, all or none, and return the index of each.

        They are journaled in the order in which they come. An entry that was taken before keeps its index.
        raises: NotYourLeaf, PendingChanged, Misused; nothing was added
        """
        for role, row in rows:
            if database not in DATABASES or role is Role.KEYD:
                raise Misused(
                    f"the role {role} from {database}", hint="submit what live, separate or visits has waiting"
                )
            journal.check_role(role, row.leaf.kind)
        with self._store.writing():
            size = before = self._store.size()
            indexes = []
            for role, row in rows:
                offered = Row(size, database, row.nonce.hex, role, journal.write(row.leaf))
                indexes.append(self._take(offered))
                size += indexes[-1] == size
            self._sign(before, size)
        return tuple(indexes)

    def tell(self, leaf: Leaf, *, once: str) -> int:
        """Add one of the key daemon's own entries and return its index; telling it again adds nothing.

        once: what makes it one entry
        """
        journal.check_role(Role.KEYD, leaf.kind)
        with self._store.writing():
            size = self._store.size()
            index = self._take(Row(size, OWN, once, Role.KEYD, journal.write(leaf)))
            self._sign(size, size + (index == size))
        return index

    def told(self, once: str) -> int | None:
        """Return the index of an entry of the key daemon's own."""
        row = self._store.once(OWN, once)
        return row.index if row else None

    def newest_of(self, database: str) -> UUID | None:
        """Return the nonce of the last entry that a database has told; None when it has told none."""
        found = self._store.newest(database)
        return UUID(hex=found) if found else None

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint."""
        newest = self._store.last_checkpoint()
        return newest[1] if newest else self._signer.checkpoint(0, merkle.EMPTY_ROOT)

    def signature(self, text: str) -> str:
        """Sign a certificate's statement, never a text that reads like a checkpoint; returns the signature line."""
        if text.startswith(f"{self.key.name}\n"):
            raise Misused("a text that begins like a checkpoint", hint="only commits sign checkpoints")
        return self._signer.note(text).removeprefix(text + "\n").rstrip("\n")

    def publish(self) -> str:
        """Keep the newest checkpoint beside the journal too, durable, and return it for those who keep it elsewhere."""
        note = self.checkpoint()
        self._folder.keep_checkpoint(note)
        return note

    def leaf(self, index: int) -> Leaf:
        """Return one entry, held against the newest checkpoint; raises NoSuchLeaf, JournalAltered."""
        return journal.read(self._proven(index, self.checkpoint())[0])

    def leaves(self) -> Iterator[bytes]:
        """Yield the bytes of every entry, for an export that an auditor verifies."""
        return self._store.leaves()

    def proof(self, index: int, under: str = "") -> Proof:
        """Prove one entry under the newest checkpoint, or under one that witnesses have signed as well.

        raises: NoSuchLeaf, JournalCut, JournalAltered
        """
        note = under or self.checkpoint()
        return Proof(index, self._proven(index, note)[1], note)

    def consistency(self, old: int) -> merkle.Path:
        """Prove that the journal begins with its first `old` entries."""
        return merkle.consistency(old, self.size, self._store.hash)

    def check_older(self, note: str) -> None:
        """Hold the journal against a checkpoint of it that somebody kept.

        raises: JournalCut when it is shorter than then, JournalAltered when it begins otherwise, NotACheckpoint
        """
        then = signed_checkpoint(note, self.key)
        size = self.size
        if size < then.size:
            raise JournalCut(
                f"the journal holds {size} entries, and a checkpoint signed {then.size}",
                hint="entries were cut off or an older copy was put in place; restore the newest copy",
            )
        if merkle.root(then.size, self._store.hash) != then.root:
            raise _altered(f"the beginning up to entry {then.size}")

    def check_newest(self) -> None:
        """Hold size and root against the newest checkpoint inside and the one beside it; not every entry is read."""
        self._store.refuse_gaps()
        newest = self.checkpoint()
        self.check_older(newest)
        if signed_checkpoint(newest, self.key).size != self.size:
            raise _altered("the end, which no checkpoint covers,")
        self.check_older(self._folder.checkpoint())

    def verify(self) -> None:
        """Read every entry and hold all of it against hashes and checkpoints; raises JournalCut, JournalAltered."""
        with self._store.still() as store:
            now = Journal(store, self._signer, self._folder)
            now.check_newest()
            newest = signed_checkpoint(now.checkpoint(), self.key)
            whole = read_whole(store, newest.size)
            if (whole.size, whole.root) != (newest.size, newest.root):
                raise _altered("an entry")
            if store.kept_levels() != whole.kept:
                raise _altered("a hash")

    def close(self) -> None:
        self._store.close()

    def _proven(self, index: int, note: str) -> tuple[bytes, merkle.Path]:
        """Return an entry and its way to the root of a signed checkpoint."""
        self.check_older(note)
        signed = signed_checkpoint(note, self.key)
        data = self._store.at(index)
        if data is None or not 0 <= index < signed.size:
            raise NoSuchLeaf(
                f"a checkpoint of {signed.size} entries has no entry {index}",
                hint="name an entry before the checkpoint",
            )
        path = merkle.inclusion(index, signed.size, self._store.hash)
        if not merkle.includes(merkle.leaf_hash(data), index, signed.size, path, signed.root):
            raise _altered(f"entry {index}")
        return data, path

    def _take(self, offered: Row) -> int:
        """Add one entry unless it was taken before; returns its index."""
        known = self._store.once(offered.source, offered.once)
        if known is not None:
            if (known.role, known.data) != (offered.role, offered.data):
                raise PendingChanged(
                    f"entry {offered.once} of {offered.source} is not the one that was journaled",
                    hint="the role that told it has told another one under the same nonce; look at that process",
                )
            return known.index
        self._store.add(offered)
        for level, index, found in merkle.grown(offered.index, merkle.leaf_hash(offered.data), self._store.hash):
            self._store.add_hash(level, index, found)
        return offered.index

    def _sign(self, before: int, size: int) -> None:
        if size > before:
            root = merkle.root(size, self._store.hash)
            self._store.add_checkpoint(size, self._signer.checkpoint(size, root))


def _altered(what: str) -> JournalAltered:
    return JournalAltered(
        f"{what} of the journal is not what was signed",
        hint="it was edited or re-ordered; restore the newest copy and look for who did it",
    )
