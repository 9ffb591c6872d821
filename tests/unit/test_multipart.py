"""A form is read as browsers write it; what none of them writes is refused."""

import pytest
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent

from jikim.web.multipart import FormReader
from tests.support.multipart import Kept, Trickling, read, written

HEAD = b"--jikim\r\nContent-Disposition: form-data; "
END = b"\r\n--jikim--\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEAD + b'filename="a.txt"\r\n\r\nx' + END,
        HEAD + b'name="' + b"a" * 5000 + b'"\r\n\r\nx' + END,
        HEAD + b'name="a"\n\nx' + END,
        b"--jikim\r\n\r\nx" + END,
        b'--jikim\r\nContent-Disposition: attachment; name="a"\r\n\r\nx' + END,
        HEAD + b'name="a"\r\n\r\nx\r\n--jikimmy\r\n',
    ],
    ids=[
        "nothing",
        "no name",
        "long head",
        "bare lines",
        "no head",
        "no form",
        "longer mark",
    ],
)
def test_what_no_browser_writes_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary="a\nb"']
)
def test_a_form_needs_a_boundary(kind: str) -> None:
    with pytest.raises(BadRequest):
        FormReader(Trickling(b"", (1,)), kind, Kept()).read()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (b'"a\\"b.pdf"', 'a"b.pdf'),
        (b'"a\\"', None),
        (b'"a%22b.pdf"', 'a"b.pdf'),
        (b"scan.pdf", "scan.pdf"),
        (b'"a; name=b.pdf"', "a; name=b.pdf"),
    ],
)
def test_the_name_of_a_file_is_what_was_meant(said: bytes, name: str | None) -> None:
    _words, kept = read(HEAD + b'name="file"; filename=' + said + b"\r\n\r\nx" + END)
    assert kept.files == ([("file", name, b"x")] if name else [])


def test_a_field_in_which_no_file_was_chosen_holds_none() -> None:
    words, kept = read(written([("attachments", "", b""), ("message", None, b"x")]))
    assert (words, kept.files) == ({"message": "x"}, [])


def test_only_a_line_of_its_own_ends_a_part() -> None:
    assert read(written([("message", None, b"x--jikim\r\n--jiki")]))[0] == {"message": "x--jikim\r\n--jiki"}


def test_a_form_of_nothing_is_a_form() -> None:
    assert read(written([]))[0] == {}


def test_a_form_has_so_many_words_fields_and_files_and_no_more() -> None:
    with pytest.raises(RequestDataTooBig):
        read(written([("message", None, b"x" * (1024 * 1024 + 1))]))
    with pytest.raises(TooManyFieldsSent):
        read(written([("message", None, b"x")] * 101))
    with pytest.raises(TooManyFilesSent):
        read(written([("files", "a.txt", b"x")] * 51))
