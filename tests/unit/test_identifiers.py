"""Resident registration numbers are found however they are written. Source: PIPA art. 24-2."""

import io
import zipfile

import pytest

from jikim.domain.identifiers import has_resident_number
from jikim.domain.identifiers_in_files import FileSearch


@pytest.mark.parametrize(
    "words",
    [
        "900101-1234567",
        "9001011234567",
        "주민번호는 900101-2234567입니다",
        "900101 - 1234567",
        "900101–1234567",  # an en dash, as word processors make of it
        "".join(chr(ord(letter) + 0xFEE0) for letter in "900101-1234567"),  # full width, from a Korean keyboard
        "040229-3123456",  # 29 February 2004 was a day
        "850315-5123456",  # a foreigner's number has the same form
        "010203-8123456",
        "999999-9 그리고 900101-1234567",
    ],
)
def test_a_resident_number_is_found(words: str) -> None:
    assert has_resident_number(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "문의드립니다",
        "900101 1234567",  # the gap people are told to leave in another number
        "901301-1234567",  # no thirteenth month
        "900230-1234567",  # no 30 February
        "030229-3123456",  # 2003 had no 29 February
        "900101-9123456",  # nobody born since 1900 has a 9
        "900101-0123456",
        "1900101-1234567",  # a longer number
        "900101-12345678",
        "02-1234-5678",
        "123-45-67890",  # a business number
        "1234-5678-9012-3456",  # a card
        "20261123131516",  # an instant
    ],
)
def test_other_numbers_are_let_through(words: str) -> None:
    assert not has_resident_number(words)


def _zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def file_has_resident_number(content: bytes, *, piece: int = 1000) -> bool:
    search = FileSearch()
    for at in range(0, len(content), piece):
        search.feed(content[at : at + piece])
    return search.has_number(lambda: io.BytesIO(content))


@pytest.mark.parametrize("piece", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    "content",
    [
        "이름 홍길동, 900101-1234567".encode(),
        "이름 홍길동, 900101-1234567".encode("cp949"),
        "이름 홍길동, 900101-1234567".encode("utf-16"),
        "900101-1234567".encode("utf-16-le"),
        _zipped("word/document.xml", "<w:t>900101</w:t><w:t>-1234567</w:t>"),
        _zipped("Contents/section0.xml", "<hp:t>900101-1234567</hp:t>"),
    ],
)
def test_a_resident_number_is_found_in_a_file(content: bytes, piece: int) -> None:
    assert file_has_resident_number(content, piece=piece)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
        _zipped("word/document.xml", "<w:t>02-1234-5678</w:t>"),
        b"PK\x03\x04 and then nothing of an archive",
        _zipped("xl/sheet.xml", "<v>1</v>")[:-20],  # cut short
    ],
)
def test_other_files_are_let_through_and_none_breaks_the_search(content: bytes) -> None:
    assert not file_has_resident_number(content)


def test_a_document_that_unpacks_without_end_is_read_only_so_far() -> None:
    bomb = _zipped("a.xml", " " * (64 * 1024 * 1024) + "900101-1234567")
    assert not file_has_resident_number(bomb)
