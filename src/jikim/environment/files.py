"""Files as such: writing small ones whole, so that a failure leaves nothing behind, and telling one from another."""

import os
import secrets
import stat
from pathlib import Path


def write_whole(path: Path, data: bytes, *, replace: bool = True) -> bool:
    """Write, flush to disk, and only then give the file its name (mode 0600; one that is replaced keeps its own).

    replace: with False an existing file is left as it is
    returns: whether the file now holds `data` because of this call
    raises:  OSError; nothing was changed
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write_new(draft, data, path if replace else None)
        written = _name(draft, path, replace=replace)
    finally:
        draft.unlink(missing_ok=True)
    flush_directory(path.parent)
    return written


def flush_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_new(path: Path, data: bytes, like: Path | None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if like is not None and like.exists():
            _let_read(handle, like.stat())
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _let_read(handle: int, found: os.stat_result) -> None:
    """Leave a file to those it was for: root writes what other users of the house read."""
    if os.geteuid() == 0:
        os.fchown(handle, found.st_uid, found.st_gid)
    os.fchmod(handle, stat.S_IMODE(found.st_mode))


def _name(draft: Path, path: Path, *, replace: bool) -> bool:
    if replace:
        draft.replace(path)
        return True
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    return True
