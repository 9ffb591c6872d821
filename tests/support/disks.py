"""A disk of one's own: an ext4 image to mount, to look through block by block, and to copy as a power cut would."""

import base64
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

MEGABYTES = 16
CLONE_NEWNS = 0x20000  # linux/sched.h


@dataclass(frozen=True, slots=True)
class Disk:
    """An image file and where it is mounted."""

    image: Path
    point: Path


@cache
def may_mount() -> bool:
    """Say whether this process may mount images: it is root, and the kernel lends it a loop device."""
    if os.geteuid() != 0:
        return False
    with TemporaryDirectory() as folder:
        try:
            with mounted(made(Path(folder) / "try")):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def made(folder: Path, *tuning: str) -> Disk:
    """Make an empty ext4 file system; tuning: words for tune2fs."""
    folder.mkdir(parents=True)
    disk = Disk(folder / "disk.img", folder / "mounted")
    disk.point.mkdir()
    disk.image.write_bytes(bytes(MEGABYTES << 20))
    _run("mkfs.ext4", "-q", "-F", "-b", "4096", str(disk.image))
    if tuning:
        _run("tune2fs", *tuning, str(disk.image))
    return disk


@contextmanager
def mounted(disk: Disk, options: str = "") -> Iterator[Path]:
    _step_aside()
    _run("mount", "-o", ",".join(filter(None, ("loop", options))), str(disk.image), str(disk.point))
    try:
        yield disk.point
    finally:
        _run("umount", str(disk.point))


@cache
def _step_aside() -> None:
    """Have mounts of one's own from here on, seen by nobody but this thread and the processes it starts.

    Those of a run that is killed go with its last process, and their loop devices with them; nothing else would end
    them, and a machine has few. Raises OSError.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "no mounts of one's own")
    _run("mount", "--make-rprivate", "/")


@contextmanager
def full(point: Path, *, left: int = 0) -> Iterator[None]:
    """Have nothing more fit on a disk for a while but so many bytes."""
    filler = point / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 512):
            with suppress(OSError):
                while file.write(os.urandom(size)):
                    os.fsync(file.fileno())
        if left:
            os.ftruncate(file.fileno(), max(0, filler.stat().st_size - left))
            os.fsync(file.fileno())
    try:
        yield
    finally:
        filler.unlink()


def cut_off(disk: Disk, folder: Path) -> Disk:
    """Copy a mounted disk as it would be found after the power went: what nobody flushed is not on it."""
    folder.mkdir(parents=True)
    copy = Disk(folder / "disk.img", folder / "mounted")
    copy.point.mkdir()
    shutil.copyfile(disk.image, copy.image)
    return copy


def times_found(data: bytes, secret: bytes) -> int:
    """Count a secret in bytes: as it is, in hexadecimal, in base64 at any offset."""
    return sum(data.count(spelling) for spelling in _spellings(secret))


def _spellings(secret: bytes) -> set[bytes]:
    letters = {base64.b64encode(bytes(offset) + secret)[4:-4] for offset in range(3)}
    return {secret, secret.hex().encode(), secret.hex().upper().encode(), *letters}


def _run(*words: str) -> None:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    subprocess.run(words, check=True, capture_output=True, timeout=60, env={**os.environ, "PATH": path})
