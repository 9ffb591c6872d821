"""Resident registration numbers, found before anything is stored: without a law that asks for one, it may not be kept.

Source: PIPA art. 24-2(1). The form of the number decides, never its check digit: numbers given since October 2020 have
random tails. A foreigner's number has the same form. In files the bytes are read as text: UTF-8, CP949 and UTF-16 all
show their digits, and the parts of zipped documents (docx, xlsx, hwpx) are unpacked within a bound.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date

_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_NUMBER = re.compile(rf"(?<!\d)(\d{{2}})(\d{{2}})(\d{{2}})(?:\s?[{_DASHES}]\s?)?([1-8])\d{{6}}(?!\d)", re.ASCII)
PATTERN = _NUMBER.pattern  # for whoever tells of one before it is sent; only has_resident_number decides
_CENTURY = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}
UNPACKED_BYTES = 32 * 1024 * 1024  # of one document; what lies beyond is not read
PART_NAMES = (".xml", ".rels", ".txt", ".csv", ".html", ".json")
_NOT_AN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def has_resident_number(words: str) -> bool:
    """Say whether a text holds a resident registration number, however its digits and dash were typed."""
    return any(_is_a_birthday(found) for found in _NUMBER.finditer(unicodedata.normalize("NFKC", words)))


def file_has_resident_number(content: bytes) -> bool:
    """Say whether a file shows one in its bytes or in the texts of a zipped document. Pictures are not read."""
    return any(has_resident_number(text) for text in _texts(content))


def _is_a_birthday(found: re.Match[str]) -> bool:
    year, month, day, tail = found.groups()
    try:
        date(_CENTURY[tail] + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _texts(content: bytes) -> Iterator[str]:
    # Latin-1 maps every byte to one letter; dropping the zero bytes makes UTF-16 digits neighbours.
    yield content.decode("latin-1")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[1:2] == b"\0" or content[:1] == b"\0":
        yield content.replace(b"\0", b"").decode("latin-1")
    if content[:4] == b"PK\x03\x04":
        yield from _parts(content)


def _parts(content: bytes) -> Iterator[str]:
    """Read the text parts of a zipped document; markup inside a number is dropped, a damaged archive ends quietly."""
    left = UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                if left > 0 and part.filename.lower().endswith(PART_NAMES):
                    with archive.open(part) as stream:
                        text = stream.read(left)
                    left -= len(text)
                    yield re.sub(r"<[^>]{0,2000}>", "", text.decode("utf-8", "replace"))
    except _NOT_AN_ARCHIVE:
        return
