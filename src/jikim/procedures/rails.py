"""Keeping to the rails: who decides since when, what a day let go freely, and the lists that people are shown in time.

For the worker. What is read stands in `queries.rails`. Source: PIPA art. 29; Standard Guideline art. 10.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from jikim.domain.approval import Approval
from jikim.domain.destruction import Action
from jikim.domain.guard_rails import AHEAD, sign_by, stand, to_approve
from jikim.domain.separation import Fate
from jikim.domain.spans import ONE_DAY
from jikim.queries import due, rails
from jikim.store.live.models import ApprovalList, DestructionDay, Ground

REMEMBERED = timedelta(days=7)  # what must be gone by then is remembered as foreseen: longer than a machine is away


def stand_on(on: date) -> None:
    """Write down that another program or policy decides since today, if one does."""
    row = Ground.objects.order_by("-id").first()
    before = rails.as_ground(row) if row else None
    now = stand(before, *rails.decides(on), on)
    if now != before:
        expected = row.foreseen if row else []
        since = now.since if row else on - ONE_DAY  # the first of all follows nothing that it could differ from
        Ground.objects.create(build=now.build, policies=list(now.policies), since=since, expected=expected)


def remember(on: date) -> None:
    """Remember what this program and these policies foresee, for the day on which others decide."""
    ahead = due.foreseen_until(on + REMEMBERED, on)
    digests = sorted(rails.short(action) for action in ahead if action.due_by <= on + REMEMBERED)
    row = Ground.objects.order_by("-id").first()
    if row is not None:
        Ground.objects.filter(id=row.id).update(foreseen=digests)


def count(on: date, freely: int) -> None:
    """Count values that a day let go without an approval."""
    if freely and not DestructionDay.objects.filter(on=on).update(freely=F("freely") + freely):
        DestructionDay.objects.create(on=on, freely=freely)


def show_lists(on: date) -> None:
    """End the lists that are done or changed, and make a new one where the cap alone would make something late."""
    decided = due.foreseen_until(on + AHEAD, on)
    listed = _end_lists(on, set(decided))
    unlisted = [one for one in decided if one.verb == Fate.DESTROY and one.value_id not in listed]
    holidays, plan = rails.holidays(on), due.plan(on)
    asked = to_approve(unlisted, on=on, left=rails.left(plan), cap=rails.cap_on(on), holidays=holidays)
    if asked:
        facts = [action.facts() for action in asked]
        last = min(sign_by(action, holidays) for action in asked)
        shown = {"listed": facts, "shown_on": on, "sign_by": last, "ended_on": None, "ending": ""}
        ApprovalList.objects.update_or_create(digest=Approval(asked).digest, defaults=shown)


def _end_lists(on: date, decided: set[Action]) -> set[UUID]:
    listed: set[UUID] = set()
    for row in ApprovalList.objects.filter(ended_on=None):
        if ending := rails.lapsed(row, decided):
            ApprovalList.objects.filter(digest=row.digest).update(ended_on=on, ending=ending)
        else:
            listed |= {UUID(facts["value"]) for facts in row.listed}
    return listed
