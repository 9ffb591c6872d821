"""The people at the desk, for the officer: invite, give other roles, end an account. A link is shown once."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikim import environment
from jikim.actions import desk as links
from jikim.actions import staff as doing
from jikim.actions.staff import LastOfficer
from jikim.domain.errors import Misused
from jikim.domain.staff import StaffRole, Task, read_roles
from jikim.queries import staff
from jikim.queries.desk import ENDED, WORKING, DeskSession
from jikim.queries.staff import Person
from jikim.web.desk.accounts import carried, codes
from jikim.web.desk.accounts.carried import LastFactor
from jikim.web.desk.door import door
from jikim.web.links import link


@dataclass(frozen=True, slots=True)
class Line:
    """One person, in words."""

    person: Person
    roles: tuple[str, ...]
    works: bool
    has_ended: bool


@require_http_methods(["GET", "POST"])
@door(Task.INVITE)
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Show everybody; with POST, make an invitation and show its link."""
    if request.method != "POST":
        return _show(request)
    try:
        token = links.invite(read_roles(request.POST.getlist("role")), session_id=session.id)
    except Misused:
        return _show(request, mistake=_("Choose at least one role."))
    return _show(request, invitation=environment.desk_url() + reverse("desk:enter", args=[token]))


@require_GET
@door(Task.INVITE)
def one(request: HttpRequest, session: DeskSession, account_id: UUID) -> HttpResponse:
    return _one(request, session, account_id, "")


@require_POST
@door(Task.INVITE)
def roles(request: HttpRequest, session: DeskSession, account_id: UUID) -> HttpResponse:
    """Give an account other roles."""
    try:
        doing.change_roles(account_id, read_roles(request.POST.getlist("role")), session_id=session.id)
    except LastOfficer:
        return _one(request, session, account_id, _last_officer())
    except Misused:
        return _one(request, session, account_id, _("Choose at least one role."))
    return redirect(link(request, "desk:people"))


@require_POST
@door(Task.INVITE)
def end(request: HttpRequest, session: DeskSession, account_id: UUID) -> HttpResponse:
    """End an account at once. Nobody does so by a slip: it takes a tick beside the button."""
    if request.POST.get("sure") != "yes":
        return _one(request, session, account_id, _("Tick that you are sure. Nothing was changed."))
    try:
        doing.end(account_id, session_id=session.id)
    except LastOfficer:
        return _one(request, session, account_id, _last_officer())
    except Misused:
        raise Http404 from None
    codes.forget_all(account_id)
    return redirect(link(request, "desk:people"))


@require_POST
@door(Task.INVITE)
def drop(request: HttpRequest, session: DeskSession, account_id: UUID, factor: int) -> HttpResponse:
    """Take away a second factor that a colleague has lost."""
    try:
        if not carried.take_away(account_id, factor, session_id=session.id):
            raise Http404
    except LastFactor:
        told = _("Nothing would be left to sign in with. End the account and invite the person anew.")
        return _one(request, session, account_id, told)
    return redirect(link(request, "desk:person", account_id))


def role_names() -> dict[str, str]:
    """Return each role as people call it."""
    return {
        StaffRole.HANDLER.value: _("Handler"),
        StaffRole.OFFICER.value: _("Privacy officer"),
        StaffRole.APPROVER.value: _("Approver"),
    }


def role_tasks() -> list[tuple[str, str, str]]:
    """Return each role, what people call it, and what it may, to choose from."""
    told = {
        StaffRole.HANDLER.value: _("Opens inquiries, answers and resolves them."),
        StaffRole.OFFICER.value: _("Does that too, and invites people, decides on holds and reads the evidence."),
        StaffRole.APPROVER.value: _("Lets a large destruction go; opens no inquiry."),
    }
    return [(role, name, told[role]) for role, name in role_names().items()]


def _show(request: HttpRequest, *, invitation: str = "", mistake: str = "") -> HttpResponse:
    context = {
        "lines": [_line(person) for person in staff.people()], "choices": role_tasks(), "chosen": (),
        "invitation": invitation, "mistake": mistake, "here": "people",
    }  # fmt: skip
    return render(request, "desk/people.html", context, status=422 if mistake else 200)


def _one(request: HttpRequest, session: DeskSession, account_id: UUID, mistake: str) -> HttpResponse:
    person = next((person for person in staff.people() if person.id == account_id and person.state == WORKING), None)
    if person is None:
        raise Http404
    context = {
        "line": _line(person), "choices": role_tasks(), "chosen": person.roles, "mistake": mistake, "here": "people",
        "is_me": person.id == session.account_id, "factors": carried.factors_of(person.id),
    }  # fmt: skip
    return render(request, "desk/person.html", context, status=422 if mistake else 200)


def _line(person: Person) -> Line:
    names = role_names()
    shown = tuple(names[role] for role in person.roles)
    return Line(person, shown, person.state == WORKING, person.state == ENDED)


def _last_officer() -> str:
    return _("Nobody else is the privacy officer. Give somebody else that role first.")
