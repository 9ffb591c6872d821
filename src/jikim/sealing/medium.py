"""What kind of place a root share lies in, and whether overwriting it there really overwrites it."""

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
