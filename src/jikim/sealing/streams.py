"""Attachments as sealed streams: a chunk in, a chunk out, never the whole in memory, never anything in clear on disk.

Tink's format; each segment says its place and whether it is the last, so that a stream that was cut, lengthened or
re-ordered does not open.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from jikim.sealing.primitives import SEGMENT_BYTES, DoesNotOpen, FileKey, Framed, stream_cipher, stream_fault


def seal_stream(key: FileKey, chunks: Iterable[bytes], aad: Framed) -> Iterator[bytes]:
    """Give out the sealed stream while the chunks come in. Left or failed half-way, it is never brought to an end."""
    return _seal_stream(stream_cipher(key), chunks, aad)


def open_stream(key: FileKey, source: BinaryIO, aad: Framed) -> Iterator[bytes]:
    """Give out the plaintext, each segment once it is vouched for.

    raises: DoesNotOpen at the first segment that is altered, missing or too many; what was given out before is good,
            but is not the whole. OSError as the source raised it.
    """
    return _open_stream(stream_cipher(key), source, aad)


class StreamCipher(Protocol):
    """What we use of Tink's `StreamingAead`."""

    def new_encrypting_stream(self, destination: "_Sink", aad: bytes, /) -> BinaryIO: ...

    def new_decrypting_stream(self, source: "_Source", aad: bytes, /) -> BinaryIO: ...


class _Sink:
    """Where Tink writes: holds what was not yet given out. Tink always ends a stream; an abandoned sink ignores it."""

    closed = False

    def __init__(self) -> None:
        self.held = bytearray()
        self.abandoned = False

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        if not self.abandoned:
            self.held += data
        return len(data)

    def close(self) -> None:
        self.closed = True

    def drain(self) -> Iterator[bytes]:
        if self.held:
            given = bytes(self.held)
            self.held.clear()
            yield given


class _Source:
    """Where Tink reads: keeps the error of the medium, which Tink would turn into one of its own."""

    closed = False

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.error: OSError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except OSError as error:
            self.error = error
            raise

    def close(self) -> None:
        """Leave the source itself open: it is its opener's."""
        self.closed = True


def _seal_stream(cipher: StreamCipher, chunks: Iterable[bytes], aad: Framed) -> Iterator[bytes]:
    sink = _Sink()
    stream = cipher.new_encrypting_stream(sink, aad)
    try:
        for chunk in chunks:
            stream.write(chunk)
            yield from sink.drain()
    except BaseException:
        sink.abandoned = True
        raise
    finally:
        stream.close()
    yield from sink.drain()


def _open_stream(cipher: StreamCipher, source: BinaryIO, aad: Framed) -> Iterator[bytes]:
    reader = _Source(source)
    try:
        stream = cipher.new_decrypting_stream(reader, aad)
        while chunk := stream.read(SEGMENT_BYTES):
            yield chunk
    except stream_fault():
        raise reader.error or DoesNotOpen from None
