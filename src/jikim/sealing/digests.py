"""Hashing what passes: the last megabyte while the medium is being waited for, everything before it on the way."""

import hashlib
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

HELD_BYTES = 1024 * 1024  # not hashed before the end; hashing them takes about as long as making them durable
FEW_BYTES = 64 * 1024  # are hashed before another thread has begun
_pages: deque[bytearray] = deque(maxlen=4)  # of digests that ended: a page is quicker used again than asked for anew


class PassingDigest:
    """SHA-256 of all that passed."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._page: bytearray | None = _take_page()
        self._length = 0
        self._has_ended = False
        self._beside: Future[None] | None = None

    def take(self, chunk: bytes) -> None:
        """Take the next chunk; raises ValueError after the end."""
        if (page := self._page) is None:
            raise ValueError("a chunk comes after the last one has passed")
        rest = memoryview(chunk)
        while rest:
            if self._length == HELD_BYTES:
                self._hash_page(page)
            piece = rest[: HELD_BYTES - self._length]
            page[self._length : self._length + len(piece)] = piece
            self._length += len(piece)
            rest = rest[len(piece) :]

    def end(self) -> None:
        """Say that the last chunk has passed. Hashing goes on beside whatever is done next, unless it is little."""
        page, self._page = self._page, None  # given away once, even where no thread can be had: the next digest's then
        if page is None:
            return
        if self._length <= FEW_BYTES:
            self._hash_last(page)
        else:
            self._beside = _threads(os.getpid()).submit(self._hash_last, page)
        self._has_ended = True

    def digest(self) -> bytes:
        """Return the digest of every chunk, once the last one has passed."""
        if not self._has_ended:
            raise ValueError("the digest is asked for before the last chunk has passed")
        if self._beside is not None:
            self._beside.result()
        return self._hash.digest()

    def _hash_page(self, page: bytearray) -> None:
        with memoryview(page) as whole:
            self._hash.update(whole[: self._length])
        self._length = 0

    def _hash_last(self, page: bytearray) -> None:
        self._hash_page(page)
        _pages.append(page)


@cache
def _threads(process: int) -> ThreadPoolExecutor:  # noqa: ARG001  # what is kept apart
    """Return the threads of one process. Those of the process it forked off from do not run in it, nor say so."""
    return ThreadPoolExecutor(2, "hashing")


def _take_page() -> bytearray:
    try:
        return _pages.pop()
    except IndexError:
        return bytearray(HELD_BYTES)
