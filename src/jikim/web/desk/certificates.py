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

MOST_LINES = 200  # of one page


@require_GET
@door(Task.EVIDENCE)
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    lines = [(view, str(view.record_id)[:8], told.reason(view.reason)) for view in certificates.latest(MOST_LINES)]
    return render(request, "desk/certificates.html", {"lines": lines, "here": "certificates"})


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
