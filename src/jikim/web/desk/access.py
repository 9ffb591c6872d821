"""The review of access records: who did what with which inquiry from where, by person and day.

No line names anybody who wrote to us.

Source: Safety Measures Standard art. 8(2).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jikim.clock import policy_today
from jikim.domain.staff import Task
from jikim.queries import access, staff
from jikim.queries.access import Access
from jikim.queries.desk import DeskSession
from jikim.web.desk.door import door


@dataclass(frozen=True, slots=True)
class Line:
    """One access in words."""

    access: Access
    who: str
    number: str
    task: str


@require_GET
@door(Task.EVIDENCE)
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    day, mistake = _day(request.GET.get("on", ""))
    who = _uuid(request.GET.get("who", ""))
    names = {person.id: person.name or person.username for person in staff.people()}
    shown, count = access.accesses(on=day, account_id=who)
    context = {
        "lines": [Line(one, _name(names, one), str(one.record_id or "")[:8], _task(one.task)) for one in shown],
        "left_out": count - len(shown), "people": names.items(), "who": who, "on": day, "today": policy_today(),
        "digest": access.told_digest(day) if day else "", "mistake": mistake, "here": "access",
    }  # fmt: skip
    return render(request, "desk/access.html", context, status=422 if mistake else 200)


def _task(task: str) -> str:
    told = {
        "open": _("opened it"),
        "file": _("took a file"),
        "reply": _("answered"),
        "resolve": _("resolved it"),
        "reopen": _("took that back"),
        "take-in": _("took it in"),
        "hold": _("decided on a hold"),
        "sign-in": _("signed in"),
        "sign-out": _("signed out"),
    }
    return told.get(task, task)


def _name(names: dict[UUID, str], one: Access) -> str:
    return names.get(one.account_id, _("nobody known")) if one.account_id else _("before there were accounts")


def _day(written: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(written), "") if written else (None, "")
    except ValueError:
        return None, _("This is not a day, like 2026-10-02.")


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
