"""The port behind which every key lives. One kid is one version of one item of one record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from jikim.sealing.errors import KeyDestroyed, KeyringUnavailable, KeysLinger, KeyUnknown, WrongBinding

__all__ = [
    "Binding",
    "Destroyed",
    "KeyDestroyed",
    "KeyState",
    "KeyUnknown",
    "Keyring",
    "KeyringUnavailable",
    "KeysLinger",
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
    """What every keyring promises; the words of each promise are tested against each implementation."""

    @property
    def name(self) -> str:
        """Say which keyring this is; pages and certificates print it."""

    def seal(self, requests: Sequence[SealRequest]) -> tuple[Sealed, ...]:
        """Seal each value under a new key of its own; every key is durable before this returns."""

    def open_sealed(self, binding: Binding, sealed: Sealed) -> bytes:
        """Return the value; raises KeyDestroyed, KeyUnknown or WrongBinding."""

    def reseal(self, sealed: Sealed, old: Binding, new: Binding) -> Sealed:
        """Seal the same value for another place under a new key; the value stays inside, the old key stays alive."""

    def agree(self, one: Sealed, here: Binding, other: Sealed, there: Binding) -> bool:
        """Say whether two envelopes hold the same value, which stays inside; raises as `open_sealed` does."""

    def destroy(self, kids: Sequence[int]) -> Destroyed:
        """Destroy keys for good. Doing it again tells the same; raises KeyUnknown (nothing destroyed) or KeysLinger."""

    def state(self, kid: int) -> KeyState:
        """Say whether a key is alive, destroyed, or was never here."""
