"""Laws of reading a form: what a browser writes is read as Django reads it, and refused where it is cut short."""

import io

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser
from hypothesis import given
from hypothesis import strategies as st

from tests.support.multipart import KIND, MARK, Kept, Part, read, written

NEAR = st.sampled_from(
    [b"\r\n", b"--", f"--{MARK}".encode(), f"\r\n--{MARK}"[:-1].encode(), b"\r", b"x", b"\xed\x95\x9c", b"\xff"]
)
CONTENT = (
    st.lists(NEAR, max_size=12).map(b"".join).filter(lambda one: f"--{MARK}".encode() not in one)
)  # Django ends there
NAMES = st.sampled_from(["name", "message", "slip-1", "이름"])
FILE_NAMES = st.sampled_from(
    ["scan.pdf", "C:\\scans\\a.pdf", "../..", "gnp\u202e.exe", "견적 서.hwp", "a;b=c.txt", " a "]
)
PARTS = st.lists(st.tuples(NAMES, st.none() | FILE_NAMES, CONTENT), max_size=6)


class Djangos(Kept, FileUploadHandler):
    def __init__(self) -> None:
        Kept.__init__(self)
        FileUploadHandler.__init__(self)


@given(parts=PARTS, lengths=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_what_a_browser_writes_is_read_as_django_reads_it(parts: list[Part], lengths: list[int]) -> None:
    body, theirs = written(parts), Djangos()
    meta = {"CONTENT_TYPE": KIND, "CONTENT_LENGTH": str(len(body))}
    post = MultiPartParser(meta, io.BytesIO(body), [theirs], "utf-8").parse()[0]
    words, kept = read(body, lengths)
    assert words == {name: post[name] for name in post}
    assert kept.files == theirs.files


@given(parts=PARTS, lengths=st.lists(st.integers(1, 400), min_size=1, max_size=5), data=st.data())
def test_a_form_that_broke_off_is_refused_wherever_it_did(
    parts: list[Part], lengths: list[int], data: st.DataObject
) -> None:
    body = written(parts)[: -len("\r\n")]
    with pytest.raises(BadRequest):
        read(body[: data.draw(st.integers(0, len(body) - 1))], lengths)


@given(
    body=st.lists(NEAR | st.sampled_from([b"Content-Disposition: form-data; name=", b'"', b"\r\n\r\n", b";"])).map(
        b"".join
    )
)
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        read(f"--{MARK}".encode() + body, (7, 13))
    except BadRequest:
        return
