"""Let a published version reach what is held already: before the first round after it, once for each version.

A law's longer period reaches what is set aside, and so does a shorter one of the company's own (`domain.revision`).
What is live asks the versions itself and only needs the holidays of the years that are within its reach now.

For the worker. Every step may be repeated. Source: PIPA arts. 15(2), 21(1), 30(3).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from jikim import packs
from jikim.actions.handling import freeze_holidays
from jikim.clock import policy_today
from jikim.domain.errors import JikimError
from jikim.domain.period import Window
from jikim.domain.revision import KeptFacts, kept_under, years_in_reach
from jikim.procedures.pages import pages
from jikim.queries.due import kept_value
from jikim.queries.facts import frozen
from jikim.queries.policies import all_versions, governing, later_than
from jikim.store.live.models import Inquiry, ItemValue, NightWork, Stub
from jikim.store.separate.models import SeparateItem

log = logging.getLogger(__name__)
ROWS_AT_ONCE = 500
TOLD = ("last_day", "keep_until", "destroy_by")
MARK, LEFT = "revised-", "-left"  # LEFT: some could not be decided on, and are looked at again on the next day


def keep_up() -> int:
    """Bring what is held under the newest version, if that was not done yet; return how many set-aside values moved."""
    versions = all_versions()
    name = f"{MARK}{versions[0].number}" if versions else ""
    tried = NightWork.objects.filter(name=f"{name}{LEFT}", done_on=policy_today())
    if len(versions) < 2 or NightWork.objects.filter(name=name).exists() or tried.exists():
        return 0
    left, moved = list[UUID](), 0
    _freeze_anew(left)
    older = SeparateItem.objects.filter(policy_number__lt=versions[0].number).defer("envelope")
    for page in pages(older, ROWS_AT_ONCE):
        moved += _revise(page, left)
    NightWork.objects.filter(name__startswith=MARK).delete()
    NightWork.objects.create(name=f"{name}{LEFT}" if left else name, done_on=policy_today())
    if moved:
        log.info("version %d reaches what is held: %d set-aside values have another day", versions[0].number, moved)
    return moved


def _freeze_anew(left: list[UUID]) -> None:
    """Freeze the holidays of a law's longer period into the records that have a class and are not set aside yet."""
    held = Exists(ItemValue.objects.filter(record_id=OuterRef("id")))
    for record_id in Inquiry.objects.exclude(record_class="").filter(held).values_list("id", flat=True):
        with _leaving_it_if_bad(record_id, left), transaction.atomic("live"):
            row = Inquiry.objects.select_for_update().get(id=record_id)
            freeze_holidays(row)
            row.save(update_fields=["calendar"])


@contextmanager
def _leaving_it_if_bad(record_id: UUID, left: list[UUID]) -> Iterator[None]:
    """Leave and name a record that cannot be decided on, as a half-restored database has them; the others go on."""
    try:
        yield
    except (JikimError, LookupError, ValueError) as error:
        log.error("a new version does not reach record %s yet: %s", record_id, type(error).__name__)  # noqa: TRY400 - no word of a row
        left.append(record_id)


def _revise(page: list[SeparateItem], left: list[UUID]) -> int:
    """Give set-aside values the windows they have now, in their rows and then in their stubs; return how many moved.

    A crash between the two leaves stubs behind; the next try reads the same rows, and mends the stubs alone.
    """
    now, moved = dict[UUID, Window](), list[SeparateItem]()
    for row in page:
        with _leaving_it_if_bad(row.record_id, left):
            window, days = _decided(row)
            now[row.value_id] = window
            if _tell(row, window):
                row.calendar = [day.isoformat() for day in sorted(days)]
                moved.append(row)
    SeparateItem.objects.bulk_update(moved, [*TOLD, "calendar"])
    stubs = [stub for stub in Stub.objects.filter(value_id__in=now) if _tell(stub, now[stub.value_id])]
    Stub.objects.bulk_update(stubs, TOLD)
    return len(moved)


def _decided(row: SeparateItem) -> tuple[Window, frozenset[date]]:
    """Return the window that a set-aside value has now, and the holidays that it rests on."""
    policy, later = governing(row.policy_number).policy, later_than(row.policy_number)
    facts = KeptFacts(row.record_class, row.start_on, frozen(row.calendar))
    years = years_in_reach(kept_value(row), facts, policy, later)
    days = facts.holidays.union(*(packs.holidays(policy.retention.calendar, year, year) for year in years))
    facts = KeptFacts(row.record_class, row.start_on, days)
    return kept_under(kept_value(row), facts, policy, later).window, days


def _tell(row: SeparateItem | Stub, window: Window) -> bool:
    """Have a row tell a window, unsaved; return whether it told another one."""
    told = [getattr(row, name) for name in TOLD]
    row.last_day, row.keep_until, row.destroy_by = window.last_day, window.keep_until, window.destroy_by
    return told != [getattr(row, name) for name in TOLD]
