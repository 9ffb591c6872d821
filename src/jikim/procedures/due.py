"""Carrying out what is due: exactly the plan that was shown, or each day's plan as the worker meets it.

Source: Privacy Policy, "Retention and use period" (without delay); PIPA art. 21(1); Standard Guideline art. 10.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jikim.actions import clocks
from jikim.clock import policy_today
from jikim.domain.destruction import Plan, refuse_unless
from jikim.domain.destruction import plan as planned
from jikim.domain.errors import Refused
from jikim.domain.guard_rails import Wait
from jikim.procedures import carrying, rails, revise
from jikim.procedures.carrying import Carried
from jikim.queries import due
from jikim.queries import rails as rails_now
from jikim.store.live.models import Intent, Quarantine

CANNOT_BE_PLANNED = "CannotBePlanned"


class NotToday(Refused):
    """Only the plan of today can be carried out; nothing was done."""


def carry_out(digest: str, on: date) -> Carried:
    """Carry out exactly the plan a digest names.

    raises: NotToday, PlanChanged, ClockJumped; nothing was done
    """
    today = policy_today()
    rails_now.refuse_wrong_clock()
    if on != today:
        raise NotToday(f"{on} is not today, {today}", hint="run `jikim due` without --on and pass its digest")
    revise.keep_up()
    plan = due.plan(today)
    refuse_unless(digest, plan)
    carried = Carried(today)
    _resume(carried, without=set())
    _carry_admitted(plan, carried, without=set())
    return carried


def run(on: date) -> Carried:
    """Finish what was begun, then carry out all that is due on a day; records that failed on it wait for another day.

    raises: NotToday, ClockJumped; nothing was done
    """
    if on != policy_today():
        raise NotToday(f"{on} is not today, {policy_today()}", hint="the worker runs on the policy clock's day alone")
    rails_now.refuse_wrong_clock()
    revise.keep_up()
    carried = Carried(on)
    if due.is_quiet(on):
        rails.stand_on(on)
        return carried
    waiting = set(Quarantine.objects.filter(failed_on=on).values_list("record_id", flat=True))
    _resume(carried, without=waiting)
    asked = due.candidates(on)
    plan = due.plan(on)
    _carry_admitted(plan, carried, without=waiting)
    _wind_in_vain(asked, plan)
    for record_id in plan.unplanned:
        if record_id not in waiting:
            carrying.quarantine(record_id, CANNOT_BE_PLANNED, carried)
    return carried


def quarantine_orphans(on: date) -> None:
    """Name the records of which there are values and no inquiry: no plan meets them, so nothing else would."""
    carried, known = Carried(on), set(Quarantine.objects.filter(failed_on=on).values_list("record_id", flat=True))
    for record_id in due.orphans():
        if record_id not in known:
            carrying.quarantine(record_id, CANNOT_BE_PLANNED, carried)


def _resume(carried: Carried, *, without: set[UUID]) -> None:
    left: dict[UUID, list[Intent]] = {}
    for intent in Intent.objects.exclude(record_id__in=without).order_by("begun_at", "id"):
        left.setdefault(intent.record_id, []).append(intent)
    carrying.finish([intent for record_id in due.as_founded(left) for intent in left[record_id]], carried)


def _carry_admitted(plan: Plan, carried: Carried, *, without: set[UUID]) -> None:
    """Carry out what the rails let go today, and say of the rest why it waits."""
    admitted = rails_now.state(plan)
    rails.stand_on(plan.on)
    _carry(planned(plan.on, admitted.going), carried, without=without)
    carried.held_back = dict(Counter(wait.value for _, wait in admitted.waiting))
    carried.withheld = len(plan.withheld)
    if any(wait is Wait.APPROVAL for _, wait in admitted.waiting):
        rails.show_lists(plan.on)


def _wind_in_vain(asked: Sequence[UUID], plan: Plan) -> None:
    """Put the day right of records that were looked at and of which nothing was due."""
    stays = (*plan.awaiting, *(one.action for one in plan.withheld))
    met = {action.record_id for action in (*plan.actions, *stays)}
    clocks.wind_anew(record_id for record_id in asked if record_id not in met | set(plan.unplanned))


def _carry(plan: Plan, carried: Carried, *, without: set[UUID]) -> None:
    let_go = rails_now.approved_actions(plan.on) if plan.actions else ()
    approved = frozenset(action.value_id for action in let_go)
    records = ((record_id, actions) for record_id, actions in plan.by_record() if record_id not in without)
    carrying.carry(records, carried, approved=approved)
