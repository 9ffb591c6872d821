"""Carrying out what is due: exactly the plan that was shown, or each day's plan as the worker meets it.

Source: Privacy Policy, "Retention and use period" (without delay); PIPA art. 21(1); Standard Guideline art. 10.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from jikim.actions import clocks, journal
from jikim.clock import policy_today
from jikim.domain.destruction import Action, Plan, refuse_unless
from jikim.domain.destruction import plan as planned
from jikim.domain.errors import Refused
from jikim.domain.guard_rails import Admitted, Wait
from jikim.domain.separation import Fate
from jikim.procedures import destroy, intents, rails, revise, separate, together
from jikim.procedures.together import HOUSE_TROUBLE
from jikim.queries import due
from jikim.queries import rails as rails_now
from jikim.sealing.errors import StillWaiting
from jikim.store.live.models import Inquiry, Intent, Quarantine

log = logging.getLogger(__name__)

T = TypeVar("T")
CANNOT_BE_PLANNED = "CannotBePlanned"
TOGETHER = 64  # records begun, and ended in one change of root, before the next are begun


class NotToday(Refused):
    """Only the plan of today can be carried out; nothing was done."""


@dataclass(slots=True)
class Carried:
    """What one run did, in values; and the records it had to leave."""

    on: date
    set_aside: int = 0
    destroyed: int = 0
    certificates: list[UUID] = field(default_factory=list)
    quarantined: list[UUID] = field(default_factory=list)
    held_back: dict[str, int] = field(default_factory=dict)  # values that the rails keep back today, and why
    withheld: int = 0  # values that a hold keeps
    waiting: list[UUID] = field(default_factory=list)  # destroyed as soon as a copy that is away is back

    def facts(self) -> dict[str, object]:
        return {
            "on": self.on.isoformat(),
            "set_aside": self.set_aside,
            "destroyed": self.destroyed,
            "certificates": [str(certificate) for certificate in self.certificates],
            "quarantined": [str(record) for record in self.quarantined],
            "waiting": [str(record) for record in self.waiting],
            "held_back": self.held_back,
            "withheld": self.withheld,
        }


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
    waiting = set(Quarantine.objects.filter(failed_on=on).values_list("record_id", flat=True))
    _resume(carried, without=waiting)
    asked = due.candidates(on)
    plan = due.plan(on)
    _carry_admitted(plan, carried, without=waiting)
    _wind_in_vain(asked, plan)
    for record_id in plan.unplanned:
        if record_id not in waiting:
            _quarantine(record_id, CANNOT_BE_PLANNED, carried)
    return carried


def quarantine_orphans(on: date) -> None:
    """Name the records of which there are values and no inquiry: no plan meets them, so nothing else would."""
    carried, known = Carried(on), set(Quarantine.objects.filter(failed_on=on).values_list("record_id", flat=True))
    for record_id in due.orphans():
        if record_id not in known:
            _quarantine(record_id, CANNOT_BE_PLANNED, carried)


def _resume(carried: Carried, *, without: set[UUID]) -> None:
    left = [intent for intent in Intent.objects.order_by("begun_at", "id") if intent.record_id not in without]
    for some in _in_slices(left):
        _finish([_Begun(intent) for intent in some], carried)


def _carry_admitted(plan: Plan, carried: Carried, *, without: set[UUID]) -> None:
    """Carry out what the rails let go today, and say of the rest why it waits."""
    admitted = rails_now.state(plan) if plan.actions else Admitted((), (), 0)
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
    records = [(record_id, actions) for record_id, actions in plan.by_record() if record_id not in without]
    for some in _in_slices(records):
        begun: list[_Begun] = []
        for record_id, actions in some:
            _guarded(record_id, partial(_begin, record_id, actions, carried.on, begun, approved), carried)
        _finish(begun, carried)


def _begin(
    record_id: UUID, actions: Iterable[Action], on: date, begun: list["_Begun"], approved: frozenset[UUID]
) -> None:
    """Begin all that is due of one record, in as many intents as that takes."""
    for _, group in groupby(sorted(actions, key=_kind), key=_kind):
        alike = tuple(group)
        while intent := _intent(record_id, alike, on, approved):
            begun.append(_Begun(intent))


def _intent(record_id: UUID, actions: tuple[Action, ...], on: date, approved: frozenset[UUID]) -> Intent | None:
    """Begin, and count what goes without an approval, in one commit."""
    with transaction.atomic("live"):
        intent = intents.begin(record_id, actions, on=on)
        if intent and intent.body["verb"] == Fate.DESTROY:
            rails.count(on, sum(UUID(value["value"]) not in approved for value in intents.values_of(intent)))
    return intent


def _finish(begun: list["_Begun"], carried: Carried) -> None:
    """Bring several records to their end; their keys go in one change of root."""
    ready = [one for one in begun if _guarded(one.intent.record_id, one.prepare, carried)]
    together.destroy_keys([one.intent for one in ready])
    for one in ready:
        _guarded(one.intent.record_id, partial(one.complete, carried), carried)


@dataclass(slots=True)
class _Begun:
    """One record's procedure after its step 0."""

    intent: Intent
    move: separate.Move | None = None

    def prepare(self) -> None:
        intents.refuse_illegible(self.intent)
        if self.intent.body["verb"] == Fate.SET_ASIDE:
            self.move = separate.Move(self.intent)
            separate.prepare(self.move)

    def complete(self, carried: Carried) -> None:
        if self.move is not None:
            separate.complete(self.move)
            carried.set_aside += len(self.intent.body["values"])
        else:
            carried.certificates.append(destroy.finish(self.intent))
            carried.destroyed += len(self.intent.body["values"])


def _kind(action: Action) -> tuple[str, str, str]:
    return action.verb, action.store, action.reason


def _in_slices(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    return (whole[start : start + TOGETHER] for start in range(0, len(whole), TOGETHER))


def _guarded(record_id: UUID, work: Callable[[], None], carried: Carried) -> bool:
    """Do one record's work and say whether it went well; otherwise leave it, name it, and let the others go on."""
    try:
        work()
    except HOUSE_TROUBLE:
        raise
    except StillWaiting:
        log.warning("record %s waits for a copy that is away; it is not called destroyed until then", record_id)
        carried.waiting.append(record_id)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one record must not make the others late
        _quarantine(record_id, type(error).__name__, carried)
    else:
        return True
    return False


def _nothing_left(record_id: UUID, on: date) -> bool:
    """Say whether another runner finished a record while this one failed with it: that is success, and no failure."""
    plan = due.plan_of(record_id, on)
    return not (plan.actions or plan.unplanned or Intent.objects.filter(record_id=record_id).exists())


def _quarantine(record_id: UUID, error: str, carried: Carried) -> None:
    with transaction.atomic("live"):
        Inquiry.objects.select_for_update().filter(id=record_id).first()  # another runner ends its work under this lock
        if _nothing_left(record_id, carried.on):
            return
        row, _ = Quarantine.objects.get_or_create(
            record_id=record_id, defaults={"error": error[:64], "tries": 0, "failed_on": carried.on}
        )
        row.error, row.tries, row.failed_on = error[:64], row.tries + 1, carried.on
        row.save()
        journal.record("live", "quarantine", {"on": carried.on.isoformat(), "error": error[:64]})
    log.error("record %s is quarantined: %s", record_id, error)
    carried.quarantined.append(record_id)
