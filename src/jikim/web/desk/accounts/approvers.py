"""Who may approve with which passkey: new ones are shown to everybody while they wait, vouched for, or taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikim.actions import passkeys as doing
from jikim.clock import wall_now
from jikim.domain.errors import Misused
from jikim.domain.passkey import AssertionRefused, Passkey
from jikim.domain.staff import Task, may
from jikim.queries import approvers, staff
from jikim.queries.desk import DeskSession
from jikim.queries.staff import Person
from jikim.web.desk.accounts import approving
from jikim.web.desk.door import door
from jikim.web.links import link


@dataclass(frozen=True, slots=True)
class Line:
    """One passkey, in words."""

    passkey: Passkey
    who: str
    waits: bool
    is_mine: bool
    may_retire: bool


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    people, known, without = _people(), approvers.passkeys(), approvers.lacking()
    lines = [_line(one, people, session) for one in known]
    context = {
        "lines": lines, "here": "due",
        "may_vouch": may(session.roles, Task.APPROVE) and bool(approvers.counting(session.account_id)),
        "unknown": approving.new_ones(session.account_id, known) if may(session.roles, Task.APPROVE) else 0,
        "without": [people[one].name or people[one].username for one in without],
        "lacks": session.account_id in without, "mine": any(line.is_mine for line in lines),
    }  # fmt: skip
    return render(request, "desk/approvers.html", context)


@require_POST
@door(Task.APPROVE)
def enroll(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Let one's own passkeys approve, after the time of waiting."""
    approving.let_own_approve(session)
    return redirect(link(request, "desk:approvers"))


@require_http_methods(["GET", "POST"])
@door(Task.APPROVE)
def vouch(request: HttpRequest, session: DeskSession, passkey_id: UUID) -> HttpResponse:
    """Ask whether a new passkey may count at once; with POST, let it, by the answer of one that counts."""
    if request.method != "POST":
        return _ask(request, session, passkey_id, "")
    answer = approving.answer(request)
    try:
        if answer is not None:
            doing.vouch(passkey_id, answer, session_id=session.id)
            return redirect(link(request, "desk:approvers"))
    except AssertionRefused:
        answer = None
    except Misused:
        raise Http404 from None
    return _ask(request, session, passkey_id, _("No passkey that counts answered in time. Retry."))


@require_POST
@door()
def retire(request: HttpRequest, session: DeskSession, passkey_id: UUID) -> HttpResponse:
    """Let a passkey approve nothing any more."""
    try:
        doing.retire(passkey_id, session_id=session.id)
    except Misused:
        raise Http404 from None
    return redirect(link(request, "desk:approvers"))


def _ask(request: HttpRequest, session: DeskSession, passkey_id: UUID, mistake: str) -> HttpResponse:
    found = next((one for one in approvers.waiting() if one.id == passkey_id), None)
    counting = approvers.counting(session.account_id)
    if found is None or not counting:
        raise Http404
    challenge = doing.ask_to_vouch(passkey_id, session_id=session.id)
    context = {
        "line": _line(found, _people(), session), "mistake": mistake, "here": "due",
        "question": approving.question(challenge, session.account_id, counting),
    }  # fmt: skip
    return render(request, "desk/vouch.html", context, status=422 if mistake else 200)


def _people() -> dict[UUID, Person]:
    return {person.id: person for person in staff.people()}


def _line(passkey: Passkey, people: Mapping[UUID, Person], session: DeskSession) -> Line:
    person, is_mine = people.get(passkey.account_id), passkey.account_id == session.account_id
    who = (person.name or person.username) if person else _("nobody known")
    return Line(passkey, who, passkey.waits(wall_now()), is_mine, is_mine or may(session.roles, Task.INVITE))
