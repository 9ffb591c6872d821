"""Find out the facts about a file that holds shares, for `medium.judge`."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jikim.sealing import devices, extents
from jikim.sealing.medium import Facts, Medium, judge

LOOPS = 3  # a disk image on a disk image on a disk image


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies: its extents in order. None when its file system does not tell."""

    runs: tuple[tuple[int, int, int], ...] | None
    against: tuple[str, ...]

    @property
    def digest(self) -> bytes:
        """Return SHA-256 of the extents, each number 8 bytes; zeros when they are not told."""
        if self.runs is None:
            return bytes(hashlib.sha256().digest_size)
        numbers = (number for run in self.runs for number in run)
        return hashlib.sha256(b"".join(number.to_bytes(8, "big") for number in numbers)).digest()


def place_of(handle: int) -> Place:
    """Return where the file lies now, flushed first."""
    try:
        found = extents.extents(handle)
    except OSError:
        return Place(None, ("the file system does not tell where the file lies",))
    flags = {flag for extent in found for flag in extents.AGAINST if extent.flags & flag}
    return Place(tuple(extent.place for extent in found), tuple(extents.AGAINST[flag] for flag in sorted(flags)))


def examine(path: Path, handle: int, rewrite: Callable[[], None], *, moved_since_made: bool) -> Facts:
    """Return the facts about an open file; `rewrite` overwrites a part of it and flushes."""
    before = place_of(handle)
    rewrite()
    after = place_of(handle)
    return _facts(path, handle, after, moved=before.runs != after.runs, since=moved_since_made, loops=LOOPS)


def look(path: Path) -> Medium:
    """Judge a file by what can be seen without writing; the key daemon's own test writes too, and may find more.

    raises: OSError
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        return judge(_facts(path, handle, place_of(handle), moved=False, since=False, loops=LOOPS))
    finally:
        os.close(handle)


def _facts(path: Path, handle: int, place: Place, *, moved: bool, since: bool, loops: int) -> Facts:
    mount = extents.mount_of(path)
    fs_type = mount.fs_type if mount else "an unknown file system"
    number = _device_number(mount) if mount else (0, 0)
    stack = devices.stack(number)
    marks = extents.marks(handle)
    is_ext = fs_type in ("ext3", "ext4")
    journal = devices.data_journal(number) if is_ext else False
    return Facts(
        fs_type=fs_type,
        options=mount.options if mount else frozenset(),
        copies_on_write=not marks & extents.NO_COPY_ON_WRITE,
        journals_data=True if is_ext and marks & extents.JOURNALED_DATA else journal,
        against=place.against,
        moved_by_writing=moved,
        moved_since_made=since,
        magnetic=devices.magnetic(stack, virtual=devices.is_virtual_machine()),
        device=devices.objections(stack) + _of_images(stack, loops),
    )


def _device_number(mount: extents.Mount) -> tuple[int, int]:
    """Btrfs mounts show a number that is no device's; the name of the source leads to one."""
    try:
        number = Path(mount.source).stat().st_rdev if mount.source.startswith("/dev/") else 0
    except OSError:
        number = 0
    return (os.major(number), os.minor(number)) if number else mount.device


def _of_images(stack: tuple[devices.Device, ...], loops: int) -> tuple[str, ...]:
    """A loop device is as good as the file behind it."""
    images = [device.backing_file for device in stack if device.backing_file is not None]
    return tuple(reason for image in images for reason in _of_image(image, loops))


def _of_image(image: Path, loops: int) -> tuple[str, ...]:
    try:
        handle = os.open(image, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return (f"the disk image {image.name} cannot be looked at",)
    try:
        if not loops:
            return ("disk images lie in disk images too deep to follow",)
        medium = judge(_facts(image, handle, place_of(handle), moved=False, since=False, loops=loops - 1))
    finally:
        os.close(handle)
    return () if medium.can_efface else tuple(f"under the disk image: {reason}" for reason in medium.facts)
