"""Attachments: sealed while they arrive, opened while they go out, whole or in part.

A file's own key lies, with the file's name, size and digest, in its card; the card is a sealed item value like any
other, so that destroying its kid ends the file.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID, uuid4

from jikim.sealing.digests import PassingDigest
from jikim.sealing.errors import FileAltered, UnknownFormat
from jikim.sealing.file_store import FileStore
from jikim.sealing.formats import of_attachment
from jikim.sealing.kids import u64
from jikim.sealing.primitives import (
    DIGEST_BYTES,
    KEY_BYTES,
    SEGMENT_BYTES,
    STREAM_HEADER_BYTES,
    TAG_BYTES,
    DoesNotOpen,
    FileKey,
    Segments,
)
from jikim.sealing.streams import SealingStream, open_stream

TINK_STREAM = 1  # AES256-GCM-HKDF-STREAMING, segments of 64 KiB
CARD_BYTES = 1 + 16 + KEY_BYTES + 8 + DIGEST_BYTES
PLAIN_BYTES = SEGMENT_BYTES - TAG_BYTES  # of a segment; in the first one the header takes its part of them


@dataclass(frozen=True, slots=True)
class FileCard:
    """All that opens one sealed file. `size` counts the bytes in clear; `digest` is SHA-256 of the sealed ones."""

    name: UUID
    key: FileKey
    size: int
    digest: bytes

    def to_bytes(self) -> bytes:
        """Return what is sealed as the item's value."""
        return bytes([TINK_STREAM]) + self.name.bytes + self.key.lend() + u64(self.size) + self.digest

    @classmethod
    def from_bytes(cls, card: bytes) -> "FileCard":
        """Return a card from an opened value; raises UnknownFormat."""
        if len(card) != CARD_BYTES or card[0] != TINK_STREAM:
            raise UnknownFormat(
                "the card of a file is not in a format that this version reads",
                hint="it was written by a newer Jikim, or the item is not a file; nothing was opened",
            )
        return cls(UUID(bytes=card[1:17]), FileKey(card[17:49]), int.from_bytes(card[49:57], "big"), card[57:])


class SealingFile:
    """One file that is sealed into the store while it arrives, under a new name and a new key.

    Each call raises StoreUnavailable, and then, as after `abandon`, the store holds nothing of it. Until the store
    keeps it, what was brought to its end waits there and is swept away in time.
    """

    def __init__(self, store: FileStore) -> None:
        self.name, self.size = uuid4(), 0
        self._key, self._digest = FileKey.fresh(), PassingDigest()
        self._stream = SealingStream(self._key, of_attachment(self.name))
        self._part = store.begin(self.name)

    def write(self, chunk: bytes) -> None:
        """Take the next chunk, of any length."""
        self._put(self._stream.write(chunk))
        self.size += len(chunk)

    def end(self) -> None:
        """Say that the last chunk was written; the file waits now to be kept."""
        self._put(self._stream.end())
        self._digest.end()
        self._part.end()

    def card(self) -> FileCard:
        """Return what opens it, after its end."""
        return FileCard(self.name, self._key, self.size, self._digest.digest())

    def abandon(self) -> None:
        """Let go of it."""
        self._part.abandon()

    def _put(self, sealed: bytes) -> None:
        if sealed:
            self._digest.take(sealed)
            self._part.write(sealed)


def seal_file(store: FileStore, chunks: Iterable[bytes]) -> FileCard:
    """Seal a file into the store, and have it kept.

    raises: whatever `chunks` or the store raise; then the store holds nothing of it
    """
    sealing = SealingFile(store)
    try:
        for chunk in chunks:
            sealing.write(chunk)
        sealing.end()
        store.keep(sealing.name)
    except BaseException:
        sealing.abandon()
        raise
    return sealing.card()


def open_file(store: FileStore, card: FileCard) -> Iterator[bytes]:
    """Give out the whole file, each segment once it is vouched for.

    raises: FileAltered, at once when the length is wrong, otherwise where the alteration lies: what was given out
            before is good but is not the whole; FileMissing, StoreUnavailable
    """
    _check_length(store, card)
    return _opened(store, card)


