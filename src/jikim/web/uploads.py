"""Reading a form with files: each is sealed while it arrives, within limits, and refused while it is read.

Text fields stand before files in our forms, so the served token has been read when the first file begins: without a
token the files are read past and forgotten. What is over a limit is read past too, so that the words typed beside it
are not lost; only a body beyond the whole bound is refused unread. Files that arrived wait for half an hour where the
form has to be shown again (`web/waiting.py`).
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict

from jikim.actions import arrivals
from jikim.actions.arrivals import Arriving
from jikim.domain import intake
from jikim.domain.inquiry import Item
from jikim.domain.intake import Fault, Problem, UploadedFile
from jikim.domain.terms import ItemKind
from jikim.sealing.errors import StoreUnavailable
from jikim.web import waiting
from jikim.web.multipart import FormReader
from jikim.web.waiting import Brought, Files

WORDS_BYTES = 4 * 1024 * 1024  # text fields, their names and the boundaries between them
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

    def new_file(self, field_name: str, file_name: str, *_more: object, **_extra: object) -> None:
        """Refuse a file before its first byte: unproven form, unknown field, one too many, no room."""
        self.field_name = field_name
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
            self._refuse(Problem(item.name, Fault.FILE_TOO_BIG, item.max_bytes, intake.shown(arriving.name)))
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
        numbered = Problem(item.name, Fault.NUMBERED, file=intake.shown(file.name))
        if problem := numbered if file.is_numbered else intake.of_file(item, file):
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
    words = _last(request.POST)
    return Posted(waiting.others(words), Files((), _brought(words, form_of), may_wait), (), stray_files=False)


def _parse(
    request: HttpRequest,
    takers: Mapping[str, Item],
    form_of: Callable[[str], str],
    may_wait: Callable[[int], bool],
) -> Posted:
    def brought() -> Brought | None:
        return _brought(reader.words, form_of) if form_of(reader.words.get("served", "")) else None

    handler = SealedOnArrival(takers, brought)
    reader = FormReader(request, request.META.get("CONTENT_TYPE", ""), handler)
    try:
        _read(reader, handler)
    except BaseException:
        handler.abandon_all()
        raise
    finally:
        handler.brought = Brought  # it led back to the reader: in a circle, what opens the files would outlive the page
    files = Files(
        tuple(handler.arrived),
        _brought(reader.words, form_of),
        may_wait,
        is_short=handler.had_no_room or handler.unproven,
    )
    problems = tuple(handler.problems.values())
    return Posted(waiting.others(reader.words), files, problems, handler.stray, handler.unproven)


def _brought(words: Mapping[str, str], form_of: Callable[[str], str]) -> Brought:
    """Return the files that waited for a form; most forms have none, and then its token is not read for them."""
    has_slips = any(name.startswith(waiting.SLIP) for name in words)
    return waiting.brought(words, form_of(words.get("served", ""))) if has_slips else Brought()


def _read(reader: FormReader, handler: SealedOnArrival) -> None:
    try:
        reader.read()
    except TooManyFilesSent:  # the words came before the files: they are not lost with them
        if item := handler.items.get(handler.field_name or ""):
            handler.problems.setdefault(item.name, Problem(item.name, Fault.TOO_MANY_FILES, item.max_files))


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
