"""What a file system lies on: magnetic or not, and whether something below it keeps what is overwritten."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SYS = Path("/sys")
DEEPEST = 8  # device under device; a loop of them would otherwise never end
# Ends of a device-mapper identity: the parts of an LVM snapshot, of a thin pool, of a deduplicating volume.
KEEPS_OLD_BLOCKS = ("-real", "-cow", "-tpool", "-tdata", "-vpool")
# Names of block devices that write elsewhere: ZFS volumes, compressed memory, caches on flash.
WRITES_ELSEWHERE = ("zd", "zram", "ram", "bcache", "nbd", "rbd", "drbd")


@dataclass(frozen=True, slots=True)
class Device:
    """One block device and what it stands on."""

    name: str
    rotational: bool
    mapper_id: str
    backing_file: Path | None


def stack(number: tuple[int, int], *, sys: Path = SYS) -> tuple[Device, ...]:
    """Return a device and all below it, topmost first; nothing when the system does not tell."""
    place = sys / "dev" / "block" / f"{number[0]}:{number[1]}"
    return tuple(_below(place.resolve(), DEEPEST)) if place.exists() else ()


def _below(place: Path, deep: int) -> Iterator[Device]:
    if (place / "partition").exists():
        place = place.parent
    yield _device(place)
    slaves = place / "slaves"
    if deep and slaves.is_dir():
        for slave in sorted(slaves.iterdir()):
            yield from _below(slave.resolve(), deep - 1)


def _device(place: Path) -> Device:
    backing = _word(place / "loop" / "backing_file")
    return Device(
        name=place.name,
        rotational=_word(place / "queue" / "rotational") == "1",
        mapper_id=_word(place / "dm" / "uuid"),
        backing_file=Path(backing) if backing else None,
    )


def objections(devices: tuple[Device, ...]) -> tuple[str, ...]:
    """Say what below the file system keeps overwritten blocks; an unknown device is an objection too."""
    if not devices:
        return ("the disk under the file system cannot be seen",)
    kept = tuple(
        f"{device.name} is part of a snapshot or thin volume"
        for device in devices
        if device.mapper_id.endswith(KEEPS_OLD_BLOCKS)
    )
    elsewhere = tuple(
        f"{device.name} does not promise to overwrite in place"
        for device in devices
        if device.name.rstrip("0123456789p") in WRITES_ELSEWHERE
    )
    return kept + elsewhere


def magnetic(devices: tuple[Device, ...], *, virtual: bool) -> bool:
    """Say whether all of it turns. What a virtual machine is told of its disks says nothing about the real ones."""
    return bool(devices) and not virtual and all(device.rotational and not device.backing_file for device in devices)


def is_virtual_machine(processors: Path = Path("/proc/cpuinfo")) -> bool:
    """Say whether the processor reports a hypervisor; where nothing is reported, say yes and claim less."""
    words = _word(processors).split()
    return "hypervisor" in words or "flags" not in words


def data_journal(number: tuple[int, int], *, sys: Path = SYS, proc: Path = Path("/proc/fs/ext4")) -> bool | None:
    """Say whether ext keeps data in its journal; None when it cannot be read.

    The table of mounts does not tell: it leaves out what the superblock asks for by itself.
    """
    name = os.path.realpath(sys / "dev" / "block" / f"{number[0]}:{number[1]}").rpartition("/")[2]
    options = _word(proc / name / "options").split()
    return "data=journal" in options if options else None


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
