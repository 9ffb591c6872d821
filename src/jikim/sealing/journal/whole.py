"""All entries of a journal as hashes: from one process, or from two where there are many."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jikim.domain import merkle
from jikim.sealing.journal import reader
from jikim.sealing.journal.store import Store

MANY = 1 << 15  # entries; below it the second process begins too late to help
HEAD_START = 0.45  # part of the entries that go to the process that must start first
PATIENCE = 600  # seconds


@dataclass(frozen=True, slots=True)
class Whole:
    """The tree over every entry that was read, without the levels that nobody keeps."""

    size: int
    root: bytes
    kept: tuple[bytes, ...]  # the hashes of each kept level, joined, the lowest level first


def read_whole(store: Store, size: int, *, many: int = MANY) -> Whole:
    """Read `size` entries of a journal; fewer when some are gone. many: from how many on two processes read."""
    first = int(size * HEAD_START) // reader.WIDTH * reader.WIDTH if size >= many else 0
    with _second_process(store.path, first) as helper:
        own, rest = store.hashes(first, size)
        others = _answer(helper, first)
    if others is None:
        others = store.hashes(0, first)[0]
    return _whole(others + own, rest)


def _whole(lowest: bytes, rest: list[bytes]) -> Whole:
    """Build the tree above the hashes that were read. rest: of the last entries, fewer than WIDTH."""
    step = merkle.HASH_BYTES
    upper = merkle.Tree(lowest[at : at + step] for at in range(0, len(lowest), step))
    edge = merkle.Tree(rest)
    base = upper.size * reader.WIDTH

    def of(level: int, index: int) -> bytes:
        if level >= reader.LEVELS:
            return upper.hashes(level - reader.LEVELS, index)
        return edge.hashes(level, index - (base >> level))

    size = base + edge.size
    return Whole(size, merkle.root(size, of), upper.levels()[:: reader.LEVELS])


@contextmanager
def _second_process(path: Path, first: int) -> Iterator["subprocess.Popen[bytes] | None"]:
    """Start the process that reads the first entries; None where there are few, or where none may be started."""
    if not first:
        yield None
        return
    command = [sys.executable, "-I", "-S", reader.__file__, str(path), str(first)]
    try:
        helper = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 our own file
    except OSError:
        yield None
        return
    with helper:
        try:
            yield helper
        finally:
            helper.kill()


def _answer(helper: "subprocess.Popen[bytes] | None", first: int) -> bytes | None:
    """Return the hashes of the second process; None when it did not give all of them, whatever the reason."""
    if helper is None:
        return None
    try:
        found, _errors = helper.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    asked = first // reader.WIDTH * merkle.HASH_BYTES
    return found if helper.returncode == 0 and len(found) == asked else None
