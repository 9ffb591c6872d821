"""Hashing what passes: the last megabyte while the medium is being waited for, everything before it on the way."""

import hashlib
from collections import deque
from threading import Thread

HELD_BYTES = 1024 * 1024  # not hashed before the end; hashing them takes about as long as making them durable


class PassingDigest:
    """SHA-256 of all that passed."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._held: deque[bytes] = deque()
        self._held_bytes = 0
        self._end: Thread | None = None

    def take(self, chunk: bytes) -> None:
        """Take the next chunk."""
        self._held.append(chunk)
        self._held_bytes += len(chunk)
        while self._held_bytes > HELD_BYTES:
            self._held_bytes -= self._hash_first()

    def end(self) -> None:
        """Say that the last chunk has passed. Hashing goes on beside whatever is done next."""
        self._end = Thread(target=self._hash_rest)
        self._end.start()

    def digest(self) -> bytes:
        """Return the digest of every chunk, once the last one has passed."""
        if self._end is None:
            raise ValueError("the digest is asked for before the last chunk has passed")
        self._end.join()
        return self._hash.digest()

    def _hash_first(self) -> int:
        chunk = self._held.popleft()
        self._hash.update(chunk)
        return len(chunk)

    def _hash_rest(self) -> None:
        while self._held:
            self._hash_first()
