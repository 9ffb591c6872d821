"""One record, opened: reading it is written down before anything is shown. Source: Safety Measures Standard art. 8."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jikim.actions import inquiries as doing
from jikim.actions.inquiries import AlreadyLeft
from jikim.clock import policy_today
from jikim.domain.errors import Misused
from jikim.domain.staff import Task, may
from jikim.queries import by_hand, certificates, inquiries
from jikim.queries.desk import DeskSession
from jikim.queries.inquiries import InquiryStatus
from jikim.queries.policies import governing
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, attachments, errors, lives, turns
from jikim.web import by_hand as told_by_hand
from jikim.web.desk import mail
from jikim.web.desk.door import door
from jikim.web.links import link


@require_GET
@door(Task.HANDLE)
def page(request: HttpRequest, session: DeskSession, record_id: UUID) -> HttpResponse:
    return show(request, session, record_id)


@require_POST
@door(Task.HANDLE)
def reply(request: HttpRequest, session: DeskSession, record_id: UUID) -> HttpResponse:
    """Send an answer; words that cannot be sent come back with the reason."""
    words = request.POST.get("words", "")
    try:
        doing.reply(record_id, words, session_id=session.id)
    except AlreadyLeft:
        over = _("This inquiry is over; it cannot be answered any more.")
        return show(request, session, record_id, words=words, mistake=over)
    except Misused:
        return show(request, session, record_id, words=words, mistake=_("The answer is empty or too long."))
    except KeyringUnavailable:
        return errors.away(request, typed=words)
    return redirect(link(request, "desk:record", record_id))


@require_POST
@door(Task.HANDLE)
def file(request: HttpRequest, session: DeskSession, record_id: UUID, value_id: UUID) -> HttpResponse:
    """Hand one attached file over; it is downloaded, never shown inside our pages."""
    try:
        content = doing.open_file(record_id, value_id, session_id=session.id)
    except (AlreadyLeft, Misused):
        raise Http404 from None
    return attachments.handed_over(content, request.POST.get("name", ""))


def show(
    request: HttpRequest, session: DeskSession, record_id: UUID, *, words: str = "", mistake: str = ""
) -> HttpResponse:
    """Open one record and show it, with the answer that is being written."""
    status = found(record_id)
    policy, language = governing(status.policy_number).policy, asking.language(request)
    opened = doing.open_record(record_id, session_id=session.id)
    life, how = inquiries.life(record_id), by_hand.of(record_id)
    context = {
        "status": status,
        "closed": status.is_over(policy_today()),
        "number": str(record_id)[:8],
        "class_label": lives.class_label(policy, status.record_class, language) if status.record_class else "",
        "turns": turns.of(opened, policy, language, traces=False),
        "points": lives.points(life, policy, language, agreed=how is None),
        "keepings": lives.keepings(life.items, policy, language),
        "certificates": certificates.of(record_id),
        "decides_holds": may(session.roles, Task.HOLD),
        "failed_letters": mail.failed_of(record_id),
        "came_by_hand": told_by_hand.told(how, language),
        "words": words,
        "mistake": mistake,
        "here": "inbox",
    }
    return render(request, "desk/record.html", context, status=422 if mistake else 200)


def found(record_id: UUID) -> InquiryStatus:
    status = inquiries.status(record_id)
    if status is None:
        raise Http404
    return status
