"""Letters that wait and letters that came to nothing: how many and why, and of which inquiry; never to whom."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jikim.domain.delivery import Letter, MailState
from jikim.queries import mail
from jikim.queries.desk import DeskSession
from jikim.queries.mail import Sent
from jikim.web.desk.door import door


@dataclass(frozen=True, slots=True)
class Line:
    """One letter that came to nothing, in words."""

    record_id: UUID
    number: str
    letter: str
    ended: str
    trouble: str


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    post, failed = mail.post(), tuple(map(_line, mail.failures()))
    left_out = sum(count for *_which, count in post.failed) - len(failed)
    return render(request, "desk/mail.html", {"post": post, "failed": failed, "left_out": left_out, "here": "today"})


def failed_of(record_id: UUID) -> tuple[Line, ...]:
    """Tell the letters of one inquiry that came to nothing: its person may have to be reached another way."""
    return tuple(map(_line, mail.failures(record_id)))


def _line(sent: Sent) -> Line:
    return Line(sent.record_id, str(sent.record_id)[:8], _about(sent.letter), _ended(sent.state), sent.trouble)


def _about(letter: Letter) -> str:
    return {
        Letter.RECEIPT: _("that it has come in"),
        Letter.ANSWER: _("that an answer can be read"),
        Letter.RESOLVED: _("that it was resolved"),
        Letter.CLOSED: _("that it was closed at its own page"),
        Letter.REOPENED: _("that it is open again"),
    }[letter]


def _ended(state: MailState) -> str:
    return {
        MailState.REFUSED: _("Refused by our own gate; it never left"),
        MailState.UNDELIVERABLE: _("The mail server will not take it"),
        MailState.GIVEN_UP: _("Given up after every try"),
    }[state]
