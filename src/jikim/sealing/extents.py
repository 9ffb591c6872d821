"""Where a file lies on its device, as the file system tells it (FIEMAP), and where it is mounted.

Needs no privilege and reads no data. What lies below the file system (flash, a virtual disk) cannot be seen from here.
"""

import fcntl
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FS_IOC_FIEMAP = 0xC020660B
FS_IOC_GETFLAGS = 0x80006601 | struct.calcsize("l") << 16
FLUSH_FIRST = 1  # FIEMAP_FLAG_SYNC
LAST = 1  # FIEMAP_EXTENT_LAST
HEAD = struct.Struct("=QQLLLL")
EXTENT = struct.Struct("=QQQQQLLLL")
MOST = 64  # extents asked for; three blocks never have more

# linux/fiemap.h: what speaks against overwriting in place
AGAINST = {
    0x0002: "its place is not known",
    0x0004: "its place is not chosen yet",
    0x0008: "it is stored compressed or encoded",
    0x0100: "it shares a block with other data",
    0x0200: "it is stored inside metadata",
    0x0400: "its tail is packed with others",
    0x0800: "its blocks were never written",
    0x2000: "a snapshot or a clone shares it",
}
# linux/fs.h: marks of a file
NO_COPY_ON_WRITE = 0x00800000
JOURNALED_DATA = 0x00004000


@dataclass(frozen=True, slots=True)
class Extent:
    """A run of bytes of a file and where it lies."""

    logical: int
    physical: int
    length: int
    flags: int

    @property
    def place(self) -> tuple[int, int, int]:
        return self.logical, self.physical, self.length


@dataclass(frozen=True, slots=True)
class Mount:
    """The mounted file system a path is on."""

    point: str
    device: tuple[int, int]
    fs_type: str
    source: str
    options: frozenset[str]


def extents(handle: int) -> tuple[Extent, ...]:
    """Return the file's whole map, flushed first; raises OSError where the file system tells none."""
    size = HEAD.size + MOST * EXTENT.size
    request = bytearray(HEAD.pack(0, 2**64 - 1, FLUSH_FIRST, 0, MOST, 0).ljust(size, b"\x00"))
    fcntl.ioctl(handle, FS_IOC_FIEMAP, request)
    count = HEAD.unpack_from(request)[3]
    found = tuple(_extent(request, HEAD.size + EXTENT.size * number) for number in range(count))
    if not found or not found[-1].flags & LAST:
        raise OSError(f"the map of the file has more than {MOST} extents, or none")
    return found


def _extent(request: bytearray, offset: int) -> Extent:
    logical, physical, length, _, _, flags, *_ = EXTENT.unpack_from(request, offset)
    return Extent(logical, physical, length, flags)


def marks(handle: int) -> int:
    """Return the file's attribute bits (see lsattr), 0 where the file system has none."""
    answer = bytearray(struct.calcsize("l"))
    try:
        fcntl.ioctl(handle, FS_IOC_GETFLAGS, answer)
    except OSError:
        return 0
    return int(struct.unpack_from("=L", answer)[0])


def mount_of(path: Path, table: Iterable[str] | None = None) -> Mount | None:
    """Return the mount that shows at a path: of the longest mount points the one mounted last."""
    whole = os.path.realpath(path)
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines() if table is None else table
    fitting = [mount for mount in map(_mount, lines) if _is_under(whole, mount.point)]
    return max(enumerate(fitting), key=lambda each: (len(each[1].point), each[0]))[1] if fitting else None


def _mount(line: str) -> Mount:
    before, _, after = line.partition(" - ")
    first, last = before.split(), after.split()
    major, minor = first[2].split(":")
    options = frozenset(first[5].split(",")) | frozenset(last[2].split(","))
    return Mount(_unescaped(first[4]), (int(major), int(minor)), last[0], _unescaped(last[1]), options)


def _is_under(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _unescaped(word: str) -> str:
    """Undo the kernel's octal spelling of blanks."""
    for octal, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        word = word.replace(octal, letter)
    return word
