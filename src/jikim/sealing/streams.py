"""Attachments as sealed streams: a chunk in, a chunk out, never the whole in memory, never anything in clear on disk.

Tink's format; each segment says its place and whether it is the last, so that a stream that was cut, lengthened or
re-ordered does not open.
"""

from collections.abc import Iterator
from typing import BinaryIO

from jikim.sealing.primitives import SEGMENT_BYTES, STREAM_HEADER_BYTES, TAG_BYTES, FileKey, Framed, Segments


class SealingStream:
    """Gives out the sealed stream while the chunks come in. Forgotten half-way, it never opens.

    After its end, or once sealing broke off, it takes nothing more: each call raises ValueError.
    """

    def __init__(self, key: FileKey, aad: Framed) -> None:
        self._segments = Segments.begin(key, aad)
        self._next: int | None = 0  # place of the next segment; None when there will be none
        self._held = bytearray()  # in clear, at most a segment and the chunk that just came

    def write(self, chunk: bytes) -> bytes:
        """Take a chunk of any length; return what is sealed by now, b"" while a segment fills."""
        self._held += chunk
        sealed = []
        while len(self._held) > (room := _room(self._place())):  # a full one may still be the last
            sealed.append(self._seal(room, last=False))
        return b"".join(sealed)

    def end(self) -> bytes:
        """Return the last of it."""
        return self._seal(len(self._held), last=True)

    def _seal(self, length: int, *, last: bool) -> bytes:
        number, self._next = self._place(), None  # before it is used: whatever breaks off, no place is sealed twice
        with memoryview(self._held) as held, held[:length] as words:
            sealed = self._segments.seal(number, words, last=last)
        del self._held[:length]
        if not last:
            self._next = number + 1
        return sealed if number else self._segments.header + sealed

    def _place(self) -> int:
        if self._next is None:
            raise ValueError("a stream takes nothing after its end, or after it broke off")
        return self._next


def open_stream(key: FileKey, source: BinaryIO, aad: Framed) -> Iterator[bytes]:
    """Give out the plaintext, each segment once it is vouched for.

    source: at its beginning; what it gives is shorter than what it was asked for only at its end
    raises: DoesNotOpen, at once for a header that is none, later at the first segment that is altered, missing or too
            many: what was given out before is good, but is not the whole. OSError as the source raised it.
    """
    return _opened(Segments(key, source.read(STREAM_HEADER_BYTES), aad), source)


def _opened(segments: Segments, source: BinaryIO) -> Iterator[bytes]:
    number, segment = 0, source.read(_room(0) + TAG_BYTES)
    while after := source.read(SEGMENT_BYTES):
        yield segments.open(number, segment, last=False)
        number, segment = number + 1, after
    yield segments.open(number, segment, last=True)


def _room(number: int) -> int:
    """Return how many bytes in clear a segment takes; the first one includes the header."""
    return SEGMENT_BYTES - TAG_BYTES - (0 if number else STREAM_HEADER_BYTES)
