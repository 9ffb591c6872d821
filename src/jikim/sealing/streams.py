"""Attachments as sealed streams: a chunk in, a chunk out, never the whole in memory, never anything in clear on disk.

Tink's format; each segment says its place and whether it is the last, so that a stream that was cut, lengthened or
re-ordered does not open.
"""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from jikim.sealing.primitives import SEGMENT_BYTES, DoesNotOpen, FileKey, Framed, stream_cipher, stream_fault


class SealingStream:
    """Gives out the sealed stream while the chunks come in. Abandoned half-way, it is never brought to an end."""

    def __init__(self, key: FileKey, aad: Framed) -> None:
        self._sink = _Sink()
        cipher: StreamCipher = stream_cipher(key)
        self._stream = cipher.new_encrypting_stream(self._sink, aad)

    def write(self, chunk: bytes) -> bytes:
        """Take a chunk of any length; return what is sealed by now, b"" while a segment fills."""
        self._stream.write(chunk)
        return self._sink.drain()

    def end(self) -> bytes:
        """Return the last of it."""
        self._stream.close()
        return self._sink.drain()

    def abandon(self) -> None:
        """Give out nothing more."""
        self._sink.abandoned = True
        self._stream.close()


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

    def drain(self) -> bytes:
        given = bytes(self.held)
        self.held.clear()
        return given


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


def _open_stream(cipher: StreamCipher, source: BinaryIO, aad: Framed) -> Iterator[bytes]:
    reader = _Source(source)
    try:
        stream = cipher.new_decrypting_stream(reader, aad)
        while chunk := stream.read(SEGMENT_BYTES):
            yield chunk
    except stream_fault():
        raise reader.error or DoesNotOpen from None
