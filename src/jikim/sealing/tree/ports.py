"""What the tree asks of others beside the roots: a second place for its nodes, a journal, and whoever must go along."""

from collections.abc import Callable, Sequence
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
class Row:
    """One row of the keyring's file as it is now: what a copy needs beside nodes to take the keyring's place."""

    table: str
    key: tuple[int | str, ...]
    values: tuple[int | str | bytes | None, ...] | None = field(repr=False)  # None: the row is gone


@dataclass(frozen=True, slots=True)
class Target:
    """One key or cohort of a batch, with the request that named it first."""

    intent: int
    whole: bool
    number: int
    rows: bytes


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
    """Where the keyring is kept a second time. Without a copy of the current nodes a root restores nothing.

    A copy keeps the last blob of each node and birth, and the last values of each table and key.
    """

    def ship(self, nodes: Sequence[SealedNode], rows: Sequence[Row]) -> None:
        """Return once at least one copy has them all, durable; raises when none has. Shipping again changes nothing."""


class NoCopies:
    """The keyring's own file is the only place; a disk failure then costs everything."""

    def ship(self, nodes: Sequence[SealedNode], rows: Sequence[Row]) -> None:
        """Do nothing: there is nowhere to ship to."""


class Journal(Protocol):
    """Where a destruction is told. Telling the same batch, reason, class and policy again adds nothing."""

    def intend(self, told: Told) -> None: ...

    def done(self, told: Told, turn: Turn) -> None: ...

    def rotated(self, batch: UUID, turn: Turn) -> None:
        """Tell a change of root that destroyed nothing."""

    def rekeyed(self, rekey: UUID, turn: Turn) -> None:
        """Tell that every node has a new key, and between which roots that was."""


def stages_nothing(_epoch: int) -> None:
    """Write nothing."""


@dataclass(frozen=True, slots=True)
class Ride:
    """What goes with one batch: more keys to cut, and what is written in the commit that stages its nodes."""

    targets: tuple[Target, ...] = ()
    stage: Callable[[int], None] = stages_nothing  # given the epoch, inside D2's transaction


class Rider(Protocol):
    """Whoever keeps something that has to end with the keys of a batch, in the same change of root."""

    def board(self, targets: Sequence[Target]) -> Ride:
        """Say what goes with these targets. Keys may be allocated here and nowhere later; asked again after an undo."""

    def undo(self, epoch: int) -> None:
        """Take back what was staged for an epoch, inside the transaction that takes back the nodes."""

    def turned(self, epoch: int) -> None:
        """Put in force what was staged for an epoch, inside D5's transaction; comes once more after a crash."""


class NoRider:
    """Nothing goes along."""

    def board(self, _targets: Sequence[Target]) -> Ride:
        return Ride()

    def undo(self, _epoch: int) -> None:
        """Do nothing: nothing was staged."""

    def turned(self, _epoch: int) -> None:
        """Do nothing: nothing was staged."""
