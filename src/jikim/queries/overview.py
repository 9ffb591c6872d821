"""The numbers of the desk's front page. Zero is the good news: nothing late, nothing stuck."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jikim.clock import policy_today
from jikim.domain.period import SEOUL
from jikim.domain.terms import RecordState
from jikim.queries import due
from jikim.queries.alarms import unclassified
from jikim.queries.inquiries import OPEN
from jikim.store.live.models import Certificate, Inquiry, Intent, MonthAhead, Quarantine


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the house on a day."""

    on: date
    open_inquiries: int
    waiting_days: int  # of the longest waiting unanswered inquiry
    resolved: int
    due_today: int  # values
    overdue: int  # values past their last day; 0 is the only good number
    overdue_days: int  # age of the most overdue one
    set_aside: int  # values
    rules: tuple[tuple[str, int], ...]  # set-aside values under each rule
    destroyed_this_month: int  # values
    unfinished: int  # destructions begun and not yet certified
    quarantined: int
    ending_unclassified: int  # inquiries about to end by themselves, without a class and so without any floor
    ahead: tuple[tuple[date, int], ...]  # values to be destroyed in each of the next months, as counted last night


def overview() -> Overview:
    today = policy_today()
    plan = due.plan(today)
    waiting = Inquiry.objects.filter(state=RecordState.RECEIVED).order_by("received_on").first()
    late = [today - action.due_by for action in plan.overdue]
    return Overview(
        on=today,
        open_inquiries=Inquiry.objects.filter(state__in=OPEN).count(),
        waiting_days=(today - waiting.received_on).days if waiting else 0,
        resolved=Inquiry.objects.filter(state=RecordState.RESOLVED).count(),
        due_today=len(plan.actions),
        overdue=len(late),
        overdue_days=max(late, default=timedelta()).days,
        set_aside=due.set_aside_count(),
        rules=tuple(sorted(due.rule_counts().items())),
        destroyed_this_month=_destroyed_since(today.replace(day=1)),
        unfinished=Intent.objects.count(),
        quarantined=Quarantine.objects.count(),
        ending_unclassified=len(unclassified(plan)),
        ahead=_ahead(today),
    )


def _ahead(today: date) -> tuple[tuple[date, int], ...]:
    counted = dict(MonthAhead.objects.values_list("month", "values"))
    return tuple((month, counted.get(month, 0)) for month in due.months_ahead(today))


def _destroyed_since(first: date) -> int:
    bodies = Certificate.objects.filter(issued_at__gte=datetime.combine(first, time.min, SEOUL))
    return sum(int(body["values"]) for body in bodies.values_list("body", flat=True))
