"""What every verb of the desk stands on: somebody is signed in, the access is written down, the record stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import transaction

from jikim import environment, packs
from jikim.actions import access_records, clocks, desk, stored
from jikim.clock import policy_today
from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.domain.separation import achieved_on, rolling_years
from jikim.domain.staff import Task
from jikim.domain.storage_only import AlreadyLeft, Verb
from jikim.domain.terms import RecordState
from jikim.queries import due
from jikim.queries.facts import facts_of, held_values
from jikim.queries.policies import governing, later_than
from jikim.store.live.models import Inquiry, Intent


def note_access(record_id: UUID, session_id: UUID, task: str) -> None:
    """Write down who does what with which record, before it is done (Safety Measures Standard art. 8).

    raises: NotAtTheDesk, RoleMissing, Misused; nothing was written and nothing may be shown
    """
    handler = desk.signed_in(session_id, Task.HANDLE)
    if not Inquiry.objects.filter(id=record_id).exists():
        raise no_record(record_id)
    access_records.note(handler, record_id, task)


@contextmanager
def held_still(record_id: UUID) -> Iterator[Inquiry]:
    """Hold one record in a transaction on `live`, so that no procedure begins with it meanwhile; then wind its clock.

    raises: Misused (no such record), AlreadyLeft (a procedure has begun, or it is set aside or destroyed)
    """
    with _held(record_id) as row:
        if is_over(row) or Intent.objects.filter(record_id=record_id).exists():
            raise _over(record_id)
        yield row


@contextmanager
def held_for_its_class(record_id: UUID) -> Iterator[Inquiry]:
    """Hold one record as `held_still` does, and also one that is over and waits for its class; raises as that does."""
    with _held(record_id) as row:
        begun = Intent.objects.filter(record_id=record_id).exists()
        if (is_over(row) or begun) and not due.plan_of([record_id], policy_today()).awaiting:
            raise _over(record_id)
        yield row


@contextmanager
def _held(record_id: UUID) -> Iterator[Inquiry]:
    with transaction.atomic("live"):
        transaction.on_commit(environment.ring, using="live")
        row = Inquiry.objects.select_for_update().filter(id=record_id).first()
        if row is None:
            raise no_record(record_id)
        stored.permit(Verb.MODIFY, record_id)
        yield row
        clocks.wind(record_id)


def is_over(row: Inquiry) -> bool:
    """Say whether nothing reopens a record any more: its purpose has ended, or something was done because of it."""
    left = row.achieved_on is not None or row.state in (RecordState.SET_ASIDE, RecordState.DESTROYED)
    return left or has_passed(row, policy_today())


def has_passed(row: Inquiry, today: date) -> bool:
    """Say whether the purpose of a record has ended by itself, though nothing was carried out yet."""
    achieved = achieved_on(facts_of(row), policy_of(row), later_than(row.policy_number))
    return achieved is not None and achieved < today


def policy_of(row: Inquiry) -> Policy:
    return governing(row.policy_number).policy


def freeze_holidays(row: Inquiry) -> None:
    """Put into the record the holidays its clocks can meet, as they are known today; what was frozen before stays.

    They are looked up again only for the years that a later version of the policy brings within reach.
    """
    facts, policy, later = facts_of(row), policy_of(row), later_than(row.policy_number)
    years = {year for value in held_values(row.id) for year in rolling_years(value, facts, policy, later)}
    days = {day for year in years for day in packs.holidays(policy.retention.calendar, year, year)}
    row.calendar = [day.isoformat() for day in sorted(days | facts.holidays)]


def _over(record_id: UUID) -> AlreadyLeft:
    return AlreadyLeft(f"the purpose of record {record_id} is achieved", hint="a new question is a new inquiry")


def no_record(record_id: UUID) -> Misused:
    return Misused(f"there is no record {record_id}", hint="take the id from the inbox")
