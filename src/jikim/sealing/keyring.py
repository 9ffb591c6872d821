"""The port behind which every key lives. One kid is one version of one item of one record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from jikim.sealing.errors import KeyDestroyed, KeyringUnavailable, KeyUnknown, WrongBinding

if TYPE_CHECKING:  # they are made of what is defined here
    from jikim.domain.journal import Leaf, Role
    from jikim.domain.passkey import Passkey, Purpose
    from jikim.sealing.index.slices import Reconciled
    from jikim.sealing.keyd.values import Destruction, Founded, Hello, Move, NewValue, Pair, SignedLeaf
    from jikim.sealing.keys import MacKey
    from jikim.sealing.webauthn import Assertion

__all__ = [
    "Binding",
    "Destroyed",
    "KeyDestroyed",
    "KeyState",
    "KeyUnknown",
    "Keyring",
    "KeyringUnavailable",
    "SealRequest",
    "Sealed",
    "WrongBinding",
]


@dataclass(frozen=True, slots=True)
class Binding:
    """The one place where an envelope may be opened. Moved to any other row, item or store, it stays shut."""

    store: str  # live | separate
    record_id: UUID
    value_id: UUID
    item: str
    facet: str  # value; of files: name | bytes


@dataclass(frozen=True, slots=True)
class SealRequest:
    """A value to seal and where it will stand. The value never shows in a repr."""

    binding: Binding
    plaintext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope and the key that alone opens it."""

    kid: int
    envelope: bytes = field(repr=False)
    file: UUID | None = None  # the sealed attachment that its card describes, where there is one


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Keys that are gone. `at` is the instant since which all of them are."""

    kids: tuple[int, ...]
    at: datetime


class KeyState(StrEnum):
    ALIVE = "alive"
    RETIRED = "retired"  # of no use here any more, and not destroyed: a copy of an older root is waited for
    DESTROYED = "destroyed"
    UNKNOWN = "unknown"


class Keyring(Protocol):
    """What a process may ask of the key daemon; each role is answered only its own calls.

    Each call but `hello` raises KeyringUnavailable when the daemon does not answer, NotYourCall when it is another
    role's, and WrongBinding, KeyUnknown or KeyDestroyed for what does not open. A call may be repeated without harm.
    """

    def hello(self) -> "Hello":
        """Say who answers: the classes of its media, its journal's name and key."""

    def teller(self, kind: str) -> "tuple[Role, MacKey]":
        """Return the role that tells this kind of journal entry here, and its key; raises NotYourLeaf."""

    def found(self, receipt_digest: str, values: "Sequence[NewValue]") -> "Founded":
        """Draw a new record and seal its values and its gate; every key is durable before this returns."""

    def grant(self, record_id: UUID, gate: Sealed, receipt_digest: str) -> str:
        """Return the way into one record for whoever holds its receipt code; raises GrantRefused."""

    def link(self, record_id: UUID, gate: Sealed) -> str:
        """Return the words of a link, good for a day, that proves the mailbox it is sent to; for the postman."""

    def grant_by_link(self, token: str) -> str:
        """Return the way into the records of a link; raises GrantRefused."""

    def granted(self, grant: str) -> tuple[UUID, ...]:
        """Return the records that a grant is for; raises GrantRefused."""

    def daily_key(self, day: date) -> "MacKey":
        """Return the key under which sources of requests are counted today; raises Misused for another day."""

    def seal(self, requests: Sequence[SealRequest], *, grant: str = "") -> tuple[Sealed, ...]:
        """Seal each value under a new key of its own; every key is durable before this returns."""

    def open_sealed(self, binding: Binding, sealed: Sealed, *, grant: str = "") -> bytes:
        """Return the value; raises GrantRefused, TooManyOpens too."""

    def open_all(self, places: Sequence[tuple[Binding, Sealed]], *, grant: str = "") -> "tuple[bytes | KeyState, ...]":
        """Return each value, or the state of its key when that is not alive."""

    def reseal(self, moves: "Sequence[Move]", *, grant: str = "") -> tuple[Sealed, ...]:
        """Seal values for another place under new keys; they stay inside, the old keys stay alive, files move too."""

    def agree(self, pairs: "Sequence[Pair]") -> tuple[bool, ...]:
        """Say of each pair whether both hold the same value, which stays inside; of files, their bytes."""

    def fits(self, binding: Binding, sealed: Sealed) -> bool:
        """Say whether an envelope opens in its place; the value stays inside."""

    def destroy(self, requests: "Sequence[Destruction]") -> Destroyed:
        """Destroy keys for good; raises KeyUnknown (nothing destroyed), StillWaiting (accepted, not yet destroyed)."""

    def ask(self, requests: "Sequence[Destruction]", *, urgent: bool = False) -> None:
        """Have keys destroyed soon; kept before this returns. Raises as `destroy` does for what it does not know."""

    def handed_out(self, store: str, before: date) -> Iterator[int]:
        """Stream the living keys that values of a store (live | mail) were sealed under before a day, ascending."""

    def ask_passkey(self, purpose: "Purpose", about: str) -> bytes:
        """Return what an approver's passkey is asked. about: a plan's digest, or another passkey's id in hex."""

    def approve(self, plan: str, answer: "Assertion") -> int:
        """Keep one person's yes to a plan, and return how many there are; raises AssertionRefused, Misused."""

    def approvals(self, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        """Return who approved a plan, and when."""

    def passkeys(self) -> "tuple[Passkey, ...]":
        """Return the passkeys that may approve or will, and those retired within the last two days."""

    def enroll_passkey(self, account: UUID, attested: bytes) -> "Passkey":
        """Keep an approver's passkey, which waits before it counts; raises UnknownFormat, Misused."""

    def vouch(self, passkey_id: UUID, answer: "Assertion") -> "Passkey":
        """Let a passkey count at once by the answer of one that does; raises AssertionRefused, Misused."""

    def retire_passkeys(self, account: UUID, passkey_id: UUID | None = None) -> int:
        """Let a passkey of an account, or all of them, approve nothing any more; return how many that were."""

    def states(self, kids: Sequence[int]) -> dict[int, KeyState]:
        """Say of each key whether it is alive, retired, destroyed, or was never here."""

    def certificates(self, asked: "Sequence[tuple[UUID, Sequence[int]]]") -> "tuple[Mapping[str, Any], ...]":
        """Return the signed certificate of what each request destroyed; raises EvidenceMissing."""

    def submit(self, database: str, rows: "Sequence[SignedLeaf]") -> tuple[int, ...]:
        """Hand entries to the journal in their order and return their places; raises NotALeaf, NotYourLeaf."""

    def newest_told(self, database: str) -> UUID | None:
        """Return the nonce of the last entry that the journal has of a database; None when it has none."""

    def restored(self, restore_id: UUID, *, backup_on: date, purged: int) -> int:
        """Have the journal told that databases were put back, and how many of their rows went again."""

    def checkpoint(self) -> str:
        """Return the journal's newest signed checkpoint."""

    def leaf(self, index: int) -> "Leaf":
        """Return one entry of the journal; raises NoSuchLeaf, JournalAltered."""

    def verify_journal(self) -> None:
        """Have every entry of the journal read and checked; raises JournalCut, JournalAltered."""

    def check_older(self, note: str) -> None:
        """Hold the journal against a checkpoint somebody kept; raises NotACheckpoint, JournalCut, JournalAltered."""

    def enroll(self, places: "Sequence[tuple[Binding, Sealed]]") -> tuple[str, ...]:
        """Let live values' mailboxes lead to their records; of each "", or why not and never. Raises BatchUnderWay."""

    def reconcile(self, rows: Iterable[tuple[int, UUID]]) -> "Reconciled":
        """Compare the index with (kid, record) of all live mailboxes by kid, read after the last enrolment."""