def open_range(store: FileStore, card: FileCard, start: int, length: int) -> Iterator[bytes]:
    """Give out `length` bytes from `start`; only the segments that hold them are read. Raises as `open_file` does."""
    if start < 0 or length < 0 or start + length > card.size:
        raise ValueError(f"bytes {start} to {start + length} do not lie in a file of {card.size} bytes")
    _check_length(store, card)
    return _opened_range(store, card, start, start + length)


def read_anywhere(store: FileStore, card: FileCard) -> IO[bytes]:
    """Return the file in clear to be read from any place; only the segments that are asked for are held."""
    return io.BufferedReader(_Clear(store, card), SEGMENT_BYTES)


def move_file(source: FileStore, card: FileCard, target: FileStore) -> FileCard:
    """Seal the same file anew, under a new name and a new key, for a move to the separate store.

    The plaintext passes segment by segment. The source stays as it is until its own key is destroyed.
    raises: as `open_file` and `seal_file` do; then the target holds nothing of it
    """
    return seal_file(target, open_file(source, card))


def check_file(store: FileStore, card: FileCard) -> None:
    """Compare the stored bytes with the card's digest, without opening them; raises FileAltered, FileMissing."""
    digest = hashlib.sha256()
    with store.reader(card.name) as reader:
        while chunk := reader.read(SEGMENT_BYTES):
            digest.update(chunk)
    if digest.digest() != card.digest:
        raise _altered(card)


def sealed_size(size: int) -> int:
    """Return how many bytes a file of `size` bytes takes in the store."""
    return STREAM_HEADER_BYTES + size + TAG_BYTES * (_last_segment(size) + 1)


def _opened(store: FileStore, card: FileCard) -> Iterator[bytes]:
    with store.reader(card.name) as reader:
        try:
            yield from open_stream(card.key, reader, of_attachment(card.name))
        except DoesNotOpen:
            raise _altered(card) from None


def _opened_range(store: FileStore, card: FileCard, start: int, end: int) -> Iterator[bytes]:
    if start == end:
        return
    try:
        segments = Segments(card.key, store.read(card.name, 0, STREAM_HEADER_BYTES), of_attachment(card.name))
        for number in range(_segment(start), _segment(end - 1) + 1):
            first = number * PLAIN_BYTES - (STREAM_HEADER_BYTES if number else 0)  # place of its first byte in clear
            words = segments.open(number, _sealed_segment(store, card, number), last=number == _last_segment(card.size))
            yield words[max(start - first, 0) : end - first]
    except DoesNotOpen:
        raise _altered(card) from None


def _sealed_segment(store: FileStore, card: FileCard, number: int) -> bytes:
    begins = number * SEGMENT_BYTES + (0 if number else STREAM_HEADER_BYTES)
    return store.read(card.name, begins, (number + 1) * SEGMENT_BYTES - begins)


def _segment(place: int) -> int:
    return (place + STREAM_HEADER_BYTES) // PLAIN_BYTES


def _last_segment(size: int) -> int:
    return _segment(max(size - 1, 0))


def _check_length(store: FileStore, card: FileCard) -> None:
    """Refuse a file that was cut or lengthened before any of it is given out."""
    if store.size(card.name) != sealed_size(card.size):
        raise _altered(card)


class _Clear(io.RawIOBase):
    """A sealed file as a file in clear. Raises as `open_range` does."""

    def __init__(self, store: FileStore, card: FileCard) -> None:
        super().__init__()
        self._store, self._card, self._at = store, card, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._card.size}[whence]
        if begin + offset < 0:
            raise ValueError(f"{offset} bytes from {begin} lie before the file's beginning")
        self._at = begin + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: Any) -> int:  # whatever takes bytes, as io has it
        length = max(0, min(len(into), SEGMENT_BYTES, self._card.size - self._at))
        words = b"".join(open_range(self._store, self._card, self._at, length)) if length else b""
        into[: len(words)] = words
        self._at += len(words)
        return len(words)


def _altered(card: FileCard) -> FileAltered:
    return FileAltered(
        f"file {card.name} is not the one that was sealed: it was altered, cut, lengthened or exchanged",
        hint="compare the store with a backup, and treat the difference as an incident",
    )
