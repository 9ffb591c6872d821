"""Reading a form with files: in memory, within limits, refused while it is read. Nothing is ever written to disk.

Text fields stand before files in our forms, so the served token has been read when the first file begins: without a
token the files are read past and forgotten. What is over a limit is read past too, so that the words typed beside it
are not lost; only a body beyond the whole bound is refused unread.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import BadRequest, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from jikim.domain.inquiry import Item
from jikim.domain.intake import Fault, Problem, UploadedFile
from jikim.domain.terms import ItemKind

WORDS_BYTES = 4 * 1024 * 1024  # text fields, their names and the boundaries between them
TAIL_BYTES = 256  # longer than any closing boundary (RFC 2046: 70 characters; Django's parser: 201)
SLACK = 2  # a body this many times the sum of all limits is still read to its end, to answer kindly


class BodyTooLarge(BadRequest):
    """The request announced more than any form of ours can carry; it was not read."""


class NoFiles(FileUploadHandler):
    """Reads past every file: the answer of all pages that ask for none. Settings name it for the whole site."""

    def new_file(self, *args: object, **extra: object) -> None:  # noqa: ARG002 - whatever comes, it is refused
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - never reached
        raise SkipFile

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's shape
        return None


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form sent: its words, its files within limits, and what was wrong with the others."""

    words: Mapping[str, str]
    files: tuple[UploadedFile, ...]
    problems: tuple[Problem, ...]
    stray_files: bool  # a file came under a name that takes none
    unproven_files: bool = False  # a file was read past, because no proof of the form had come before it


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class Watched:
    """A body that remembers its last bytes: a form that broke off on its way ends without its closing boundary."""

    def __init__(self, body: Readable) -> None:
        self.body, self.tail = body, b""

    def read(self, size: int = -1) -> bytes:
        piece = self.body.read(size)
        self.tail = (self.tail + piece)[-TAIL_BYTES:]
        return piece

    def ends_with(self, boundary: bytes) -> bool:
        return self.tail.rstrip(b"\r\n").endswith(b"--" + boundary + b"--")


class HeldInMemory(FileUploadHandler):
    """Holds the files of the items that take files, and notes the first fault of each item."""

    def __init__(self, items: Mapping[str, Item], admitted: Callable[[], bool]) -> None:
        super().__init__()
        self.items, self.admitted = items, admitted
        self.files: list[UploadedFile] = []
        self.problems: dict[str, Problem] = {}
        self.stray = self.unproven = False
        self.held = bytearray()

    def new_file(self, field_name: str, file_name: str, *args: object, **extra: object) -> None:
        """Refuse a file before its first byte: unproven form, unknown field, one too many."""
        super().new_file(field_name, file_name, *args, **extra)  # type: ignore[arg-type] # passed on as they came
        self.held = bytearray()
        item = self.items.get(field_name)
        admitted = self.admitted()
        self.stray = self.stray or item is None
        self.unproven = self.unproven or not admitted
        if item is None or not admitted:
            raise SkipFile
        if sum(file.item == field_name for file in self.files) >= item.max_files:
            self._refuse(Problem(field_name, Fault.TOO_MANY_FILES, item.max_files))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold a piece, or stop holding once the file is over its limit."""
        item = self.items[self.field_name or ""]
        if start + len(raw_data) > item.max_bytes:
            self.held = bytearray()
            self._refuse(Problem(item.name, Fault.FILE_TOO_BIG, item.max_bytes))
        self.held += raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's shape; our own count is the length
        name = unicodedata.normalize("NFC", self.file_name or "")
        self.files.append(UploadedFile(name, bytes(self.held), self.field_name or ""))
        self.held = bytearray()

    def _refuse(self, problem: Problem) -> None:
        self.problems.setdefault(problem.item, problem)
        raise SkipFile


def read(request: HttpRequest, items: tuple[Item, ...], admits: Callable[[str], bool]) -> Posted:
    """Read a form; raises BodyTooLarge (nothing read) or BadRequest (not a form).

    items:  the items the form asks for
    admits: says whether a served token lets files in
    """
    takers = {item.name: item for item in items if item.kind == ItemKind.FILES}
    if announced(request) > most_bytes(takers):
        raise BodyTooLarge("the form is larger than all its limits together")
    if request.content_type == "multipart/form-data":
        return _parse(request, takers, admits)
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadRequest("the body is no form")
    return Posted(_last(request.POST), (), (), stray_files=False)


def _parse(request: HttpRequest, takers: Mapping[str, Item], admits: Callable[[str], bool]) -> Posted:
    # The parser keeps the words it has read so far in `_post`; it offers nobody another way to see them.
    handler = HeldInMemory(takers, lambda: admits(str(parser._post.get("served", ""))))  # type: ignore[attr-defined] # noqa: SLF001
    body = Watched(request)
    parser = _parser(request, body, handler)
    try:
        words = parser.parse()[0]
    except MultiPartParserError as error:
        raise BadRequest("the form could not be read") from error
    except TooManyFilesSent:  # the words came before the files: they are not lost with them
        return _too_many_files(parser._post, handler)  # type: ignore[attr-defined] # noqa: SLF001 - as above
    if not body.ends_with(parser._boundary):  # type: ignore[attr-defined] # noqa: SLF001 - as above
        raise BadRequest("the form broke off on its way")
    return Posted(_last(words), tuple(handler.files), tuple(handler.problems.values()), handler.stray, handler.unproven)


def _parser(request: HttpRequest, body: Watched, handler: HeldInMemory) -> MultiPartParser:
    try:
        return MultiPartParser(request.META, body, [handler], "utf-8")  # type: ignore[arg-type] # it only reads
    except MultiPartParserError as error:
        raise BadRequest("the form has no boundary") from error


def _too_many_files(words: QueryDict, handler: HeldInMemory) -> Posted:
    """Tell more files than any form may have like one file too many, and hold none of them."""
    item = handler.items.get(handler.field_name or "")
    problems = (Problem(item.name, Fault.TOO_MANY_FILES, item.max_files),) if item else ()
    return Posted(_last(words), (), problems, stray_files=handler.stray)


def most_bytes(takers: Mapping[str, Item]) -> int:
    """Return how long a body may say it is: every limit together, and some slack for a kind answer."""
    return WORDS_BYTES + SLACK * sum(item.max_files * item.max_bytes for item in takers.values())


def _last(words: QueryDict) -> dict[str, str]:
    """Return one value for each field: no form of ours has a field twice."""
    return {name: str(words.get(name, "")) for name in words}


def announced(request: HttpRequest) -> int:
    """Return how long a body says it is."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
