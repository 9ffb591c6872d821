"""The plan of a day: what is set aside, what is destroyed, and the digest that carries out exactly this."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jikim.clock import policy_today
from jikim.domain.destruction import Action
from jikim.domain.policy import Policy
from jikim.queries import due, holds, rails, stuck
from jikim.queries.desk import DeskSession
from jikim.queries.policies import in_force
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, lives
from jikim.web.desk import holds as told_holds
from jikim.web.desk import steps
from jikim.web.desk.door import door


@dataclass(frozen=True, slots=True)
class Line:
    """One value that is not carried out, in words."""

    action: Action
    number: str
    label: str
    is_late: bool  # of today's plan only: a later day is planned as if nothing were done until then


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:  # noqa: ARG001 - asked for by the door
    today = policy_today()
    on, mistake = _day(request.GET.get("on", ""), today)
    plan, published = due.plan(on), in_force()
    policy = published.policy if published else None
    language = asking.language(request)
    told, left_out = steps.told(plan.actions, policy, language, late_before=on if on == today else date.min)
    held = [
        (line(one.action, policy, language, is_late=one.late), _reasons(one.holds))
        for one in plan.withheld[: steps.MOST]
    ]
    awaiting = [line(action, policy, language, is_late=_is_late(action, on)) for action in plan.awaiting[: steps.MOST]]
    context = {
        "plan": plan, "steps": told, "today": today, "is_today": on == today, "mistake": mistake,
        "left_out": left_out, "held": held, "held_left_out": len(plan.withheld) - len(held),
        "awaiting": awaiting, "awaiting_left_out": len(plan.awaiting) - len(awaiting),
        "stuck": [(one, str(one.record_id)[:8]) for one in stuck.every()], "waiting": _waiting(), "here": "due",
    }  # fmt: skip
    return render(request, "desk/due.html", context, status=422 if mistake else 200)


def _day(written: str, today: date) -> tuple[date, str]:
    try:
        return (date.fromisoformat(written), "") if written else (today, "")
    except ValueError:
        return today, _("This is not a day, like 2026-10-02.")


def line(action: Action, policy: Policy | None, language: str, *, is_late: bool = False) -> Line:
    """Tell one value of a plan."""
    return Line(
        action=action,
        number=str(action.record_id)[:8],
        label=lives.item_label(policy, action.item, language) if policy else action.item,
        is_late=is_late,
    )


def _is_late(action: Action, on: date) -> bool:
    return action.due_by < on == policy_today()


def _reasons(hold_ids: tuple[UUID, ...]) -> str:
    found = {hold.id: hold.reason for hold in holds.every()}
    return ", ".join(sorted({told_holds.reason(found[one]) for one in hold_ids if one in found}))


def _waiting() -> int:
    """Count the values that wait for a yes; none while the keyring cannot be asked who said it."""
    try:
        return sum(len(one.approval.listed) for one in rails.waiting())
    except KeyringUnavailable:
        return 0
