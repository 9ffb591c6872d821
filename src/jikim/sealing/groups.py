"""A root group: mirrors that hold the same share. One of them is enough to read it; to destroy it takes all of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest

from jikim.sealing.errors import CannotEfface, MirrorAway, NotWritten, RootForeign
from jikim.sealing.mirror import GroupEffacement, Mirror
from jikim.sealing.primitives import Share

TROUBLE = (MirrorAway, NotWritten, RootForeign)  # of one mirror; the others of its group go on


@dataclass(slots=True)
class Reading:
    """What the mirrors of one group hold, as far as they can be reached."""

    shares: dict[int, list[Share]] = field(default_factory=dict)  # by epoch, each different share once
    torn: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    def add(self, epoch: int, share: Share) -> None:
        known = self.shares.setdefault(epoch, [])
        if not any(same(share, other) for other in known):
            known.append(share)


def same(one: Share, other: Share) -> bool:
    return compare_digest(one.lend(), other.lend())


class RootGroup:
    """Mirrors of one share: any of them for reading, every one of them for destroying."""

    def __init__(self, mirrors: Sequence[Mirror], *, anywhere: bool = False) -> None:
        """Put mirrors together.

        anywhere: also keep shares where they cannot be effaced (class X): for demo and development, and every
                  certificate says so
        """
        names = [mirror.name for mirror in mirrors]
        if not names or len(set(names)) != len(names):
            raise ValueError("a root group has at least one mirror, and no two of the same name")
        self._mirrors = tuple(mirrors)
        self._anywhere = anywhere

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(mirror.name for mirror in self._mirrors)

    def read(self) -> Reading:
        """Read every mirror that can be reached; changes nothing."""
        reading = Reading()
        for mirror in self._mirrors:
            with _passed_over(mirror, reading.away.append):
                for epoch, share in mirror.read().items():
                    reading.add(epoch, share)
                if mirror.torn():
                    reading.torn.append(mirror.name)
        return reading

    def holds(self, epoch: int, share: Share) -> bool:
        """Say whether a mirror that can be reached has this share."""
        return any(same(share, other) for other in self.read().shares.get(epoch, ()))

    def prepare(self, epoch: int, share: Share) -> tuple[str, ...]:
        """Make the share durable wherever it can be effaced again, and return where that is.

        raises: CannotEfface, when that is nowhere and the medium is the reason
        """
        done: list[str] = []
        unfit: list[str] = []
        for mirror in self._mirrors:
            with _passed_over(mirror):
                if not self._is_fit(mirror):
                    unfit.extend(mirror.medium().facts)
                    continue
                mirror.prepare(epoch, share)
                done.append(mirror.name)
        if unfit and not done:
            raise CannotEfface(
                f"the root cannot be kept in {', '.join(self.names)}: {'; '.join(sorted(set(unfit)))}",
                hint="put the slot file on ext4 (data=ordered), xfs, or btrfs in a folder marked with chattr +C",
            )
        return tuple(done)

    def seed(self, epoch: int, share: Share) -> None:
        """Give the share to every mirror that lacks it, before any older one goes: one disk may fail meanwhile."""
        for mirror in self._mirrors:
            with _passed_over(mirror):
                if not _has(mirror, epoch, share) and self._is_fit(mirror):
                    mirror.prepare(epoch, share)

    def settle(self, epoch: int, share: Share) -> GroupEffacement:
        """Leave in every mirror this share at most.

        The caller has made sure that the share is durable somewhere in this group.
        """
        return self._effaced(lambda mirror: _settled(mirror, epoch, share), lambda mirror: _has(mirror, epoch, share))

    def efface(self) -> GroupEffacement:
        """Leave nothing in any mirror."""
        return self._effaced(_emptied, lambda _mirror: True)

    def _effaced(self, work: Callable[[Mirror], bool], is_seeded: Callable[[Mirror], bool]) -> GroupEffacement:
        media: set[str] = set()
        effaced: list[str] = []
        pending: list[str] = []
        unseeded: list[str] = []
        for mirror in self._mirrors:
            with _passed_over(mirror, pending.append):
                done, seeded = work(mirror), is_seeded(mirror)
                fit = self._is_fit(mirror)
                media.add(mirror.medium().medium_class)
                (effaced if done and fit else pending).append(mirror.name)
                unseeded.extend(() if seeded else (mirror.name,))
        return GroupEffacement(tuple(sorted(media)), tuple(effaced), tuple(pending), tuple(unseeded))

    def _is_fit(self, mirror: Mirror) -> bool:
        return self._anywhere or mirror.medium().can_efface


def _has(mirror: Mirror, epoch: int, share: Share) -> bool:
    held = mirror.read().get(epoch)
    return held is not None and same(held, share)


def _settled(mirror: Mirror, epoch: int, share: Share) -> bool:
    """Leave the share at most; another one under the same number is not ours and goes too."""
    mirror.efface(epoch)
    if mirror.read() and not _has(mirror, epoch, share):
        mirror.efface(None)
    return mirror.read().keys() <= {epoch} and not mirror.torn()


def _emptied(mirror: Mirror) -> bool:
    mirror.efface(None)
    return not mirror.read() and not mirror.torn()


@contextmanager
def _passed_over(mirror: Mirror, tell: Callable[[str], object] = lambda _name: None) -> Iterator[None]:
    """Go on without a mirror that is in trouble, and tell its name."""
    try:
        yield
    except TROUBLE:
        tell(mirror.name)
