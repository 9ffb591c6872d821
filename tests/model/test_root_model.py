"""Whatever is cut off, fails or is away, and in whatever order: the roots keep their promises. Every case is walked.

The machines that are broken on purpose show that the walk would notice.
"""

from contextlib import suppress
from functools import partial

import pytest

from jikim.sealing.errors import NotWritten
from jikim.sealing.groups import RootGroup
from jikim.sealing.mirror import Effacement, GroupEffacement, Root, next_epoch
from jikim.sealing.primitives import Share
from jikim.sealing.roots import Roots
from tests.support.rootmodel import TROUBLES, Explored, Machine, PlayedMirror, Slot, explore

START = "with every mirror there, a start succeeds"
ONE_SHARE = "never two shares under one epoch"
GONE = "what was called destroyed can be found nowhere"
CLEAN = "while it runs, a mirror that can be reached holds the current root and nothing else"


@pytest.mark.parametrize(
    ("layout", "draws", "at_least"),
    [((1,), 4, 2_000), ((2,), 3, 10_000), ((1, 1), 3, 2_000), ((2, 1), 2, 1_000)],
    ids=["one mirror", "two mirrors", "two groups", "a pair and a single one"],
)
def test_no_order_of_events_breaks_a_promise(layout: tuple[int, ...], draws: int, at_least: int) -> None:
    explored = explore(Machine(layout, most_draws=draws))
    assert explored.broken is None
    assert explored.states > at_least
    assert _writes_without_trouble(explored) == set()


def _writes_without_trouble(explored: Explored) -> set[str]:
    """Every write that a step makes was cut off, was the last one before a crash, and failed."""
    writes = {happening.rpartition(" ")[0] for happening in explored.happenings if ", write " in happening}
    assert {"start, write 0", "rotate, write 0", "rotate, write 3", "m0 comes back, write 1"} <= writes
    return {f"{write} {trouble}" for write in writes for trouble in TROUBLES} - explored.happenings


# --- broken on purpose -------------------------------------------------------------------------------------------


class KeepsTornSlots(PlayedMirror):
    """Effaces only whole shares."""

    def overwrite(self, number: int, slot: Slot) -> None:
        if slot.epoch:
            super().overwrite(number, slot)


class RenamesInsteadOfOverwriting(PlayedMirror):
    """Shows a new file, and leaves the old one's blocks on the disk."""

    def overwrite(self, number: int, slot: Slot) -> None:
        self._world.set_slot(self._number, number, Slot(0, slot.found))

    def torn(self) -> bool:
        return False


class DoesNotReadBack(PlayedMirror):
    """Takes a failed write for a good one."""

    def overwrite(self, number: int, slot: Slot) -> None:
        with suppress(NotWritten):
            super().overwrite(number, slot)

    def torn(self) -> bool:
        return False


class EffacesBeforePreparing(RootGroup):
    """Trusts that the new share is there."""

    def prepare(self, epoch: int, share: Share) -> tuple[str, ...]:
        return self.names

    def seed(self, epoch: int, share: Share) -> None:
        return

    def holds(self, epoch: int, share: Share) -> bool:
        return True


class LeavesThoseBehindAlone(RootGroup):
    """Settles only mirrors that have the share already."""

    def seed(self, epoch: int, share: Share) -> None:
        return

    def settle(self, epoch: int, share: Share) -> GroupEffacement:
        having = [mirror for mirror in self._mirrors if mirror.name in self._having(epoch)]
        return RootGroup(having).settle(epoch, share)

    def _having(self, epoch: int) -> set[str]:
        return {each.name for each in self._mirrors if RootGroup([each]).read().shares.get(epoch)}


class OneGroupIsEnough(Roots):
    """Goes on although a group has no mirror with the new share."""

    def prepare(self, root: Root) -> None:
        for group, share in zip(self._groups, root.shares, strict=True):
            group.prepare(root.epoch, share)

    def efface(self, root: Root) -> Effacement:
        return Effacement(
            tuple(group.settle(root.epoch, share) for group, share in zip(self._groups, root.shares, strict=True))
        )


class WritesOverTheLivingRoot(Roots):
    """Has lost the guard that a new root never takes the living one's slot."""

    def prepare(self, root: Root) -> None:
        for group, share in zip(self._groups, root.shares, strict=True):
            group.prepare(root.epoch, share)


def reuse(current: int, _spent: int) -> int:
    return current + 1


def without_parity(current: int, spent: int) -> int:
    return max(current, spent) + 1


PAIR = partial(Machine, (2,))

BROKEN = {
    "epoch numbers are used again": (PAIR(following=reuse), ONE_SHARE),
    "a start settles nothing": (PAIR(settles_at_start=False), CLEAN),
    "one effaced mirror counts as all": (
        PAIR(is_destroyed=lambda done: any(group.effaced for group in done.groups)),
        GONE,
    ),
    "destroyed is said before effacing": (PAIR(claims_before_effacing=True), GONE),
    "torn slots are left": (PAIR(mirror=KeepsTornSlots), CLEAN),
    "the old share is renamed away": (PAIR(mirror=RenamesInsteadOfOverwriting), GONE),
    "a failed write counts as done": (PAIR(mirror=DoesNotReadBack), GONE),
    "the old root goes before the new one is there": (PAIR(group=EffacesBeforePreparing), START),
    "a mirror that is behind is left alone": (PAIR(group=LeavesThoseBehindAlone), GONE),
    "the next epoch takes the living root's slot": (
        PAIR(following=without_parity, roots=WritesOverTheLivingRoot),
        START,
    ),
    "one group's new share counts as the whole root": (Machine((1, 1), roots=OneGroupIsEnough), START),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_machine_is_caught(name: str) -> None:
    machine, promise = BROKEN[name]
    broken = explore(machine).broken
    assert broken is not None
    assert broken.promise.startswith(promise), broken


def test_the_epoch_after_a_rolled_back_one_is_new_and_in_the_other_slot() -> None:
    for current in range(6):
        for spent in range(current, current + 6):
            following = next_epoch(current, spent)
            assert following > spent
            assert (following - current) % 2 == 1
            assert following - max(current, spent) <= 2
