"""The ports under the root: one place that holds a share (`Mirror`), and all of them together (`RootStore`).

The key tree stands on `RootStore` alone. A share and a root key are 32 bytes each that no repr gives away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from jikim.sealing.medium import Medium
from jikim.sealing.primitives import Key, Share

FIRST_EPOCH = 1  # a keyring without any root stands at 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What a keyring remembers of a root: enough to recognise it, useless for opening anything."""

    epoch: int
    commitment: bytes  # SHA-256("jikim/rc/1" || R_e)


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """The root of one epoch: R_e, which seals the top node, and one share per group, which are what is stored."""

    epoch: int
    key: Key
    shares: tuple[Share, ...]
    commitment: bytes

    @property
    def mark(self) -> Mark:
        return Mark(self.epoch, self.commitment)


@dataclass(frozen=True, slots=True)
class GroupEffacement:
    """How far one group is: mirrors in `effaced` hold the kept epoch at most, those in `pending` may hold more."""

    media: tuple[str, ...]  # class letters, sorted and each once
    effaced: tuple[str, ...]
    pending: tuple[str, ...]
    unseeded: tuple[str, ...] = ()  # reached, and yet without the kept share: one copy fewer than there should be

    @property
    def complete(self) -> bool:
        return not self.pending


@dataclass(frozen=True, slots=True)
class Effacement:
    """What an effacement reached. Every older root is destroyed as soon as one group is complete."""

    groups: tuple[GroupEffacement, ...]

    @property
    def destroyed(self) -> bool:
        return any(group.complete for group in self.groups)

    @property
    def pending(self) -> tuple[str, ...]:
        return tuple(name for group in self.groups for name in group.pending)

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Name the mirrors that may hold an older share, or lack the kept one."""
        return tuple(sorted({name for group in self.groups for name in (*group.pending, *group.unseeded)}))


class Verdict(Enum):
    """What a start has to do about a staged rotation."""

    STEADY = "nothing is staged: the current root goes on"
    FORWARD = "the staged root is durable: efface all others, then make it the current one"
    BACK = "the staged root never became durable: undo the staging; its epoch is spent"


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """The verdict, and the root to go on with: None only where the very first root never became durable."""

    verdict: Verdict
    root: Root | None


class Mirror(Protocol):
    """One place with two slots for shares. Any call raises MirrorAway while the place cannot be reached."""

    @property
    def name(self) -> str:
        """Say which mirror this is; certificates and refusals print it."""

    def read(self) -> Mapping[int, Share]:
        """Return every whole share by its epoch; torn, effaced and empty slots are left out."""

    def torn(self) -> bool:
        """Say whether a slot holds a share that was cut off while it was written."""

    def prepare(self, epoch: int, share: Share) -> None:
        """Make the share durable in the slot of its epoch (epoch mod 2); the other slot is not touched.

        raises: NotWritten; the slot may be torn
        """

    def efface(self, keep_epoch: int | None) -> None:
        """Overwrite every slot that does not hold a whole share of `keep_epoch`; None overwrites them all.

        raises: NotWritten; a share may still be there, so nothing may be called destroyed
        """

    def medium(self) -> Medium:
        """Test whether effacing works here, without touching any share."""


class RootStore(Protocol):
    """What the key tree needs of the roots. Order of a rotation: stage, `prepare` (D3), `efface` (D4), mark (D5)."""

    def draw(self, epoch: int) -> Root:
        """Make a root of fresh shares, in memory only. `epoch` comes from `next_epoch`, so it was never used before."""

    def begin(self, current: Mark | None, staged: Mark | None, spent: int) -> Beginning:
        """Judge what a start finds; changes nothing. Afterwards call `efface` with the root it returns.

        current: the keyring's root, None before the first one
        staged:  the root of a rotation that was staged and not yet marked
        spent:   highest epoch ever staged, rolled back or not
        raises:  RootMissing, RootTorn, RootForeign
        """

    def prepare(self, root: Root) -> None:
        """D3: make the root durable in every mirror that can be reached, and in one of each group at least.

        Doing it again with the same root does no harm.
        raises: RootNotDurable; give it up with `next_epoch`, or try the same root again
        """

    def efface(self, root: Root) -> Effacement:
        """D4: leave in every mirror that can be reached this root's share and nothing else; seed those that lack it.

        Doing it again does no harm; a mirror that comes back is settled the same way.
        raises: RootNotDurable, when no mirror of some group holds this root; nothing was effaced
        """


def next_epoch(current: int, spent: int) -> int:
    """Return the epoch of the next rotation: never used before, and in the slot that does not hold the current root.

    current: epoch of the living root, 0 before the first one; spent: highest epoch ever staged
    """
    following = max(current, spent) + 1
    return following if (following - current) % 2 else following + 1
