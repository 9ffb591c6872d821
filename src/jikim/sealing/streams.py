"""Attachments as sealed streams: a chunk in, a chunk out, never the whole in memory, never anything in clear on disk.

Tink's format; each segment says its place and whether it is the last, so that a stream that was cut, lengthened or
re-ordered does not open.
"""

from collections.abc import Iterator
from typing import BinaryIO

from jikim.sealing.primitives import SEGMENT_BYTES, STREAM_HEADER_BYTES, TAG_BYTES, FileKey, Framed, Segments


class SealingStream:
    """Gives out the sealed stream while the chunks come in. Forgotten half-way, it never opens."""

    def __init__(self, key: FileKey, aad: Framed) -> None:
        self._segments = Segments.begin(key, aad)
        self._number = 0
        self._held = bytearray()  # in clear, at most a segment and the chunk that just came
        self._sealed = [self._segments.header]  # what was not yet given out

    def write(self, chunk: bytes) -> bytes:
        """Take a chunk of any length; return what is sealed by now, b"" while a segment fills."""
        self._held += chunk
        while len(self._held) > (room := _room(self._number)):  # a full one may still be the last
            self._seal(room, last=False)
        return self._drain()

    def end(self) -> bytes:
        """Return the last of it."""
        self._seal(len(self._held), last=True)
        return self._drain()

    def _seal(self, length: int, *, last: bool) -> None:
        with memoryview(self._held) as held, held[:length] as words:
            self._sealed.append(self._segments.seal(self._number, words, last=last))
        del self._held[:length]
        self._number += 1

    def _drain(self) -> bytes:
        if not self._number:
            return b""  # the header goes out with the first segment
        sealed, self._sealed = b"".join(self._sealed), []
        return sealed


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
