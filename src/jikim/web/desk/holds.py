"""Holds: why something is not destroyed yet, who decided it, and when it is looked at again. The officer's pages.

Source: PIPA arts. 15(1)6, 21(1), 37(2)2; Standard Guideline art. 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikim.actions.holds import lift_hold, review_hold, set_hold
from jikim.clock import policy_today
from jikim.domain.hold import MAY_ASK, REVIEW_WITHIN, Hold, HoldReason, HoldRefused
from jikim.domain.period import last_day
from jikim.domain.staff import Task, may
from jikim.queries import holds, inquiries, staff
from jikim.queries.desk import WORKING, DeskSession
from jikim.queries.policies import governing
from jikim.web import asking, lives
from jikim.web.desk.conversation import found
from jikim.web.desk.door import door
from jikim.web.links import link


@dataclass(frozen=True, slots=True)
class Line:
    """One hold in words."""

    hold: Hold
    number: str
    reason: str
    by: str
    asked: str  # the colleague who asked for it; "" where the officer set it unasked
    stands: bool
    needs_review: bool


@dataclass(frozen=True, slots=True)
class Choice:
    word: str
    label: str
    is_chosen: bool


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """List every hold, those to be looked at again first."""
    context = {"lines": lines(holds.every()), "decides": may(session.roles, Task.HOLD), "here": "due"}
    return render(request, "desk/holds.html", context)


@require_http_methods(["GET", "POST"])
@door(Task.HOLD)
def record(request: HttpRequest, session: DeskSession, record_id: UUID) -> HttpResponse:
    """Show the holds of one record; with POST, set one."""
    found(record_id)
    if request.method != "POST":
        return _show(request, session, record_id, {})
    items, words = request.POST.getlist("item"), {name: str(request.POST.get(name, "")) for name in request.POST}
    reason, again_on = words.get("reason", ""), _day(words.get("review_on", ""))
    asked_by = _account(words.get("asked_by", ""))
    if not items or reason not in tuple(HoldReason) or again_on is None:
        told = _("Choose the items, the reason, and the day on which it is looked at again.")
        return _show(request, session, record_id, words, items, told)
    try:
        set_hold(
            record_id, items, HoldReason(reason), review_on=again_on, session_id=session.id, asked_by=asked_by
        )  # fmt: skip
    except HoldRefused:
        return _show(request, session, record_id, words, items, _refused())
    return redirect(link(request, "desk:holds-of", record_id))


@require_POST
@door(Task.HOLD)
def lift(request: HttpRequest, session: DeskSession, record_id: UUID, hold_id: UUID) -> HttpResponse:
    """Lift a hold; what it kept is due from now. Nobody does so by a slip: it takes a tick beside the button."""
    if request.POST.get("sure") != "yes":
        return _show(request, session, record_id, {}, (), _("Tick that what was held may be destroyed."))
    try:
        lift_hold(hold_id, session_id=session.id)
    except HoldRefused:
        return _show(request, session, record_id, {}, (), _("This hold does not stand any more."))
    return redirect(link(request, "desk:holds-of", record_id))


@require_POST
@door(Task.HOLD)
def review(request: HttpRequest, session: DeskSession, record_id: UUID, hold_id: UUID) -> HttpResponse:
    """Let a hold stand on, to be looked at again by another day."""
    again_on = _day(request.POST.get("review_on", ""))
    try:
        if again_on is None:
            return _show(request, session, record_id, {}, (), _("This is not a day, like 2026-10-02."))
        review_hold(hold_id, again_on=again_on, session_id=session.id)
    except HoldRefused:
        return _show(request, session, record_id, {}, (), _refused())
    return redirect(link(request, "desk:holds-of", record_id))


def reason(word: HoldReason) -> str:
    """Say why something is held."""
    return {
        HoldReason.LAWSUIT: _("A lawsuit"),
        HoldReason.MEDIATION: _("Mediation of a dispute"),
        HoldReason.INVESTIGATION: _("An investigation by an authority"),
        HoldReason.OBJECTION: _("The person objects, and it is not decided yet"),
    }[word]


def lines(some: tuple[Hold, ...]) -> list[Line]:
    """Tell holds, those to be looked at again first, lifted ones last."""
    today = policy_today()
    names = {person.id: person.name or person.username for person in staff.people()} if some else {}

    def called(account_id: UUID) -> str:
        return names.get(account_id, _("nobody known"))

    told = [
        Line(
            hold, str(hold.record_id)[:8], reason(hold.reason), called(hold.approved_by),
            called(hold.asked_by) if hold.asked_by != hold.approved_by else "",
            hold.stands(today), hold.needs_review(today),
        )
        for hold in some
    ]  # fmt: skip
    return sorted(told, key=lambda line: (not line.stands, not line.needs_review, line.hold.review_on))


def _show(
    request: HttpRequest,
    session: DeskSession,
    record_id: UUID,
    words: Mapping[str, str],
    items: tuple[str, ...] | list[str] = (),
    mistake: str = "",
) -> HttpResponse:
    today = policy_today()
    chosen = words.get("reason", "")
    context = {
        "status": found(record_id), "number": str(record_id)[:8], "lines": lines(holds.of(record_id)),
        "items": _items(record_id, asking.language(request), items),
        "colleagues": _colleagues(session, words.get("asked_by", "")),
        "reasons": [Choice(one, reason(one), one == chosen) for one in HoldReason],
        "review_on": words.get("review_on", ""), "first": today + timedelta(days=1),
        "last": last_day(today, REVIEW_WITHIN), "mistake": mistake, "here": "due",
    }  # fmt: skip
    return render(request, "desk/holds_of.html", context, status=422 if mistake else 200)


def _items(record_id: UUID, language: str, chosen: tuple[str, ...] | list[str]) -> list[Choice]:
    """Return the items of a record that can still be held, each once."""
    policy = governing(found(record_id).policy_number).policy
    names = dict.fromkeys(item.item for item in inquiries.life(record_id).items)
    return [Choice(name, lives.item_label(policy, name, language), name in chosen) for name in names]


def _colleagues(session: DeskSession, chosen: str) -> list[Choice]:
    """Return who else may have asked for a hold."""
    others = (person for person in staff.people() if person.state == WORKING and person.id != session.account_id)
    able = (person for person in others if MAY_ASK & set(person.roles))
    return [Choice(str(one.id), one.name or one.username, str(one.id) == chosen) for one in able]


def _account(written: str) -> UUID | None:
    """Return which colleague was chosen; none where the officer acts unasked. What is no id is nobody's who may ask."""
    try:
        return UUID(written) if written else None
    except ValueError:
        return UUID(int=0)


def _refused() -> str:
    return _("This was not taken: look at the day again, and whether what you chose is still there.")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
