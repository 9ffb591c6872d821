"""Letters that wait and letters that came to nothing: how many and why; never to whom."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jikim.domain.delivery import MailState
from jikim.queries import mail
from jikim.queries.desk import DeskSession
from jikim.web.desk.door import door


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    post = mail.post()
    failed = [(_ended(state), trouble, count) for state, trouble, count in post.failed]
    return render(request, "desk/mail.html", {"post": post, "failed": failed, "here": "today"})


def _ended(state: str) -> str:
    return {
        MailState.REFUSED.value: _("Refused by our own gate; it never left"),
        MailState.UNDELIVERABLE.value: _("The mail server will not take it"),
        MailState.GIVEN_UP.value: _("Given up after every try"),
    }.get(state, state)
