"""Reading a form with files: each is sealed while it arrives, within limits, and refused while it is read.

Text fields stand before files in our forms, so the served token has been read when the first file begins: without a
token the files are read past and forgotten. What is over a limit is read past too, so that the words typed beside it
are not lost; only a body beyond the whole bound is refused unread. Files that arrived wait for half an hour where the
form has to be shown again (`web/waiting.py`).
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import BadRequest, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from jikim.actions import arrivals
from jikim.actions.arrivals import Arriving
from jikim.domain import intake
from jikim.domain.inquiry import Item
from jikim.domain.intake import Fault, Problem, UploadedFile
from jikim.domain.terms import ItemKind
from jikim.sealing.errors import StoreUnavailable
from jikim.web import waiting
from jikim.web.waiting import Brought, Files

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
    """What a form sent: its words, its files within limits, and what was wrong with the others.

    Leave it as a context once it is answered: then what was neither stored nor offered again is let go.
    """

    words: Mapping[str, str]
    files: Files
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


class SealedOnArrival(FileUploadHandler):
    """Seals the files of the items that take files, and notes the first fault of each item."""

    def __init__(self, items: Mapping[str, Item], brought: Callable[[], Brought | None]) -> None:
        """Take what files are asked for, and what tells which ones wait for this form: None for an unproven form."""
        super().__init__()
        self.items, self.brought = items, brought
        self.arrived: list[UploadedFile] = []
        self.problems: dict[str, Problem] = {}
        self.stray = self.unproven = self.had_no_room = False
        self.arriving: Arriving | None = None
        self.is_taken = False  # whether somebody answers for what arrived

    def new_file(self, field_name: str, file_name: str, *args: object, **extra: object) -> None:
        """Refuse a file before its first byte: unproven form, unknown field, one too many, no room."""
        super().new_file(field_name, file_name, *args, **extra)  # type: ignore[arg-type] # passed on as they came
        item, brought = self.items.get(field_name), self.brought()
        self.stray = self.stray or item is None
        self.unproven = self.unproven or brought is None
        if item is None or brought is None or self.had_no_room:
            raise SkipFile
        if sum(file.item == field_name for file in (*brought.files, *self.arrived)) >= item.max_files:
            self._refuse(Problem(field_name, Fault.TOO_MANY_FILES, item.max_files))
        self._while_there_is_room(lambda: self._begin(unicodedata.normalize("NFC", file_name), field_name))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal a piece, or let go of the file once it is over its limit."""
        item, arriving = self.items[self.field_name or ""], self.arriving
        if arriving is None:
            raise SkipFile
        if start + len(raw_data) > item.max_bytes:
            self.abandon()
            self._refuse(Problem(item.name, Fault.FILE_TOO_BIG, item.max_bytes))
        self._while_there_is_room(lambda: arriving.write(raw_data))

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's shape; our own count is the length
        if self.arriving is None:
            return
        try:
            file = self.arriving.end()
        except StoreUnavailable:
            self.had_no_room, self.arriving = True, None
            return
        self.arriving = None
        item = self.items[file.item]
        problem = Problem(item.name, Fault.NUMBERED) if file.is_numbered else intake.of_file(item, file)
        if problem:
            arrivals.let_go(file)
            self.problems.setdefault(item.name, problem)
        else:
            self.arrived.append(file)

    def upload_interrupted(self) -> None:
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file that is arriving."""
        if self.arriving:
            self.arriving.abandon()
            self.arriving = None

    def abandon_all(self) -> None:
        """Let go of everything that came: the form itself could not be read."""
        self.abandon()
        for file in self.arrived:
            arrivals.let_go(file)

    def _begin(self, file_name: str, item: str) -> None:
        self.arriving = Arriving(file_name, item)

    def _while_there_is_room(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StoreUnavailable:
            self.had_no_room, self.arriving = True, None
            raise SkipFile from None

    def _refuse(self, problem: Problem) -> None:
        self.problems.setdefault(problem.item, problem)
        raise SkipFile


def read(
    request: HttpRequest,
    items: tuple[Item, ...],
    form_of: Callable[[str], str],
    may_wait: Callable[[int], bool] = lambda _bytes: True,
) -> Posted:
    """Read a form; raises BodyTooLarge (nothing read) or BadRequest (not a form), and nothing of it is left.

    items:    the items the form asks for
    form_of:  returns the random name of the form that a served token was made for; "" for none of ours
    may_wait: says whether so many bytes of this sender may wait, should the form have to be shown again
    """
    takers = {item.name: item for item in items if item.kind == ItemKind.FILES}
    if announced(request) > most_bytes(takers):
        raise BodyTooLarge("the form is larger than all its limits together")
    if request.content_type == "multipart/form-data":
        return _parse(request, takers, form_of, may_wait)
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadRequest("the body is no form")
    files = Files((), _brought(request.POST, form_of), may_wait)
    return Posted(waiting.others(_last(request.POST)), files, (), stray_files=False)


def _parse(
    request: HttpRequest,
    takers: Mapping[str, Item],
    form_of: Callable[[str], str],
    may_wait: Callable[[int], bool],
) -> Posted:
    def brought() -> Brought | None:
        # The parser keeps the words it has read so far in `_post`; it offers nobody another way to see them.
        words: QueryDict = parser._post  # type: ignore[attr-defined] # noqa: SLF001
        return _brought(words, form_of) if form_of(str(words.get("served", ""))) else None

    handler, body = SealedOnArrival(takers, brought), Watched(request)
    parser = _parser(request, body, handler)
    try:
        words = _words(parser, body, handler)
    except BaseException:
        handler.abandon_all()
        raise
    finally:
        handler.brought = Brought  # it led back to the parser: in a circle, what opens the files would outlive the page
    files = Files(
        tuple(handler.arrived), _brought(words, form_of), may_wait, is_short=handler.had_no_room or handler.unproven
    )
    problems = tuple(handler.problems.values())
    return Posted(waiting.others(_last(words)), files, problems, handler.stray, handler.unproven)


def _brought(words: QueryDict, form_of: Callable[[str], str]) -> Brought:
    """Return the files that waited for a form; most forms have none, and then its token is not read for them."""
    has_slips = any(name.startswith(waiting.SLIP) for name in words)
    return waiting.brought(words, form_of(str(words.get("served", "")))) if has_slips else Brought()


def _words(parser: MultiPartParser, body: Watched, handler: SealedOnArrival) -> QueryDict:
    try:
        words = parser.parse()[0]
    except MultiPartParserError as error:
        raise BadRequest("the form could not be read") from error
    except TooManyFilesSent:  # the words came before the files: they are not lost with them
        if item := handler.items.get(handler.field_name or ""):
            handler.problems.setdefault(item.name, Problem(item.name, Fault.TOO_MANY_FILES, item.max_files))
        return parser._post  # type: ignore[attr-defined,no-any-return] # noqa: SLF001 - as above
    if not body.ends_with(parser._boundary):  # type: ignore[attr-defined] # noqa: SLF001 - as above
        raise BadRequest("the form broke off on its way")
    return words


def _parser(request: HttpRequest, body: Watched, handler: SealedOnArrival) -> MultiPartParser:
    try:
        return MultiPartParser(request.META, body, [handler], "utf-8")  # type: ignore[arg-type] # it only reads
    except MultiPartParserError as error:
        raise BadRequest("the form has no boundary") from error


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
