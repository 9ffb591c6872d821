"""Closing an inquiry under a class: what each class keeps and until when is shown before it is chosen, then confirmed.

Source: Privacy Policy, "Retention and use period"; PIPA art. 21. Nothing is given a class by default.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jikim.actions import inquiries as doing
from jikim.actions.inquiries import AlreadyLeft, ClassNeeded, StartEventNeeded, StartEventOver
from jikim.clock import policy_today
from jikim.domain.errors import JikimError, Misused
from jikim.domain.policy import Policy
from jikim.domain.staff import Task
from jikim.queries import inquiries, preview
from jikim.queries.desk import DeskSession
from jikim.queries.policies import governing
from jikim.web import asking, lives
from jikim.web.desk.conversation import found, show
from jikim.web.desk.door import door
from jikim.web.links import link


@dataclass(frozen=True, slots=True)
class Choice:
    """One class to choose, in words: what it keeps, and the event its period starts with."""

    name: str
    label: str
    grounds: tuple[str, ...]
    event: str  # "" when no law asks for the day of an event
    chosen: bool


@require_http_methods(["GET", "POST"])
@door(Task.HANDLE)
def page(request: HttpRequest, session: DeskSession, record_id: UUID) -> HttpResponse:
    """Ask for the class, show what follows from it, and on confirmation do exactly that."""
    if request.method != "POST":
        return _ask(request, record_id, "", "", "")
    record_class, written = request.POST.get("class", ""), request.POST.get("start_event_on", "").strip()
    mistake, start = _checked(record_id, record_class, written)
    if mistake:
        return _ask(request, record_id, record_class, written, mistake)
    try:
        if request.POST.get("step") != "confirm":
            return _preview(request, record_id, record_class, start)
        doing.resolve(record_id, record_class=record_class, start_event_on=start, session_id=session.id)
    except AlreadyLeft:
        over = _("This inquiry is over; its class cannot be changed any more.")
        return show(request, session, record_id, mistake=over)
    except (ClassNeeded, StartEventNeeded, Misused) as refusal:
        return _ask(request, record_id, record_class, written, _refused(refusal))
    return redirect(link(request, "desk:record", record_id))


@require_POST
@door(Task.HANDLE)
def reopen(request: HttpRequest, session: DeskSession, record_id: UUID) -> HttpResponse:
    """Take "resolved" back; the clock that had started is cancelled."""
    try:
        doing.reopen(record_id, session_id=session.id)
    except (AlreadyLeft, Misused):
        return show(request, session, record_id, mistake=_("This inquiry cannot be reopened any more."))
    return redirect(link(request, "desk:record", record_id))


def _checked(record_id: UUID, record_class: str, written: str) -> tuple[str, date | None]:
    """Return what is wrong with the choice ("" when nothing is) and the day that was given."""
    choice = next((choice for choice in inquiries.classes(record_id) if choice.name == record_class), None)
    if choice is None:
        return _("Choose a class."), None
    try:
        start = date.fromisoformat(written) if written else None
    except ValueError:
        return _("This is not a day, like 2026-10-02."), None
    if start is None and choice.needs_start_event:
        return _("The law counts this class from an event. Give the day of that event."), None
    if start is not None and start > policy_today():
        return _("That day has not come yet."), None
    return "", start if choice.needs_start_event else None


def _refused(refusal: JikimError) -> str:
    """Say what the engine would not take. A year far off, as one digit too few makes it, has no known holidays."""
    if isinstance(refusal, Misused):
        return _("No calendar of ours reaches that day. Check its year.")
    if isinstance(refusal, StartEventOver):
        return _("Counted from that day, every period is over. Check its year, or choose a class that no law keeps.")
    return _("Choose a class, and give the day it asks for.")


def _ask(request: HttpRequest, record_id: UUID, chosen: str, written: str, mistake: str) -> HttpResponse:
    status, language = found(record_id), asking.language(request)
    policy = governing(status.policy_number).policy
    context = {
        "status": status,
        "number": str(record_id)[:8],
        "choices": _choices(record_id, policy, language, chosen),
        "written": written,
        "today": policy_today(),
        "mistake": mistake,
        "late": status.awaits_class,
        "here": "inbox",
    }
    return render(request, "desk/resolve.html", context, status=422 if mistake else 200)


def _choices(record_id: UUID, policy: Policy, language: str, chosen: str) -> list[Choice]:
    return [
        Choice(
            choice.name,
            lives.class_label(policy, choice.name, language),
            tuple(_keeps(policy, rule, language) for rule in choice.rules),
            lives.start_event(policy, choice.name) if choice.needs_start_event else "",
            choice.name == chosen,
        )
        for choice in inquiries.classes(record_id)
    ]


def _keeps(policy: Policy, rule_name: str, language: str) -> str:
    rule = next(rule for rule in policy.retention.rules if rule.name == rule_name)
    items = ", ".join(lives.item_label(policy, item, language) for item in rule.items)
    return f"{items}: {lives.ground(policy, rule_name, language)}"


def _preview(request: HttpRequest, record_id: UUID, record_class: str, start: date | None) -> HttpResponse:
    status, language = found(record_id), asking.language(request)
    policy = governing(status.policy_number).policy
    items = preview.of_class(record_id, record_class, start)
    context = {
        "status": status,
        "number": str(record_id)[:8],
        "record_class": record_class,
        "class_label": lives.class_label(policy, record_class, language),
        "start": start,
        "late": status.awaits_class,
        "keepings": lives.keepings(items, policy, language),
        "here": "inbox",
    }
    return render(request, "desk/resolve_preview.html", context)
