"""Certificates of destruction, for the desk to read, print and hand over."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jikim.domain.staff import Task
from jikim.queries import certificates, inquiries
from jikim.queries.desk import DeskSession
from jikim.queries.policies import governing
from jikim.web import asking, attachments
from jikim.web import certificates as told
from jikim.web.desk.door import door

MOST_LINES = 100  # of one page


@require_GET
@door(Task.EVIDENCE)
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    number, last = _number(request.GET.get("page", "")), max(1, -(-certificates.count() // MOST_LINES))
    if number > last:
        raise Http404
    shown = certificates.latest(MOST_LINES, (number - 1) * MOST_LINES)
    context = {
        "lines": [(view, str(view.record_id)[:8], told.reason(view.reason)) for view in shown],
        "number": number, "last": last, "newer": number - 1, "older": number + 1 if number < last else 0,
        "log_key": shown[0].document["log_key"] if shown else "", "here": "certificates",
    }  # fmt: skip
    return render(request, "desk/certificates.html", context)


def _number(written: str) -> int:
    """Return which page is asked for, the first when none is; raises Http404 for what is no page."""
    if not written:
        return 1
    if not written.isascii() or not written.isdigit() or not int(written[:9]):
        raise Http404
    return int(written[:9])


@require_GET
@door(Task.EVIDENCE)
def one(request: HttpRequest, session: DeskSession, certificate_id: UUID) -> HttpResponse:  # noqa: ARG001 - see above
    view = certificates.one(certificate_id)
    if view is None:
        raise Http404
    if request.GET.get("form") == "json":
        return attachments.document(view)
    status = inquiries.status(view.record_id)
    if status is None:
        raise Http404
    sheet = told.sheet(view, governing(status.policy_number).policy, asking.language(request))
    return render(request, "desk/certificate.html", {"sheet": sheet, "here": "certificates"})
