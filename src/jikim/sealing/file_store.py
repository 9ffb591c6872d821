"""Where sealed attachments lie: a port for directories and object stores, and the directory.

A store sees only sealed bytes under random names. What it removes is tidied away; what makes a file unreadable is the
end of its key.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from jikim import environment
from jikim.sealing.errors import FileMissing, FileTaken, StoreUnavailable

SHARD = re.compile(r"[0-9a-f]{2}")
NAME = re.compile(r"[0-9a-f]{32}")


class FileStore(Protocol):
    """What every store promises. A name is used once and never again."""

    def put(self, name: UUID, chunks: Iterable[bytes]) -> None:
        """Keep a file, all of it and durable, or nothing.

        raises: FileTaken (the file of that name stays as it was), StoreUnavailable, and whatever `chunks` raises
        """

    def size(self, name: UUID) -> int:
        """Return the stored bytes; raises FileMissing."""

    def reader(self, name: UUID) -> AbstractContextManager[BinaryIO]:
        """Open a file to be read from its beginning; raises FileMissing."""

    def read(self, name: UUID, start: int, length: int) -> bytes:
        """Return the bytes of a range, fewer where the file ends; raises FileMissing."""

    def remove(self, name: UUID) -> None:
        """Remove a file; one that is not there is removed already."""

    def names(self, *, before: datetime | None = None) -> Iterator[UUID]:
        """Name every file, in no order, so that those nobody knows can be found: what a crash cut short is among them.

        before: written before this instant
        """


def attachments(alias: str) -> "FileStore":
    """Return the store of the attachments of one database (live | separate)."""
    return DirectoryStore(environment.files_folder(alias))


class DirectoryStore:
    """Files in a directory of their own, spread over 256 folders by the first two letters of their name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: UUID, chunks: Iterable[bytes]) -> None:
        path = self._path(name)
        _make(path.parent)
        descriptor = _create(name, path)
        try:
            _write(descriptor, chunks)
            with _medium(name, "kept"):
                _sync(path.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def size(self, name: UUID) -> int:
        with _medium(name, "read"):
            return self._path(name).stat().st_size

    @contextmanager
    def reader(self, name: UUID) -> Iterator[BinaryIO]:
        with _medium(name, "read"), self._path(name).open("rb") as file:
            yield file

    def read(self, name: UUID, start: int, length: int) -> bytes:
        with self.reader(name) as file:
            file.seek(start)
            return file.read(length)

    def remove(self, name: UUID) -> None:
        path = self._path(name)
        with _medium(name, "removed"):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync(path.parent)

    def names(self, *, before: datetime | None = None) -> Iterator[UUID]:
        shards = [folder for folder in _entries(self._root) if SHARD.fullmatch(folder.name)]
        files = (file.name for folder in shards for file in _entries(folder) if _is_older(file, before))
        return (UUID(name) for name in files if NAME.fullmatch(name))

    def _path(self, name: UUID) -> Path:
        if type(name) is not UUID:
            raise TypeError(f"a file's name is a UUID, not a {type(name).__name__}")
        return self._root / name.hex[:2] / name.hex


def _make(folder: Path) -> None:
    with _medium(None, "kept"):
        if not folder.is_dir():
            _make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            if mode := _shared(folder.parent):
                folder.chmod(0o700 | mode)
            _sync(folder.parent)


def _shared(folder: Path) -> int:
    """Return what a folder of several users hands on to what is made in it; 0 for one of a single user."""
    mode = folder.stat().st_mode
    return mode & 0o2070 if mode & stat.S_ISGID else 0


def _create(name: UUID, path: Path) -> int:
    """Take the file's own name at once, which is nobody's before and is told to nobody until the file is whole.

    A name that is given later, by a link, would be a change of its own, and wait for a flush of its own.
    """
    with _medium(name, "kept"):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise FileTaken(f"file {name} is there already", hint="give every file a name of its own") from None
        if mode := _shared(path.parent):
            os.fchmod(descriptor, 0o600 | mode & 0o060)
    return descriptor


def _write(descriptor: int, chunks: Iterable[bytes]) -> None:
    """Write unbuffered, so that a full medium is told where it is met; what `chunks` raises goes through."""
    try:
        for chunk in chunks:
            with _medium(None, "kept"):
                _write_all(descriptor, memoryview(chunk))
        with _medium(None, "kept"):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(file: Path, before: datetime | None) -> bool:
    try:
        return before is None or file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # removed meanwhile
        return False


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


@contextmanager
def _medium(name: UUID | None, doing: str) -> Iterator[None]:
    """Tell what the medium said, without a path."""
    what = f"file {name}" if name else "a file"
    try:
        yield
    except FileNotFoundError:
        raise FileMissing(
            f"{what} could not be {doing}: it is not in the store",
            hint="look for it in a backup of the store; it was not erased by us, so do not report it as erased",
        ) from None
    except OSError as error:
        raise StoreUnavailable(
            f"{what} could not be {doing}: {error.strerror}",
            hint="look at the permissions and the free space of the folder of attachments, then try again",
        ) from error
