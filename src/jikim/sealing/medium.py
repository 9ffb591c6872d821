"""What kind of place a root share lies in, and whether overwriting it there really overwrites it.

The self-test asks the file system where the file lies before and after it rewrote a block that holds no share, and
reads how it is mounted and on what it lies. Class B or C needs every fact to be known and none to speak against it.
"""

from dataclasses import dataclass
from enum import StrEnum


class MediumClass(StrEnum):
    """How well a share can be effaced; certificates print the letter."""

    HARDWARE = "H"  # a security chip erases it
    MAGNETIC = "B"  # the same sectors of a magnetic disk are overwritten
    FLASH = "C"  # the same blocks are overwritten, but flash or a virtual disk may keep what lay under them
    CANNOT = "X"  # this file system writes elsewhere or keeps a second copy: cannot efface here


@dataclass(frozen=True, slots=True)
class Medium:
    """The verdict of a self-test: a class, and the facts that made it so (file system, mount options, device)."""

    medium_class: MediumClass
    facts: tuple[str, ...]

    @property
    def can_efface(self) -> bool:
        return self.medium_class is not MediumClass.CANNOT


@dataclass(frozen=True, slots=True)
class Facts:
    """What a self-test found out about a file and what it lies on."""

    fs_type: str
    options: frozenset[str]
    copies_on_write: bool  # what the file's own mark says; only btrfs asks
    journals_data: bool | None  # of ext: by mount, by superblock or by the file's own mark; None: could not be read
    against: tuple[str, ...]  # what the map of the file says against overwriting in place
    moved_by_writing: bool
    moved_since_made: bool
    magnetic: bool
    device: tuple[str, ...]  # reasons of the device, snapshots above all


IN_PLACE = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs"})
UNFLUSHED = frozenset({"nobarrier", "barrier=0"})


def judge(facts: Facts) -> Medium:
    """Return the class; every fact that speaks against effacing is named."""
    reasons = (*_of_the_file_system(facts), *_of_the_file(facts), *facts.device)
    if reasons:
        return Medium(MediumClass.CANNOT, reasons)
    medium_class = MediumClass.MAGNETIC if facts.magnetic else MediumClass.FLASH
    return Medium(medium_class, (facts.fs_type, "magnetic disk" if facts.magnetic else "flash or virtual disk"))


def _of_the_file_system(facts: Facts) -> tuple[str, ...]:
    if facts.fs_type not in IN_PLACE:
        return (f"{facts.fs_type} does not promise to overwrite in place",)
    reasons = {
        "btrfs writes elsewhere unless the file is marked with chattr +C": facts.fs_type == "btrfs"
        and facts.copies_on_write,
        "its journal takes copies of data (data=journal)": facts.journals_data is True,
        "how its journal works could not be read": facts.journals_data is None,
        "it is mounted without flushes to the disk": bool(facts.options & UNFLUSHED),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _of_the_file(facts: Facts) -> tuple[str, ...]:
    moved = ("the file moved when it was overwritten",) if facts.moved_by_writing else ()
    since = ("the file does not lie where it was made: it was copied, restored or moved",)
    return (*facts.against, *moved, *(since if facts.moved_since_made else ()))
