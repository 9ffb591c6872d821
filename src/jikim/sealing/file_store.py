"""Where sealed attachments lie: a port for directories and object stores, and the directory.

A store sees only sealed bytes under random names. What it removes is tidied away; what makes a file unreadable is the
end of its key. A file that arrives waits apart until it is kept, is let go, or is swept away.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from jikim import environment
from jikim.sealing.errors import FileMissing, FileTaken, FileUnreadable, StoreUnavailable

INCOMING = "incoming"
READ = "read"
SHARD = re.compile(r"[0-9a-f]{2}")
NAME = re.compile(r"[0-9a-f]{32}")


class Part(Protocol):
    """A file on its way in. What fails leaves nothing of it behind, and raises StoreUnavailable."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""

    def end(self) -> None:
        """Say that all of it is there; it waits to be kept, and is durable only then."""

    def abandon(self) -> None:
        """Let go of it; doing it again does nothing."""


class FileStore(Protocol):
    """What every store promises. A name is used once and never again."""

    def begin(self, name: UUID) -> Part:
        """Begin a file; raises FileTaken (one of that name is on its way), StoreUnavailable."""

    def keep(self, name: UUID) -> None:
        """Keep a file that has arrived: durable under its name, and waiting no longer.

        raises: FileMissing (it has not arrived, was swept away or is kept already), FileTaken (another of that name is
                kept, and stays as it is), StoreUnavailable (it still waits)
        """

    def give_back(self, name: UUID) -> None:
        """Let a kept file wait again, as if it had just arrived; raises FileMissing, StoreUnavailable."""

    def let_go(self, name: UUID) -> None:
        """Remove a file that waits; one that does not is left alone."""

    def waits(self, name: UUID) -> bool:
        """Say whether a file has arrived and is not kept."""

    def wait_on(self, name: UUID) -> bool:
        """Have a file wait as long again from now; False where it does not wait any more."""

    def waiting_bytes(self) -> int:
        """Return how much has arrived, or is arriving, and is not kept."""

    def size(self, name: UUID) -> int:
        """Return the stored bytes of a file, kept or waiting; raises FileMissing."""

    def reader(self, name: UUID) -> AbstractContextManager[BinaryIO]:
        """Open a file, kept or waiting, to be read from its beginning; raises FileMissing.

        What it gives is shorter than what it was asked for only at the file's end: else the file would look altered.
        """

    def read(self, name: UUID, start: int, length: int) -> bytes:
        """Return the bytes of a range, fewer where the file ends; raises FileMissing."""

    def remove(self, name: UUID) -> None:
        """Remove a file; one that is not there is removed already."""

    def names(self, *, before: datetime | None = None) -> Iterator[UUID]:
        """Name every kept file, in no order, so that those nobody knows are found. before: kept before this instant."""

    def sweep(self, before: datetime) -> int:
        """Remove what waits, untouched, since before an instant; returns how many."""


def attachments(alias: str) -> "FileStore":
    """Return the store of the attachments of one database (live | separate)."""
    return DirectoryStore(environment.files_folder(alias))


class DirectoryStore:
    """Files in a directory of their own, spread over 256 folders by the first two letters of their name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def begin(self, name: UUID) -> "DirectoryPart":
        part = self._waiting(name)
        for folder in (self._root, part.parent):
            _make(folder)
        return DirectoryPart(name, part)

    def keep(self, name: UUID) -> None:
        final, part = self._path(name), self._waiting(name)
        _make(final.parent)
        with _medium(name, "kept"):
            _place(name, part, final)
            part.unlink(missing_ok=True)

    def give_back(self, name: UUID) -> None:
        final, part = self._path(name), self._waiting(name)
        with _medium(name, "given back"):
            os.utime(final)
            final.rename(part)

    def let_go(self, name: UUID) -> None:
        with _medium(name, "removed"):
            self._waiting(name).unlink(missing_ok=True)

    def waits(self, name: UUID) -> bool:
        return self._waiting(name).exists()

    def wait_on(self, name: UUID) -> bool:
        try:
            os.utime(self._waiting(name))
        except FileNotFoundError:
            return False
        return True

    def waiting_bytes(self) -> int:
        return sum(_size(part) for part in _entries(self._root / INCOMING))

    def size(self, name: UUID) -> int:
        with _medium(name, READ):
            return self._found(name).stat().st_size

    @contextmanager
    def reader(self, name: UUID) -> Iterator[BinaryIO]:
        with _medium(name, READ), self._found(name).open("rb") as file:
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

    def sweep(self, before: datetime) -> int:
        parts = [part for part in _entries(self._root / INCOMING) if _is_older(part, before)]
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)

    def _path(self, name: UUID) -> Path:
        if type(name) is not UUID:
            raise TypeError(f"a file's name is a UUID, not a {type(name).__name__}")
        return self._root / name.hex[:2] / name.hex

    def _waiting(self, name: UUID) -> Path:
        if type(name) is not UUID:
            raise TypeError(f"a file's name is a UUID, not a {type(name).__name__}")
        return self._root / INCOMING / name.hex

    def _found(self, name: UUID) -> Path:
        kept = self._path(name)
        return kept if kept.exists() else self._waiting(name)


class DirectoryPart:
    """A file on its way into a directory. Written unbuffered, so that a full medium is told where it is met."""

    def __init__(self, name: UUID, path: Path) -> None:
        self._name, self._path = name, path
        with _medium(name, "kept"):
            try:
                self._descriptor: int | None = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise _taken(name) from None
            if mode := _shared(path.parent):
                os.fchmod(self._descriptor, 0o600 | mode & 0o060)

    def write(self, chunk: bytes) -> None:
        with self._or_nothing() as descriptor:
            _write_all(descriptor, memoryview(chunk))

    def end(self) -> None:
        self._close()

    def abandon(self) -> None:
        self._close()
        with _medium(self._name, "removed"):
            self._path.unlink(missing_ok=True)

    @contextmanager
    def _or_nothing(self) -> Iterator[int]:
        if self._descriptor is None:
            raise ValueError(f"file {self._name} is not open any more")
        try:
            with _medium(self._name, "kept"):
                yield self._descriptor
        except BaseException:
            self.abandon()
            raise

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


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


def _write_all(descriptor: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _place(name: UUID, part: Path, final: Path) -> None:
    try:
        os.link(part, final)  # unlike a rename, it never replaces what is there
    except FileExistsError:
        raise _taken(name) from None
    try:  # the link comes first, so that one flush makes both durable: until then nobody was told the name
        _sync(final)
        _sync(final.parent)
    except OSError:
        final.unlink()
        raise


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(file: Path, before: datetime | None) -> bool:
    try:
        return before is None or file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # removed meanwhile
        return False


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # kept or removed meanwhile
        return 0


def _taken(name: UUID) -> FileTaken:
    return FileTaken(f"file {name} is there already", hint="give every file a name of its own")


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
        kind = FileUnreadable if doing == READ else StoreUnavailable
        raise kind(
            f"{what} could not be {doing}: {error.strerror}",
            hint="look at the permissions and the free space of the folder of attachments, then try again",
        ) from error
