"""Destroying what is held about the people at the desk, each night, by the policy for staff; counts go to the journal.

    access records   when their year is over (two, where the Standard asks): first the keys of the addresses, then rows;
                     attempts that were only counted go with them
    records of rights  after three years, and with the last of an ended account's the account
    sessions, links  a day after their end: who came in when stands in the access records
    unfinished accounts  with the link that they were begun by

Source: policies/staff.toml; Safety Measures Standard arts. 5(3), 8(1); Privacy Policy, "Destruction".
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from jikim import sealing
from jikim.actions import journal
from jikim.actions.staff import leave_keys
from jikim.clock import policy_today, wall_now
from jikim.domain.destruction import LIVE
from jikim.domain.leaf import DestroyReason
from jikim.domain.lockout import FORGOTTEN_AFTER
from jikim.domain.period import SEOUL, Period, last_day, legal_day
from jikim.domain.spans import ONE_DAY
from jikim.queries import staff, staff_policy
from jikim.queries.desk import ENDED, JOINING
from jikim.sealing.keyd.values import Destruction
from jikim.store.live.models import (
    AccessPlace,
    AccessRecord,
    DeskLink,
    DeskSession,
    StaffAccount,
    StaffChange,
    UnauthorizedUse,
    WrongAnswers,
)

AT_ONCE = 64  # keys in one request


def destroy_old(on: date) -> int:
    """Destroy everything about staff whose time is over on a day; returns how many rows that were.

    raises: what the keyring raises; what was not destroyed is found again
    """
    kept = staff_policy.kept()
    accessed = first_kept(on, kept.access)
    gone = _erase(AccessRecord.objects.filter(at__lt=_begins(accessed)))
    gone += _destroy_places(accessed, kept.policy_sha256)
    gone += _erase(UnauthorizedUse.objects.filter(kid=None, on__lt=accessed))
    gone += _erase(StaffChange.objects.filter(at__lt=_begins(first_kept(on, kept.rights))))
    gone += _forget_entrances(kept.session)
    gone += sum(_forget_account(row) for row in _accounts_over(on))
    return gone


def first_kept(on: date, period: Period) -> date:
    """Return the first day whose entries are still kept on a day: the period of each later one is not over."""
    day = on
    while last_day(day - ONE_DAY, period) >= on:
        day -= ONE_DAY
    return day


def _erase(rows: "QuerySet[Any]") -> int:
    """Delete rows and tell the journal how many, in one transaction."""
    with transaction.atomic(LIVE):
        count = rows.count()
        if count:
            rows.delete()
            _tell(count)
    return count


def _tell(count: int) -> None:
    journal.record(LIVE, "erase-rows", {"on": policy_today().isoformat(), "values": count})


def _destroy_places(first: date, policy: str) -> int:
    """Destroy the addresses that no access record names any more; first their keys, so that a crash loses none."""
    named = set(AccessRecord.objects.exclude(place_id=None).values_list("place_id", flat=True).distinct())
    over = [row for row in AccessPlace.objects.filter(on__lt=first).order_by("on") if row.id not in named]
    gone = 0
    for start in range(0, len(over), AT_ONCE):
        part = over[start : start + AT_ONCE]
        sealing.current().destroy([_ending(row, policy) for row in part])
        gone += _erase(AccessPlace.objects.filter(id__in=[row.id for row in part]))
    return gone


def _ending(row: AccessPlace, policy: str) -> Destruction:
    envelope = {row.kid: sha256(bytes(row.envelope)).digest()}
    return Destruction(row.id, DestroyReason.RETENTION_EXPIRED, policy, envelope)


def _forget_entrances(session: Period) -> int:
    """Forget sessions and links after their day, and wrong answers that count no more; these run on the wall clock."""
    before = wall_now() - timedelta(days=session.days)
    gone = _erase(DeskSession.objects.filter(began_at__lt=before))
    gone += _erase(DeskLink.objects.filter(usable_until__lt=before))
    return gone + _erase(WrongAnswers.objects.filter(last_at__lt=wall_now() - FORGOTTEN_AFTER))


def _accounts_over(on: date) -> Iterator[StaffAccount]:
    """Yield the accounts that were never finished, and the ended ones of which nothing else tells any more."""
    links = set(DeskLink.objects.exclude(account_id=None).values_list("account_id", flat=True))
    for row in StaffAccount.objects.filter(state=JOINING):
        if row.id not in links and legal_day(row.made_at) < on - ONE_DAY:
            yield row
    named = _named_accounts()
    for row in StaffAccount.objects.filter(state=ENDED):
        if row.id not in named:
            yield row


def _named_accounts() -> set[object]:
    changes = StaffChange.objects.values_list("account_id", "by")
    return {one for pair in changes for one in pair} | set(AccessRecord.objects.values_list("account_id", flat=True))


def _forget_account(row: StaffAccount) -> int:
    """Forget an account; the keys of its name and of its second factors go to be destroyed.

    By hand, because the second factors' table is a guest's: not every process has a model of it.
    """
    connection = connections[LIVE]
    user = [staff.in_a_row(row.id)]
    with transaction.atomic(LIVE), connection.cursor() as cursor:
        leave_keys([*([] if row.name_kid is None else [row.name_kid]), *staff.credential_kids(row.id)])
        if staff.SECRETS in connection.introspection.table_names(cursor):
            cursor.execute(f"DELETE FROM {staff.SECRETS} WHERE user_id = %s", user)  # noqa: S608 - a constant
        cursor.execute(f"DELETE FROM {StaffAccount._meta.db_table} WHERE id = %s", user)  # noqa: S608, SLF001 - as above
        _tell(1)
    return 1


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, SEOUL)
