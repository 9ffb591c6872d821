"""Deciding that something is not destroyed yet, looking at that again, and lifting it. The officer's verbs.

Each notes the access first and tells the journal: which case, how many values, nobody's words.

Source: PIPA arts. 15(1)6, 21(1), 37(2)2; Standard Guideline art. 10.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from jikim import environment
from jikim.actions import access_records, desk, journal
from jikim.actions.handling import no_record
from jikim.clock import policy_today
from jikim.domain.hold import Hold, HoldReason, HoldRefused, Person, check_new, lift, review
from jikim.domain.staff import StaffRole, Task
from jikim.queries import holds, staff
from jikim.queries.desk import DeskSession
from jikim.store.live.models import Hold as Row
from jikim.store.live.models import Inquiry


def set_hold(
    record_id: UUID,
    items: Collection[str],
    reason: HoldReason,
    *,
    review_on: date,
    session_id: UUID,
    asked_by: UUID | None = None,
) -> UUID:
    """Hold every value of these items of a record, and return the hold's id.

    asked_by: the colleague who asked for it; the officer who sets it, where nobody else did
    raises:   NotAtTheDesk, RoleMissing, HoldRefused, Misused (no such record); nothing was set
    """
    with transaction.atomic("live"):
        officer = desk.signed_in(session_id, Task.HOLD)
        access_records.note(officer, record_id, "hold")
        if not Inquiry.objects.select_for_update().filter(id=record_id).exists():
            raise no_record(record_id)
        named = frozenset(items)
        by, asking = _person(officer), _asking(asked_by, officer)
        values = holds.living(record_id, named) if named else frozenset()
        hold = Hold(uuid4(), record_id, values, reason, asking.id, by.id, policy_today(), review_on)
        check_new(hold, asking, by, living=values, today=policy_today())
        Row.objects.create(
            id=hold.id, record_id=record_id, values=sorted(map(str, values)), reason=reason, asked_by=asking.id,
            approved_by=by.id, set_on=hold.set_on, review_on=review_on,
        )  # fmt: skip
        _tell("set", hold)
    return hold.id


def review_hold(hold_id: UUID, *, again_on: date, session_id: UUID) -> None:
    """Let a hold stand on, to be looked at again by another day; raises as `set_hold` does, and nothing changed."""
    with transaction.atomic("live"):
        officer, hold = _held(hold_id, session_id)
        changed = review(hold, _person(officer), again_on=again_on, today=policy_today())
        Row.objects.filter(id=hold_id).update(review_on=changed.review_on)
        _tell("reviewed", hold)


def lift_hold(hold_id: UUID, *, session_id: UUID) -> None:
    """Lift a hold: what it kept is due from now, for five days. Raises as `set_hold` does, and nothing changed."""
    with transaction.atomic("live"):
        officer, hold = _held(hold_id, session_id)
        changed = lift(hold, _person(officer), today=policy_today())
        Row.objects.filter(id=hold_id).update(lifted_on=changed.lifted_on, lifted_by=officer.account_id)
        _tell("lifted", hold)
        transaction.on_commit(environment.ring, using="live")


def _held(hold_id: UUID, session_id: UUID) -> tuple[DeskSession, Hold]:
    officer = desk.signed_in(session_id, Task.HOLD)
    row = Row.objects.select_for_update().filter(id=hold_id).first()
    if row is None:
        raise HoldRefused(f"there is no hold {hold_id}", hint="take it from the list of holds")
    access_records.note(officer, row.record_id, "hold")
    return officer, holds.as_hold(row)


def _asking(asked_by: UUID | None, officer: DeskSession) -> Person:
    if asked_by is None or asked_by == officer.account_id:
        return _person(officer)
    return Person(asked_by, staff.roles_of(asked_by))


def _person(session: DeskSession) -> Person:
    return Person(session.account_id, frozenset(map(StaffRole, session.roles)))


def _tell(event: str, hold: Hold) -> None:
    entry = {"on": policy_today().isoformat(), "event": event, "reason": hold.reason, "values": len(hold.values)}
    journal.record("live", "hold", entry)
