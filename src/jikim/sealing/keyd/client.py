"""The keyring of a process: a role, a channel, and no key. Batches of any size are cut into frames here."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, Role, check_role
from jikim.domain.passkey import Passkey, Purpose
from jikim.sealing.index.slices import Reconciled, Row, in_slices
from jikim.sealing.keyd import table
from jikim.sealing.keyd.channels import Channel
from jikim.sealing.keyd.replies import raised_by
from jikim.sealing.keyd.table import Call
from jikim.sealing.keyd.values import Destruction, Founded, Hello, Move, NewValue, Pair, SignedLeaf
from jikim.sealing.keyd.wire import MAX_FRAME, Frame, decode, encode
from jikim.sealing.keyring import Binding, Destroyed, KeyState, Sealed, SealRequest
from jikim.sealing.keys import MacKey
from jikim.sealing.webauthn import Assertion

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

ROOM = MAX_FRAME - 4 * 1024  # for what stands in one batch
WORDS = 512  # around one value, at most, in either direction
MOST_VALUE = 60 * 1024  # so that two copies of one value fit into a frame
CERTIFICATE, CERTIFIED_VALUE = 5 * 1024, 1088  # bytes of a certificate at most, and of each value on it


class Client:
    """What one role says to the key daemon."""

    def __init__(self, channel: Channel, role: Role) -> None:
        self._channel, self.role = channel, role
        self._leaf_key: MacKey | None = None

    @property
    def name(self) -> str:
        return "key tree"

    def close(self) -> None:
        """Give up the way to the daemon."""
        self._channel.close()

    # --- records and values ------------------------------------------------------------------------------------------

    def found(self, receipt_digest: str, values: Sequence[NewValue]) -> Founded:
        """Begin a record: its id, a gate that the receipt code opens, and every value sealed. Raises Misused.

        One value may be marked as the address of a letter; it goes with the first frame, which makes the record.
        """
        for value in values:
            _refuse_large(value.plaintext)
        order = sorted(range(len(values)), key=lambda at: values[at].letter is None)
        frames = _frames([values[at] for at in order], table.VALUES - 1, lambda one: len(one.plaintext))
        first, *rest = frames or [()]
        founded = self._call(table.FOUND, (receipt_digest, first))
        more = [
            SealRequest(Binding("live", founded.record_id, one.value_id, one.item, one.facet), one.plaintext)
            for part in rest
            for one in part
        ]
        sealed = dict(zip(order, founded.sealed + self.seal(more, grant=founded.grant), strict=True))
        return replace(founded, sealed=tuple(sealed[at] for at in range(len(values))))

    def seal(self, requests: Sequence[SealRequest], *, grant: str = "") -> tuple[Sealed, ...]:
        """Seal each value under a new key of its own, durable before this returns."""
        for request in requests:
            _refuse_large(request.plaintext)
        parts = _frames(requests, table.VALUES, lambda one: len(one.plaintext))
        return _joined(self._call(table.SEAL, (part, grant)) for part in parts)

    def open_sealed(self, binding: Binding, sealed: Sealed, *, grant: str = "") -> bytes:
        """Return the value; raises KeyDestroyed, KeyRetired, KeyUnknown, WrongBinding, GrantRefused, TooManyOpens."""
        return self._call(table.OPEN_SEALED, ((binding, sealed), grant))

    def open_all(self, places: Sequence[tuple[Binding, Sealed]], *, grant: str = "") -> tuple[bytes | KeyState, ...]:
        """Return each value, or why its key is not there; raises WrongBinding, GrantRefused, TooManyOpens."""
        parts = _frames(places, table.VALUES, lambda place: len(place[1].envelope))
        return _joined(self._call(table.OPEN_ALL, (part, grant)) for part in parts)

    def reseal(self, moves: Sequence[Move], *, grant: str = "") -> tuple[Sealed, ...]:
        """Seal values anew for another place; the old keys stay alive, files go along. Raises GrantRefused too."""
        parts = _frames(moves, table.VALUES, lambda move: len(move.sealed.envelope) + WORDS)
        return _joined(self._call(table.RESEAL, (part, grant)) for part in parts)

    def agree(self, pairs: Sequence[Pair]) -> tuple[bool, ...]:
        """Say of each pair whether both hold the same value; attachments are compared too."""
        parts = _frames(pairs, table.VALUES, lambda two: len(two.one.envelope) + len(two.other.envelope) + WORDS)
        return _joined(self._call(table.AGREE, part) for part in parts)

    def fits(self, binding: Binding, sealed: Sealed) -> bool:
        """Say whether an envelope is what its row says; raises as `open_sealed` does where the key is not there."""
        return self._call(table.FITS, (binding, sealed))

    def states(self, kids: Sequence[int]) -> dict[int, KeyState]:
        """Say of each key whether it is alive, retired, destroyed, or was never here."""
        found = _joined(self._call(table.STATES, part) for part in _frames(kids, table.KIDS, lambda _kid: 0))
        return dict(zip(kids, found, strict=True))

    # --- proving to be the person ------------------------------------------------------------------------------------

    def grant(self, record_id: UUID, gate: Sealed, receipt_digest: str) -> str:
        """Return a grant for the record, for half an hour; raises GrantRefused, and as `open_sealed` does."""
        return self._call(table.GRANT, (record_id, gate, receipt_digest))

    def link(self, record_id: UUID, gate: Sealed) -> str:
        """Return the words of a link, good for a day, that proves whoever follows it reads the mailbox."""
        return self._call(table.LINK, (record_id, gate))

    def grant_by_link(self, token: str) -> str:
        """Return a grant for the records of a link; raises GrantRefused."""
        return self._call(table.GRANT_BY_LINK, token)

    def granted(self, grant: str) -> tuple[UUID, ...]:
        """Return the records that a grant is for; raises GrantRefused."""
        return self._call(table.GRANTED, grant)

    def daily_key(self, day: date) -> MacKey:
        """Return the key under which sources of requests are counted today; raises Misused for another day."""
        return self._call(table.DAILY_KEY, day)

    # --- destroying --------------------------------------------------------------------------------------------------

    def destroy(self, requests: Sequence[Destruction]) -> Destroyed:
        """Destroy keys for good and return since when they are gone. Asking again tells the same.

        raises: KeyUnknown, RequestChanged, Misused (nothing accepted of the request), StillWaiting (accepted)
        """
        found = [self._call(table.DESTROY, part) for part in _destructions(requests)]
        if not found:
            raise Misused("a destruction of nothing", hint="name at least one request")
        kids = tuple(kid for one in found for kid in one.kids)
        return Destroyed(kids, _latest(one.at for one in found))

    def ask(self, requests: Sequence[Destruction], *, urgent: bool = False) -> None:
        """Have keys destroyed soon: within a second if urgent, else within a minute. Raises as `destroy` does."""
        for part in _destructions(requests):
            self._call(table.ASK, (part, urgent))

    def handed_out(self, store: str, before: date) -> Iterator[int]:
        """Stream the living keys that values of a store (live | mail) were sealed under before a day, ascending."""
        following: int | None = 0
        while following is not None:
            part = self._call(table.HANDED_OUT, (store, before, following))
            yield from part.kids
            following = part.following

    # --- approving ---------------------------------------------------------------------------------------------------

    def ask_passkey(self, purpose: Purpose, about: str) -> bytes:
        """Return what an approver's passkey is asked. about: a plan's digest, or another passkey's id in hex."""
        return self._call(table.ASK_PASSKEY, (purpose, about))

    def approve(self, plan: str, answer: Assertion) -> int:
        """Keep one person's yes to a plan, by its digest, and return how many there are; again changes nothing.

        raises: AssertionRefused, Misused
        """
        return self._call(table.APPROVE, (plan, answer))

    def approvals(self, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        """Return who approved a plan, and when, the first one first."""
        return self._call(table.APPROVALS, plan)

    def passkeys(self) -> tuple[Passkey, ...]:
        """Return the passkeys that may approve or will, and those retired within the last two days."""
        return self._call(table.PASSKEYS, None)

    def enroll_passkey(self, account: UUID, attested: bytes) -> Passkey:
        """Keep an approver's passkey, which waits before it counts; raises UnknownFormat, Misused."""
        return self._call(table.ENROLL_PASSKEY, (account, attested))

    def vouch(self, passkey_id: UUID, answer: Assertion) -> Passkey:
        """Let a passkey count at once by the answer of one that does; raises AssertionRefused, Misused."""
        return self._call(table.VOUCH, (passkey_id, answer))

    def retire_passkeys(self, account: UUID, passkey_id: UUID | None = None) -> int:
        """Let a passkey of an account, or all of them, approve nothing any more; return how many that were."""
        return self._call(table.RETIRE_PASSKEYS, (account, passkey_id))

    def certificates(self, asked: Sequence[tuple[UUID, Sequence[int]]]) -> tuple[Mapping[str, Any], ...]:
        """Return the signed certificate for values that each request destroyed.

        raises: EvidenceMissing (not destroyed, or told by more than one journal entry), StillWaiting, Misused
        """
        for _request_id, kids in asked:
            if len(kids) > table.CERTIFIED:
                raise Misused(f"a certificate for {len(kids)} values", hint=f"ask for {table.CERTIFIED} at most")
        plain = [(request_id, tuple(kids)) for request_id, kids in asked]
        parts = _frames(plain, table.DESTRUCTIONS, lambda one: CERTIFICATE + len(one[1]) * CERTIFIED_VALUE)
        return _joined(self._call(table.CERTIFICATES_OF, part) for part in parts)

    # --- the journal -------------------------------------------------------------------------------------------------

    def hello(self) -> Hello:
        """Say who answers, and give this role its key for journal entries."""
        return self._call(table.HELLO_CALL, None)

    def teller(self, kind: str) -> tuple[Role, MacKey]:
        """Return this role and its key for journal entries, asked once; raises NotYourLeaf for a kind not its own."""
        check_role(self.role, kind)
        if self._leaf_key is None:
            self._leaf_key = self.hello().leaf_key
        return self.role, self._leaf_key

    def submit(self, database: str, rows: Sequence[SignedLeaf]) -> tuple[int, ...]:
        """Journal what a database has waiting, in this order; the same rows again change nothing."""
        parts = _frames(rows, table.LEAVES, lambda _row: 0)
        return _joined(self._call(table.SUBMIT, (database, part)) for part in parts)

    def newest_told(self, database: str) -> UUID | None:
        """Return the nonce of the last entry that the journal has of a database; None when it has none."""
        return self._call(table.NEWEST_TOLD, database)

    def restored(self, restore_id: UUID, *, backup_on: date, purged: int) -> int:
        """Tell that databases were put back from a backup of a day; telling the same again adds nothing."""
        return self._call(table.RESTORED, (restore_id, backup_on, purged))

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint."""
        return self._call(table.CHECKPOINT, None)

    def leaf(self, index: int) -> Leaf:
        """Return one entry of the journal; raises NoSuchLeaf, JournalAltered."""
        return self._call(table.LEAF_CALL, index)

    def proof(self, index: int) -> str:
        """Return the proof that an entry stands in the journal."""
        return self._call(table.PROOF, index)

    def verify_journal(self) -> None:
        """Have every entry read and checked; raises JournalCut, JournalAltered."""
        self._call(table.VERIFY_JOURNAL, None)

    def check_older(self, note: str) -> None:
        """Hold the journal against a checkpoint that somebody kept.

        raises: NotACheckpoint, JournalCut, JournalAltered
        """
        self._call(table.CHECK_OLDER, note)

    # --- the index ---------------------------------------------------------------------------------------------------

    def enroll(self, places: Sequence[tuple[Binding, Sealed]]) -> tuple[str, ...]:
        """Let the mailboxes that live values hold lead to their records; doing it again changes nothing.

        returns: of each value "", or the name of the error for which it is not enrolled and never will be: NoMailbox,
                 NotEnrolled, or why it does not open
        raises:  BatchUnderWay (retry), Misused
        """
        parts = _frames(places, table.VALUES, lambda place: len(place[1].envelope))
        return _joined(self._call(table.ENROLL, part) for part in parts)

    def reconcile(self, rows: Iterable[tuple[int, UUID]]) -> Reconciled:
        """Compare the index with all (kid, record) of live mailboxes, ascending by kid.

        Returns which are not enrolled, and which entries stand for no row: those leave with the next destruction. Read
        the rows after the last enrolment.
        """

        def compare(part: Sequence[Row], after: int, last: bool) -> Reconciled:  # noqa: FBT001  # as it is called
            return self._call(table.RECONCILE, (tuple(part), after + 1, last))

        return in_slices(rows, compare)

    def _call(self, call: Call[A, B], asked: A) -> B:
        call_id = secrets.token_hex(8)
        blobs: list[bytes] = []
        written = call.asks.write(asked, blobs)
        frame = encode(Frame({"id": call_id, "call": call.name, "ask": written}, tuple(blobs)))
        reply = decode(self._channel.exchange(call_id, frame))
        if "error" in reply.head:
            raise raised_by(reply.head)
        return call.answers.read(reply.head.get("answer"), reply.blobs)


def _refuse_large(plaintext: bytes) -> None:
    if len(plaintext) > MOST_VALUE:
        raise Misused(
            f"a value of {len(plaintext)} bytes", hint=f"a value has at most {MOST_VALUE}; keep more as a file"
        )


def _frames(items: Sequence[T], most: int, size: Callable[[T], int]) -> list[tuple[T, ...]]:
    """Cut a batch into parts that fit a frame in both directions; raises Misused for a value that never fits."""
    parts: list[list[T]] = []
    left = 0
    for item in items:
        needed = size(item) + WORDS
        if needed > ROOM:
            raise Misused(f"{size(item)} bytes in one call", hint=f"one call takes at most {ROOM}")
        if not parts or needed > left or len(parts[-1]) == most:
            parts.append([])
            left = ROOM
        parts[-1].append(item)
        left -= needed
    return [tuple(part) for part in parts]


def _destructions(requests: Sequence[Destruction]) -> Iterator[tuple[Destruction, ...]]:
    for one in requests:
        if len(one.kids) > table.TARGETS:
            raise Misused(f"{len(one.kids)} keys in one request", hint=f"destroy at most {table.TARGETS} at once")
    yield from _frames(requests, table.DESTRUCTIONS, lambda one: 64 * len(one.kids))


def _joined(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(one for part in parts for one in part)


def _latest(instants: Iterable[datetime]) -> datetime:
    return max(instants)
