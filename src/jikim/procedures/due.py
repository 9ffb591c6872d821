"""Carrying out what is due: exactly the plan that was shown, or each day's plan as the worker meets it.

Source: Privacy Policy, "Retention and use period" (without delay); PIPA art. 21(1); Standard Guideline art. 10.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from uuid import UUID

from django.db import OperationalError, transaction

from jikim.actions import journal
from jikim.clock import policy_today
from jikim.domain.destruction import Action, Plan, refuse_unless
from jikim.domain.errors import Refused
from jikim.domain.separation import Fate
from jikim.procedures import destroy, separate
from jikim.queries import due
from jikim.sealing.errors import KeyringUnavailable, StillWaiting, StoreUnavailable
from jikim.store.live.models import Inquiry, Intent, Quarantine

log = logging.getLogger(__name__)

# The whole house is in trouble, not one record: stop, and let the next round try everything again.
HOUSE_TROUBLE = (OperationalError, KeyringUnavailable, StoreUnavailable)


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
    waiting: list[UUID] = field(default_factory=list)  # destroyed as soon as a copy that is away is back

    def facts(self) -> dict[str, object]:
        return {
            "on": self.on.isoformat(),
            "set_aside": self.set_aside,
            "destroyed": self.destroyed,
            "certificates": [str(certificate) for certificate in self.certificates],
            "quarantined": [str(record) for record in self.quarantined],
            "waiting": [str(record) for record in self.waiting],
        }


def carry_out(digest: str, on: date) -> Carried:
    """Carry out exactly the plan a digest names.

    raises: NotToday, PlanChanged; nothing was done
    """
    today = policy_today()
    if on != today:
        raise NotToday(f"{on} is not today, {today}", hint="run `jikim due` without --on and pass its digest")
    plan = due.plan(today)
    refuse_unless(digest, plan)
    carried = Carried(today)
    _resume(carried, without=set())
    _carry(plan, carried, without=set())
    return carried


def run(on: date) -> Carried:
    """Finish what was begun, then carry out all that is due on a day; records that failed on it wait for another day.

    raises: NotToday; nothing was done
    """
    if on != policy_today():
        raise NotToday(f"{on} is not today, {policy_today()}", hint="the worker runs on the policy clock's day alone")
    carried = Carried(on)
    waiting = set(Quarantine.objects.filter(failed_on=on).values_list("record_id", flat=True))
    _resume(carried, without=waiting)
    plan = due.plan(on)
    _carry(plan, carried, without=waiting)
    for record_id in plan.unplanned:
        if record_id not in waiting:
            _quarantine(record_id, "CannotBePlanned", carried)
    return carried


def _resume(carried: Carried, *, without: set[UUID]) -> None:
    for intent in Intent.objects.order_by("begun_at", "id"):
        if intent.record_id not in without:
            _guarded(intent.record_id, partial(_finish, intent, carried), carried)


def _carry(plan: Plan, carried: Carried, *, without: set[UUID]) -> None:
    for record_id, actions in plan.by_record():
        if record_id not in without:
            _guarded(record_id, partial(_carry_record, record_id, actions, carried), carried)


def _carry_record(record_id: UUID, actions: Iterable[Action], carried: Carried) -> None:
    for (verb, _, _), group in groupby(sorted(actions, key=_kind), key=_kind):
        part = tuple(group)
        if verb == Fate.SET_ASIDE:
            carried.set_aside += separate.set_aside(record_id, part, on=carried.on)
        elif certificate := destroy.destroy(record_id, part, on=carried.on):
            carried.destroyed += len(part)
            carried.certificates.append(certificate)


def _kind(action: Action) -> tuple[str, str, str]:
    return action.verb, action.store, action.reason


def _finish(intent: Intent, carried: Carried) -> None:
    if intent.body["verb"] == Fate.SET_ASIDE:
        separate.finish(intent)
        carried.set_aside += len(intent.body["values"])
    else:
        carried.certificates.append(destroy.finish(intent))
        carried.destroyed += len(intent.body["values"])


def _guarded(record_id: UUID, work: Callable[[], None], carried: Carried) -> None:
    """Do one record's work; when it fails, leave it as it is, name it, and let the others go on."""
    try:
        work()
    except HOUSE_TROUBLE:
        raise
    except StillWaiting:
        log.warning("record %s waits for a copy that is away; it is not called destroyed until then", record_id)
        carried.waiting.append(record_id)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one record must not make the others late
        _quarantine(record_id, type(error).__name__, carried)


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
