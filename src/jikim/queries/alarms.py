"""What somebody at the desk has to be told: everything that waits, and why, so that nothing becomes late in silence."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from jikim.clock import policy_today
from jikim.domain.destruction import Plan
from jikim.domain.guard_rails import ClockJumped, Wait
from jikim.domain.policy import Policy
from jikim.domain.separation import achieved_on
from jikim.domain.terms import RecordState
from jikim.queries import approvers, due, holds, rails
from jikim.queries.facts import facts_of
from jikim.queries.policies import governing, later_than
from jikim.store.live.models import Inquiry, Intent, Quarantine

ALARM_DAYS = 14  # an inquiry about to end without a class is named this long before
UNDECIDED = (RecordState.RECEIVED, RecordState.ANSWERED, RecordState.RESOLVED)  # people close, too


@dataclass(frozen=True, slots=True)
class Unclassified:
    """An inquiry that ends by itself on a day, and no handler has said what kind of record it is."""

    record_id: UUID
    ends_on: date
    waits: bool  # it is over, a law may keep some of it, and that is not destroyed before its class is given


@dataclass(frozen=True, slots=True)
class Alarms:
    """What waits for somebody. All empty, zero or False is the good news."""

    clock_stopped: bool  # nothing is carried out until the officer vouches for the clock
    lists: tuple[rails.Waiting, ...]  # destructions that wait for approvers, the most urgent first
    new_passkeys: int  # that will approve, and do not count yet: a stranger's would be among them
    held_back: int  # values over the day's cap; more than a list says, while it is being made
    only_shown: int  # values that a new program or policy only shows today
    withheld: int  # values that are due and held
    holds_to_review: tuple[UUID, ...]
    unclassified: tuple[Unclassified, ...]
    quarantined: int
    waiting_for_copies: int  # destructions accepted and not complete: a copy of the root is away
    overdue: int  # values past their last day
    most_overdue_days: int


def alarms() -> Alarms:
    """Return what waits today; raises what the keyring raises."""
    today = policy_today()
    plan = due.plan(today)
    waits = Counter(wait for _, wait in rails.state(plan).waiting)
    bodies = Intent.objects.values_list("body", flat=True)
    return Alarms(
        clock_stopped=_clock_stopped(),
        lists=rails.waiting(),
        new_passkeys=len(approvers.waiting()),
        held_back=waits[Wait.APPROVAL],
        only_shown=waits[Wait.DRY],
        withheld=len(plan.withheld),
        holds_to_review=tuple(hold.id for hold in holds.to_review()),
        unclassified=unclassified(plan),
        quarantined=Quarantine.objects.count(),
        waiting_for_copies=sum("waiting_since" in body for body in bodies),
        overdue=len(plan.overdue),
        most_overdue_days=max(((today - action.due_by).days for action in plan.overdue), default=0),
    )


def unclassified(plan: Plan) -> tuple[Unclassified, ...]:
    """Return the inquiries that end soon, or have ended, without a class: no floor is ever guessed for them.

    plan: of the day that is asked about
    """
    soon = plan.on + timedelta(days=ALARM_DAYS)
    rows = Inquiry.objects.filter(state__in=UNDECIDED, record_class="", next_due_on__lte=soon + timedelta(days=1))
    waiting, versions = {action.record_id for action in plan.awaiting}, cache(_versions)
    ends = ((row, achieved_on(facts_of(row), *versions(row.policy_number))) for row in rows)
    found = (Unclassified(row.id, day, row.id in waiting) for row, day in ends if day is not None and day <= soon)
    return tuple(sorted(found, key=lambda one: (one.ends_on, one.record_id)))


def _versions(number: int) -> tuple[Policy, tuple[Policy, ...]]:
    return governing(number).policy, later_than(number)


def _clock_stopped() -> bool:
    try:
        rails.refuse_wrong_clock()
    except ClockJumped:
        return True
    return False
