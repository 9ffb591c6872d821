"""The roots of the key tree: the one secret that can really be effaced, and on which every other key hangs.

R_e, the root of epoch e, needs one share from each group; effacing every mirror of any one group destroys it. An
epoch number is never used twice, so a mirror that was away never comes back with another root of the same number; one
that is behind is effaced and seeded anew. Which share is the right one is told by the commitment the keyring keeps.
"""

from collections.abc import Sequence
from hmac import compare_digest
from itertools import product

from jikim.domain.errors import Refused
from jikim.sealing.errors import RootForeign, RootMissing, RootNotDurable, RootTorn
from jikim.sealing.formats import root_commitment, root_key
from jikim.sealing.groups import Reading, RootGroup
from jikim.sealing.mirror import Beginning, Effacement, Mark, Root, Verdict
from jikim.sealing.primitives import Share

BRING_BACK = "make every mirror reachable and start again; never restore a slot file from a backup"


class Roots:
    """All root groups of one home, in their fixed order. One process works with them at a time."""

    def __init__(self, groups: Sequence[RootGroup]) -> None:
        names = [name for group in groups for name in group.names]
        if not names or len(set(names)) != len(names):
            raise ValueError("there is at least one root group, and no mirror stands in two")
        self._groups = tuple(groups)
        self._kept = 0  # the epoch that lives as far as this process knows

    def draw(self, epoch: int) -> Root:
        """Make a root of fresh shares, in memory only."""
        return _root(epoch, tuple(Share.fresh() for _ in self._groups))

    def begin(self, current: Mark | None, staged: Mark | None, spent: int) -> Beginning:
        """Judge what a start finds; changes nothing. See `RootStore.begin`."""
        readings = [group.read() for group in self._groups]
        _refuse_later_roots(readings, max(spent, current.epoch if current else 0))
        self._kept = current.epoch if current else 0
        if staged and (root := _find(readings, staged)):
            return Beginning(Verdict.FORWARD, root)
        verdict = Verdict.BACK if staged else Verdict.STEADY
        if current is None:
            return Beginning(verdict, None)
        if root := _find(readings, current):
            return Beginning(verdict, root)
        raise _not_found(readings, current)

    def prepare(self, root: Root) -> None:
        """D3: make the root durable. See `RootStore.prepare`; raises CannotEfface too."""
        if root.epoch <= self._kept or (root.epoch - self._kept) % 2 == 0:
            raise ValueError(f"epoch {root.epoch} would overwrite the living root of epoch {self._kept}")
        for group, share in zip(self._groups, root.shares, strict=True):
            if not group.prepare(root.epoch, share):
                raise _not_durable(root, group)

    def efface(self, root: Root) -> Effacement:
        """D4: leave this root and nothing else. See `RootStore.efface`."""
        for group, share in zip(self._groups, root.shares, strict=True):
            if not group.holds(root.epoch, share):
                raise _not_durable(root, group)
        held = list(zip(self._groups, root.shares, strict=True))
        for group, share in held:
            group.seed(root.epoch, share)
        self._kept = root.epoch
        return Effacement(tuple(group.settle(root.epoch, share) for group, share in held))

    def efface_all(self) -> Effacement:
        """Destroy every root, and with it everything that was ever sealed."""
        return Effacement(tuple(group.efface() for group in self._groups))


def _root(epoch: int, shares: tuple[Share, ...]) -> Root:
    key = root_key(epoch, shares)
    return Root(epoch, key, shares, root_commitment(key))


def _find(readings: Sequence[Reading], mark: Mark) -> Root | None:
    """Return the root a mark means, if every group has its share of it."""
    for shares in product(*(reading.shares.get(mark.epoch, ()) for reading in readings)):
        root = _root(mark.epoch, shares)
        if compare_digest(root.commitment, mark.commitment):
            return root
    return None


def _refuse_later_roots(readings: Sequence[Reading], latest: int) -> None:
    """A keyring from another time must not live: it would efface the true root, and bring back what was destroyed."""
    later = sorted({epoch for reading in readings for epoch in reading.shares if epoch > latest})
    if later:
        raise RootForeign(
            f"the mirrors hold roots of epochs {later}, later than the latest this keyring knows ({latest})",
            hint="the keyring is an old copy, or the slot files are another home's; get today's keyring from a mirror",
        )


def _not_found(readings: Sequence[Reading], current: Mark) -> Refused:
    """Say why no mirror gives the current root. It is only out of reach: none of these ever means "destroyed"."""
    torn = ", ".join(name for reading in readings for name in reading.torn)
    away = ", ".join(name for reading in readings for name in reading.away)
    if all(reading.shares.get(current.epoch) for reading in readings):
        return RootForeign(
            f"the mirrors' roots of epoch {current.epoch} are not this keyring's",
            hint="keyring and slot files are of two homes or two times; bring together what belongs together",
        )
    if torn:
        return RootTorn(
            f"the root of epoch {current.epoch} was cut off while it was written (in {torn}; away: {away or 'none'})",
            hint=BRING_BACK,
        )
    found = sorted({epoch for reading in readings for epoch in reading.shares})
    return RootMissing(
        f"no reachable mirror has the root of epoch {current.epoch} (found: {found or 'none'}; away: {away or 'none'})",
        hint=BRING_BACK,
    )


def _not_durable(root: Root, group: RootGroup) -> RootNotDurable:
    return RootNotDurable(
        f"the root of epoch {root.epoch} is not durable in any of {', '.join(group.names)}",
        hint="make one of these mirrors reachable; until then the older root lives on and nothing is destroyed",
    )
