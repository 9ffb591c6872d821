"""Resident registration numbers in files, looked for while a file passes: it is never whole in memory.

Source: PIPA art. 24-2(1). The bytes are read as text: UTF-8, CP949 and UTF-16 all show their digits. Zipped documents
(docx, xlsx, hwpx) tell only at their end what is in them, so they are read once more, part by part, within a bound.
Pictures are not read.
"""

import codecs
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from jikim.domain.identifiers import Passing

UNPACKED_BYTES = 32 * 1024 * 1024  # of one document; what lies beyond is not read
PART_NAMES = (".xml", ".rels", ".txt", ".csv", ".html", ".json")
PIECE_BYTES = 64 * 1024
MARK_CHARS = 2002  # the longest piece of markup that is dropped
_MARK = re.compile(rf"<[^>]{{0,{MARK_CHARS - 2}}}>")
FRACTIONS = {b"\xbc": b"1/4", b"\xbd": b"1/2", b"\xbe": b"3/4"}
PLAIN = bytes.maketrans(
    bytes(range(128, 256)), bytes({0xA0: 32, 0xB2: 50, 0xB3: 51, 0xB9: 49}.get(byte, 46) for byte in range(128, 256))
)
_HEAD_BYTES = 4  # say what kind of file it is
_NOT_AN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class FileSearch:
    """Looks through one file while it passes."""

    def __init__(self) -> None:
        self._head = b""
        self._text, self._wide = Passing(), Passing()
        self._is_wide = False

    def feed(self, chunk: bytes) -> None:
        """Look at a piece of any length."""
        if len(self._head) < _HEAD_BYTES:
            self._head += chunk
            if len(self._head) < _HEAD_BYTES:
                return
            chunk = self._begun()
        self._look(chunk)

    def has_number(self, again: Callable[[], IO[bytes]]) -> bool:
        """Say whether one was in it, once all of it has passed.

        again: opens the file anew, to be read from anywhere
        """
        if len(self._head) < _HEAD_BYTES:
            self._look(self._begun())
        is_archive = self._head.startswith(b"PK\x03\x04")
        return self._text.has_number() or self._wide.has_number() or (is_archive and _archive_has_number(again))

    def _begun(self) -> bytes:
        """Tell by its first bytes how a file has to be read, and return them to be looked at."""
        head, self._head = self._head, self._head[:_HEAD_BYTES]
        self._is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[1:2] == b"\0" or head[:1] == b"\0"
        return head

    def _look(self, chunk: bytes) -> None:
        self._text.feed(_plain(chunk))
        if self._is_wide:
            self._wide.feed(_plain(chunk.replace(b"\0", b"")))  # makes UTF-16 digits neighbours


def _plain(chunk: bytes) -> str:
    """Return bytes, read as Latin-1, as far as they matter here: digits, blanks and dashes; the rest are dots.

    What NFKC makes of Latin-1 at a fiftieth of the time, for pictures are long and have few of these.
    """
    for fraction, digits in FRACTIONS.items():
        chunk = chunk.replace(fraction, digits)
    return chunk.translate(PLAIN).decode("ascii")


def _archive_has_number(again: Callable[[], IO[bytes]]) -> bool:
    """Read the text parts of a zipped document; a damaged archive ends quietly."""
    left = UNPACKED_BYTES
    try:
        with again() as file, zipfile.ZipFile(file) as archive:
            for part in archive.infolist():
                if left > 0 and part.filename.lower().endswith(PART_NAMES):
                    with archive.open(part) as stream:
                        seen, has_number = _part_has_number(stream, left)
                    left -= seen
                    if has_number:
                        return True
    except _NOT_AN_ARCHIVE:
        pass
    return False


def _part_has_number(stream: IO[bytes], most: int) -> tuple[int, bool]:
    """Return how many bytes of a part were read, and whether it shows a number once its markup is dropped."""
    passing, seen = Passing(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal seen
        while piece := stream.read(min(PIECE_BYTES, most - seen)):
            seen += len(piece)
            yield piece

    for text in _without_marks(pieces()):
        passing.feed(text)
    return seen, passing.has_number()


def _without_marks(pieces: Iterator[bytes]) -> Iterator[str]:
    """Drop markup, which may stand inside a number and may be cut by the border between two pieces."""
    decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
    for piece in pieces:
        rest += decoder.decode(piece)
        begun = rest.find("<", max(rest.rfind(">") + 1, len(rest) - MARK_CHARS))
        end = begun if begun >= 0 else len(rest)
        yield _MARK.sub("", rest[:end])
        rest = rest[end:]
    yield _MARK.sub("", rest + decoder.decode(b"", final=True))
