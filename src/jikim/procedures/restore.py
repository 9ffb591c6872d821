"""Let databases that were put back from a backup serve again, without anything that was destroyed since. Numbered.

    r0  hold the home, so that nothing serves and nothing is carried out meanwhile
    r1  remove the live rows and files whose keys are destroyed; where a copy lies apart, its stub takes their place
    r2  remove the rows and files apart whose keys are destroyed; stubs say then what lies there, and nothing else
    r3  put the state of every record right that lost something; drop the letters that waited in the copy
    r4  tell the journal, and mark both databases as knowing what it knows

A backup of the databases and files alone brings nothing back that can be read: the keys are gone, and this never needs
one. What it repairs is what the old rows say. Every step may be repeated, and until r4 no process starts.

Source: PIPA art. 21(2); Standard Guideline art. 10; Safety Measures Standard art. 13 (not recovered or regenerated).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from jikim import environment, sealing
from jikim.actions.values import remove_files
from jikim.clock import policy_today
from jikim.domain.delivery import MailState
from jikim.domain.destruction import LIVE, SEPARATE
from jikim.domain.leaf import COUNTED_EVENTS
from jikim.domain.terms import RecordState
from jikim.procedures import destroy, moving
from jikim.procedures.pages import pages
from jikim.queries import versions
from jikim.queries.told import knows_newest
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import Inquiry, ItemValue, NightWork, OutgoingMail, Stub
from jikim.store.separate.models import SeparateItem

R = TypeVar("R", ItemValue, SeparateItem)
ROWS_AT_ONCE = 250
A_DAY = timedelta(days=1)
COUNTED = sorted(COUNTED_EVENTS)


@dataclass(slots=True)
class Restored:
    """What one run found and did, in values."""

    backup_on: date  # the newest day of which the live copy knows
    purged: int = 0  # rows whose keys were destroyed after the copy was made
    set_aside: int = 0  # values that lie apart and that the live copy did not know to be there
    lost: int = 0  # values that live says are set aside, and of which an older copy of `separate` has no row
    records: int = 0  # whose state was put right


def run() -> Restored:
    """Run r1 to r4; the caller holds the home. Raises what the keyring and the store of attachments raise."""
    done = Restored(_backup_on())
    for step in (r1_live, r2_apart, r3_states, r4_tell):
        step(done)
    return done


def r1_live(done: Restored) -> None:
    for rows in pages(ItemValue.objects.defer("envelope"), ROWS_AT_ONCE):
        gone = _dead(rows)
        ids = [row.id for row in gone]
        with transaction.atomic(LIVE):
            remove_files(LIVE, [row.file for row in gone])
            ItemValue.objects.filter(id__in=ids).delete()
        done.purged += len(gone)


def r2_apart(done: Restored) -> None:
    is_older = not knows_newest(SEPARATE)
    for rows in pages(SeparateItem.objects.defer("envelope"), ROWS_AT_ONCE):
        gone = _dead(rows)
        remove_files(SEPARATE, [row.file for row in gone])
        SeparateItem.objects.filter(value_id__in=[row.value_id for row in gone]).delete()
        Stub.objects.filter(value_id__in=[row.value_id for row in gone]).delete()
        left = {row.value_id: row for row in rows if row not in gone}
        known = set(Stub.objects.filter(value_id__in=left).values_list("value_id", flat=True))
        Stub.objects.bulk_create(moving.stub(row) for value_id, row in left.items() if value_id not in known)
        done.purged += len(gone)
        done.set_aside += len(left) - len(known)
    for stubs in pages(Stub.objects.all(), ROWS_AT_ONCE):
        there = set(SeparateItem.objects.filter(value_id__in=_ids(stubs)).values_list("value_id", flat=True))
        missing = [stub for stub in stubs if stub.value_id not in there]
        if is_older:
            done.lost += len(missing)
            continue
        Stub.objects.filter(value_id__in=_ids(missing)).delete()  # destroyed when their time was over


def r3_states(done: Restored) -> None:
    known, mine = versions.now(), {"record_id": OuterRef("id")}
    is_apart, is_live = Exists(Stub.objects.filter(**mine)), Exists(ItemValue.objects.filter(**mine))
    hidden = Q(is_apart) & ~Q(state__in=(RecordState.SET_ASIDE, RecordState.DESTROYED))
    ended = ~Q(is_apart) & ~Q(is_live) & ~Q(state=RecordState.DESTROYED)
    for page in pages(Inquiry.objects.filter(hidden | ended), ROWS_AT_ONCE):
        with transaction.atomic(LIVE):
            rows = list(Inquiry.objects.select_for_update().filter(id__in=[row.id for row in page]))
            for row in rows:
                _say_set_aside(row)
            destroy.note_states(rows, known)
        done.records += len(rows)
    OutgoingMail.objects.filter(state=MailState.WAITING).update(state=MailState.DROPPED, ended_on=policy_today())


def r4_tell(done: Restored) -> None:
    place = sealing.current().restored(uuid4(), backup_on=done.backup_on, purged=done.purged)
    for alias in environment.aliases():
        with transaction.atomic(alias):
            apps.get_model(alias, "PendingLeaf").objects.filter(kind__in=COUNTED).delete()  # told since, as counts
            newest = sealing.current().newest_told(alias)
            if newest is not None:
                mark = {"nonce": newest, "index": place}
                apps.get_model(alias, "LastTold").objects.update_or_create(id=1, defaults=mark)


def _say_set_aside(row: Inquiry) -> None:
    """Have a record say that it is set aside, where a copy of `live` is older than that."""
    first = SeparateItem.objects.filter(record_id=row.id).order_by("moved_on").first()
    if first is None or row.set_aside_on is not None:
        return
    row.state, row.set_aside_on, row.record_class = RecordState.SET_ASIDE, first.moved_on, first.record_class
    row.achieved_on = row.achieved_on or first.moved_on - A_DAY
    row.save()


def _backup_on() -> date:
    nights = NightWork.objects.aggregate(last=Max("done_on"))["last"]
    words = Inquiry.objects.aggregate(last=Max("last_word_on"))["last"]
    return max((day for day in (nights, words) if day is not None), default=policy_today())


def _dead(rows: list[R]) -> list[R]:
    """Return the rows whose keys are destroyed, or will be as soon as a copy that is away is back."""
    states = sealing.current().states([row.kid for row in rows])
    return [row for row in rows if states[row.kid] in (KeyState.DESTROYED, KeyState.RETIRED)]


def _ids(stubs: Iterable[Stub]) -> list[UUID]:
    return [stub.value_id for stub in stubs]
