"""What the tree asks of others beside the roots: a second place for its nodes, and a journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SealedNode:
    """One version of a node as it lies on disk; anyone may hold it."""

    node: int
    birth: int  # epoch in which its key was born
    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """What a certificate may say about one destroyed key, or about a cohort of at most `count` keys."""

    number: int  # the kid of a value, or the node number of a whole cohort
    salt: bytes
    key_commitment: bytes
    rows_sha256: bytes  # of the envelopes, as the request gave it
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """One leaf's facts: a batch, one reason, one record class, one policy. Codes and digests only, never words."""

    batch: UUID
    reason: str
    category: str
    policy: str
    asked_at: datetime  # when the first of its requests was kept
    requests: tuple[UUID, ...]
    kids: int
    cohorts: int
    items: tuple[Item, ...]  # none yet where a destruction is only intended


@dataclass(frozen=True, slots=True)
class GroupState:
    """How one root group stood when the old root was gone: media classes, copies reached, copies waited for."""

    media: tuple[str, ...]
    mirrors: int
    pending: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The change of root by which a batch took effect. `at`: since then no copy of the old root is left."""

    epoch: int
    old_root: bytes  # commitments
    new_root: bytes
    at: datetime
    groups: tuple[GroupState, ...]


class Copies(Protocol):
    """Where nodes are kept a second time. Without a copy of the current nodes a root restores nothing."""

    def ship(self, nodes: Sequence[SealedNode]) -> None:
        """Return once at least one copy has them, durable; raises when none has. Shipping again changes nothing."""


class NoCopies:
    """The keyring's own file is the only place; a disk failure then costs everything."""

    def ship(self, nodes: Sequence[SealedNode]) -> None:
        """Do nothing: there is nowhere to ship to."""


class Journal(Protocol):
    """Where a destruction is told. Telling the same batch, reason, class and policy again adds nothing."""

    def intend(self, told: Told) -> None: ...

    def done(self, told: Told, turn: Turn) -> None: ...

    def rotated(self, batch: UUID, turn: Turn) -> None:
        """Tell a change of root that destroyed nothing."""
