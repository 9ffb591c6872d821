"""Look for bytes that must not be there: in every file of a folder, and in every write a program made.

A scanner that looked at nothing would find nothing, so each scan counts the bytes it saw and refuses to have seen none.
"""

import base64
import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

STRACE = "/usr/bin/strace"
# Every system call by which bytes leave a process for a file, and those that give a file its name.
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "vmsplice")
NAMES = (
    "open",
    "openat",
    "openat2",
    "creat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mkdir",
    "mkdirat",
    "mknod",
    "mknodat",
)
BLIND = ("sendfile", "copy_file_range", "splice", "tee", "mmap", "io_uring_setup")  # these show no bytes to a tracer
CALL = re.compile(rb"(?:\d+ +)?(?P<name>\w+)\((?P<words>.*)", re.DOTALL)
SOCKETS = (b"socket:", b"TCP", b"UNIX")
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


class NothingScanned(AssertionError):
    """The scan saw no byte, so it says nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a scan saw: how many bytes, and where the canary was."""

    scanned_bytes: int
    places: tuple[str, ...]

    def __add__(self, other: "Found") -> "Found":
        return Found(self.scanned_bytes + other.scanned_bytes, self.places + other.places)


def spellings(canary: bytes) -> frozenset[bytes]:
    """The canary as it might have been written: plain, UTF-16, escaped, percent-encoded, hexadecimal, base64."""
    text = canary.decode()
    plain = {
        canary,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("unicode_escape"),
        quote(text).encode(),
    }
    hexadecimal = {canary.hex().encode(), canary.hex().upper().encode()}
    return frozenset(plain | hexadecimal | set(_base64(canary)))


def _base64(canary: bytes) -> Iterator[bytes]:
    """Only the letters that depend on nothing but the canary."""
    for offset in range(3):
        spelled = base64.b64encode(bytes(offset) + canary)
        first, last = (0, 2, 3)[offset], len(spelled) - 4 if (offset + len(canary)) % 3 else len(spelled)
        yield spelled[first:last]
        yield spelled[first:last].replace(b"+", b"-").replace(b"/", b"_")


def scan_bytes(data: bytes, canary: bytes, place: str) -> Found:
    return Found(len(data), (place,) if any(spelling in data for spelling in spellings(canary)) else ())


def scan_folders(canary: bytes, *folders: Path) -> Found:
    """Read every file, and what is inside those that are compressed. Raises NothingScanned."""
    return _something(scan_bytes(data, canary, place) for place, data in _contents(folders))


def _contents(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield str(path), os.fsencode(path.name)
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                yield str(path), data
                yield from ((f"{path} (unpacked)", unpacked) for unpacked in _unpacked(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(data)
        except (OSError, EOFError, zlib.error):
            continue


def _something(found: Iterable[Found]) -> Found:
    total = sum(found, start=Found(0, ()))
    if total.scanned_bytes == 0:
        raise NothingScanned("the scan saw no byte at all")
    return total


# --- writes ------------------------------------------------------------------------------------------------------


def tracer(trace: Path) -> tuple[str, ...]:
    """The words before a command that has all its writes traced, children included, whole and unabridged."""
    calls = ",".join(WRITES + NAMES + BLIND)
    return (
        STRACE,
        "-f",
        "-qq",
        "-xx",
        "-s",
        "33554432",
        "--seccomp-bpf",
        "--decode-fds=path",
        "-e",
        f"trace={calls}",
        "-o",
        str(trace),
    )


def scan_trace(canary: bytes, trace: Path) -> Found:
    """Look through all that the traced program wrote to a file or pipe, and every name it gave. Raises NothingScanned.

    What goes to a socket is an answer to a person and passed over. A way of writing that shows the tracer no bytes
    counts as a place: where we cannot look, we do not say that nothing is there.
    """
    return _something(
        _scan_call(canary, f"{trace.name}:{number}", line) for number, line in enumerate(_lines(trace), 1)
    )


def _lines(trace: Path) -> Iterator[bytes]:
    with trace.open("rb") as lines:
        yield from lines


def _scan_call(canary: bytes, place: str, line: bytes) -> Found:
    call = CALL.match(line)
    if not call:
        return Found(0, ())
    name, words = call["name"].decode(), call["words"]
    target = _unescaped(words.split(b",", 1)[0]).partition(b"<")[2]
    if name in BLIND:
        return Found(0, (f"{place} {name} cannot be looked into",) if _writes_unseen(name, words, target) else ())
    if name in WRITES and target.startswith(SOCKETS):
        return Found(0, ())
    return scan_bytes(_unescaped(words), canary, f"{place} {name}")


def _writes_unseen(name: str, words: bytes, target: bytes) -> bool:
    """Memory shared with a file counts, but for SQLite's index of its log, which holds page numbers only."""
    if name != "mmap":
        return not target.startswith(SOCKETS)
    shared = b"MAP_SHARED" in words and b"PROT_WRITE" in words and b"MAP_ANONYMOUS" not in words
    return shared and b"-shm>" not in _unescaped(words)


def _unescaped(line: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), line)
