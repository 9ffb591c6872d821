"""Power that fails at a chosen point, and mirrors in memory that a failing write leaves torn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from jikim.sealing.errors import MirrorAway
from jikim.sealing.medium import Medium, MediumClass
from jikim.sealing.mirror import Mirror
from jikim.sealing.primitives import Share


class PowerCut(BaseException):
    """The process ends here; nothing after this line runs, and no handler may stop it."""


@dataclass(slots=True)
class Power:
    """Counts the points passed, and fails at the one it was told."""

    passed: list[str] = field(default_factory=list)
    fails_at: int = -1

    def watch(self, point: str) -> None:
        self.passed.append(str(point))
        if len(self.passed) - 1 == self.fails_at:
            raise PowerCut(point)

    def forget(self, fails_at: int = -1) -> None:
        self.passed, self.fails_at = [], fails_at


class OpenMirror(Mirror, Protocol):
    """A mirror that lets a test look at what it holds and ever held."""

    away: bool
    written: set[tuple[int, bytes]]

    def shares(self) -> list[tuple[int, bytes]]: ...


class MemoryMirror:
    """Two slots that outlive the process. A write is torn before it is whole; what was ever written is remembered."""

    def __init__(self, name: str, power: Power) -> None:
        self.name, self.power, self.away = name, power, False
        self.slots: dict[int, tuple[int, bytes] | None] = {0: None, 1: None}
        self.written: set[tuple[int, bytes]] = set()
        self._torn: set[int] = set()

    def read(self) -> Mapping[int, Share]:
        self._reach()
        return {epoch: Share(share) for epoch, share in self.shares()}

    def torn(self) -> bool:
        self._reach()
        return bool(self._torn)

    def prepare(self, epoch: int, share: Share) -> None:
        self._reach()
        self._write(epoch % 2, (epoch, share.reveal()), "prepared")
        self.written.add((epoch, share.reveal()))

    def efface(self, keep_epoch: int | None) -> None:
        self._reach()
        for slot, held in self.slots.items():
            if held is None or held[0] != keep_epoch:
                self._write(slot, None, "effaced")

    def medium(self) -> Medium:
        self._reach()
        return Medium(MediumClass.MAGNETIC, ("memory of a test",))

    def shares(self) -> list[tuple[int, bytes]]:
        return [held for held in self.slots.values() if held is not None]

    def _write(self, slot: int, held: tuple[int, bytes] | None, word: str) -> None:
        self.slots[slot] = None
        self._torn.add(slot)
        self.power.watch(f"{self.name}-{word}-torn")
        self.slots[slot] = held
        self._torn.discard(slot)
        self.power.watch(f"{self.name}-{word}")

    def _reach(self) -> None:
        if self.away:
            raise MirrorAway(f"mirror {self.name} is away", hint="bring it back")
