"""Large destructions that wait for a yes: exactly what is listed, who has signed, and until when it comes in time.

Source: Standard Guideline art. 10(3), (4); Safety Measures Standard, annex.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikim.actions.approvals import approve, ask, vouch_for_clock
from jikim.domain.approval import PEOPLE, NotApproved
from jikim.domain.passkey import AssertionRefused
from jikim.domain.staff import Task, may
from jikim.queries import approvers, rails, staff
from jikim.queries.desk import DeskSession
from jikim.queries.policies import in_force
from jikim.queries.rails import Waiting
from jikim.sealing.webauthn import Assertion
from jikim.web import asking
from jikim.web.desk import steps
from jikim.web.desk.accounts import approving
from jikim.web.desk.door import door
from jikim.web.links import link

NO_ANSWER = Assertion(b"", b"", b"", b"")  # where a form brings none: the key daemon says no to it as to any other


@dataclass(frozen=True, slots=True)
class Signed:
    """One yes, by whom and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One list that waits."""

    waiting: Waiting
    digest: str
    values: int
    records: int
    signatures: tuple[Signed, ...]


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    context = {"lines": [_line(one, {}) for one in rails.waiting()], "alone": approvers.works_alone(), "here": "due"}
    return render(request, "desk/approvals.html", {**context, "people": PEOPLE})


@require_http_methods(["GET", "POST"])
@door()
def one(request: HttpRequest, session: DeskSession, digest: str) -> HttpResponse:
    """Show one list whole; with POST, say yes to it as it was shown, by a passkey's answer."""
    if request.method != "POST":
        return _one(request, session, digest)
    answer = approving.answer(request)
    try:
        approve(digest, answer or NO_ANSWER, session_id=session.id)
    except NotApproved:
        told = _("Your yes was not taken: the list has changed or is done, or you said yes already.")
        return _one(request, session, digest, told)
    except AssertionRefused:
        told = _("Your yes was not taken: no passkey that counts answered in time. Read the list again and retry.")
        return _one(request, session, digest, told)
    return redirect(link(request, "desk:approval", digest))


@require_POST
@door(Task.HOLD)
def clock(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Say that the clock is right, so that the work goes on."""
    vouch_for_clock(session_id=session.id)
    return redirect(link(request, "desk:today"))


def _one(request: HttpRequest, session: DeskSession, digest: str, mistake: str = "") -> HttpResponse:
    found = next((each for each in rails.waiting() if each.approval.digest == digest), None)
    if found is None and not mistake:
        raise Http404
    if found is None:
        return render(request, "desk/approval_gone.html", {"mistake": mistake, "here": "due"}, status=409)
    published, language = in_force(), asking.language(request)
    policy = published.policy if published else None
    told, left_out = steps.told(found.approval.listed, policy, language)
    signed = any(signature.by == session.account_id for signature in found.approval.signatures)
    context = {
        "line": _line(found, {person.id: person.name or person.username for person in staff.people()}),
        "steps": told, "left_out": left_out, "alone": approvers.works_alone(), "people": PEOPLE,
        "may_sign": may(session.roles, Task.APPROVE) and not signed, "has_signed": signed, "mistake": mistake,
        "here": "due",
    }  # fmt: skip
    counting = approvers.counting(session.account_id) if context["may_sign"] else ()
    if counting:
        context["question"] = approving.question(ask(digest, session_id=session.id), session.account_id, counting)
    return render(request, "desk/approval.html", context, status=409 if mistake else 200)


def _line(waiting: Waiting, names: Mapping[UUID, str]) -> Line:
    listed = waiting.approval.listed
    signatures = tuple(Signed(names.get(one.by, _("nobody known")), one.at) for one in waiting.approval.signatures)
    return Line(waiting, waiting.approval.digest, len(listed), len(Counter(a.record_id for a in listed)), signatures)
