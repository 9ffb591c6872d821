"""The inbox: states, ages and counts. No line says who wrote or what; that takes opening one, which is recorded."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jikim.clock import policy_today
from jikim.domain.period import legal_day
from jikim.domain.terms import RecordState
from jikim.queries import inquiries
from jikim.queries.desk import DeskSession
from jikim.queries.inquiries import InboxRow
from jikim.web import asking
from jikim.web.desk.door import door

FOLDERS: dict[str, tuple[RecordState, ...]] = {
    "open": inquiries.OPEN,
    "resolved": (RecordState.RESOLVED,),
    "set-aside": (RecordState.SET_ASIDE,),
    "destroyed": (RecordState.DESTROYED,),
}


@dataclass(frozen=True, slots=True)
class Line:
    row: InboxRow
    number: str  # the first letters of its id, to talk about
    received_on: date
    age_days: int
    language: str  # by its own name
    lacks_class: bool  # its person closed it, and nobody has said yet what kind of record it is


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    folder = request.GET.get("folder", "open")
    folder = folder if folder in FOLDERS else "open"
    today = policy_today()
    lines = [_line(row, today) for row in inquiries.inbox(*FOLDERS[folder])]
    return render(request, "desk/inbox.html", {"lines": lines, "folder": folder, "folders": FOLDERS, "here": "inbox"})


def _line(row: InboxRow, today: date) -> Line:
    received = legal_day(row.received_at)
    lacks_class = row.state == RecordState.RESOLVED and not row.record_class
    spoken = asking.SPOKEN.get(row.language, row.language)
    return Line(row, str(row.record_id)[:8], received, (today - received).days, spoken, lacks_class)
