"""Memory for keys alone: locked, so that it is never swapped out, and left out of core dumps.

A slot of 32 bytes is overwritten when its key goes, and serves the next one. Locking is done as far as the system
lets us; `is_locked` tells. Whoever holds a slot's bytes lent keeps it from being given back.
"""

import ctypes
import mmap
import sys
from collections import deque
from threading import Lock

SLOT_BYTES = 32
CHUNK_BYTES = 256 * 1024  # 8,192 keys

Cells = ctypes.Array[ctypes.c_ubyte]
_cells = ctypes.c_ubyte * SLOT_BYTES


class Slot:
    """The place of one key."""

    __slots__ = ("cells",)

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def view(self) -> memoryview:
        return memoryview(self.cells).cast("B")

    def is_lent(self) -> bool:
        """Say whether a view of the bytes is alive: each keeps a reference beside ours and the one of this question."""
        return sys.getrefcount(self.cells) > 2


class Arena:
    """Chunks of locked memory, cut into slots; it grows and never shrinks."""

    def __init__(self) -> None:
        self._free: list[Slot] = []
        self._lent: deque[Slot] = deque()
        self._growing = Lock()
        self._chunks: list[mmap.mmap] = []
        self.is_locked = True
        self._grow()

    def take(self, secret: bytes | bytearray | memoryview) -> Slot:
        """Put 32 bytes into a slot of their own."""
        slot = self._next()
        slot.view()[:] = secret
        return slot

    def give_back(self, slot: Slot) -> None:
        """Overwrite a slot and let it serve again; raises BufferError while its bytes are lent."""
        if slot.is_lent():
            raise BufferError("the bytes of this key are lent")
        ctypes.memset(slot.cells, 0, SLOT_BYTES)
        self._free.append(slot)

    def abandon(self, slot: Slot) -> None:
        """Take back a slot whose bytes are still lent: it is overwritten and serves again once they are not."""
        self._lent.append(slot)

    def _next(self) -> Slot:
        if self._lent:
            self._look_after_lent()
        while True:
            try:
                return self._free.pop()
            except IndexError:
                self._grow()

    def _look_after_lent(self) -> None:
        for _ in range(len(self._lent)):
            slot = self._lent.popleft()
            try:
                self.give_back(slot)
            except BufferError:
                self._lent.append(slot)

    def _grow(self) -> None:
        with self._growing:
            if self._free:
                return
            chunk = mmap.mmap(-1, CHUNK_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            chunk.madvise(mmap.MADV_DONTDUMP)
            self.is_locked &= _lock(chunk)
            self._chunks.append(chunk)
            self._free += [Slot(_cells.from_buffer(chunk, at)) for at in range(0, CHUNK_BYTES, SLOT_BYTES)]


def _lock(chunk: mmap.mmap) -> bool:
    """Keep a chunk out of swap; False where the system's limit (RLIMIT_MEMLOCK) is reached."""
    start = ctypes.addressof(ctypes.c_char.from_buffer(chunk))
    failed: int = ctypes.CDLL(None).mlock(ctypes.c_void_p(start), ctypes.c_size_t(len(chunk)))
    return not failed
