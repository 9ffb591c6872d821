"""A later version reaches what is held: longer where a law keeps it, shorter where the company does."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from jikim import clock
from jikim.actions import policies
from jikim.domain.storage_only import AlreadyLeft
from jikim.language import load
from jikim.procedures import due, revise
from jikim.queries import due as planned
from jikim.queries import inquiries as asked
from jikim.queries.alarms import unclassified
from jikim.store.live.models import Inquiry, NightWork, Stub
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, POLICIES, Company

ENDS = date(2026, 10, 13)
COMPLAINT = ('start = "complaint.resolved"\nperiod = "P3Y"', 'start = "complaint.resolved"\nperiod = "P5Y"')
ABUSE = ('start = "abuse.closed"\nperiod = "P1Y"', 'start = "abuse.closed"\nperiod = "P6M"')
QUIET = ('quiet = "P7D"', 'quiet = "P2D"')
WITHIN = ('within = "P5D"', 'within = "P2D"')


def publishes(version: int, at: date, *changes: tuple[str, str]) -> None:
    """Publish the reference policy again with changes, under the next number."""
    text = (POLICIES / "utracs/2.toml").read_text(encoding="utf-8")
    line = (
        f'[history.{version}]\neffective = "{at}"\nsummary = {{ ko = "다음 판", en = "Next version" }}\n\n[controller]'
    )
    numbered = (
        ("version = 2\n", f"version = {version}\n"),
        ("effective = 2026-10-02T", f"effective = {at}T"),
        ("[controller]", line),
    )
    for old, new in (*numbered, *changes):
        assert old in text
        text = text.replace(old, new, 1)
    policies.publish(load.parse(text.encode(), "next.toml"), by="test")


def windows(item: str) -> tuple[Mapping[str, date | None], Mapping[str, date | None]]:
    """Return the window of one item as it lies apart, and as its stub tells."""
    days = ("last_day", "keep_until", "destroy_by")
    return SeparateItem.objects.values(*days).get(item=item), Stub.objects.values(*days).get(item=item)


def test_a_law_s_longer_period_reaches_what_is_set_aside_with_its_holidays(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(ENDS)
    assert windows("content")[0]["last_day"] == date(2029, 10, 5)
    publishes(3, date(2029, 9, 1), COMPLAINT)
    company.works_on(date(2029, 9, 1))
    kept, told = windows("content")
    assert kept == told
    assert (kept["last_day"], kept["keep_until"]) == (date(2031, 10, 5), date(2031, 10, 6))  # a Sunday
    assert "2031-10-03" in SeparateItem.objects.get(item="content").calendar
    assert company.works_on(date(2029, 10, 6)).destroyed == 1  # the access log alone
    assert company.works_on(date(2031, 10, 7)).destroyed == 3


def test_on_the_very_day_of_its_end_a_longer_law_still_comes_first(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(ENDS)
    clock.travel_to(date(2029, 10, 6))
    publishes(3, date(2029, 10, 6), COMPLAINT)
    assert due.run(date(2029, 10, 6)).destroyed == 0
    assert {action.item for action in planned.plan(date(2029, 10, 7)).actions} == {"access_log"}  # due long before


def test_a_shorter_rule_of_the_company_s_own_destroys_what_it_kept_within_five_days_of_its_first_day(
    stores: None, company: Company
) -> None:
    company.receives_and_resolves("unauthorized-use")
    company.works_on(date(2027, 1, 6))
    assert windows("access_log")[0]["last_day"] == date(2027, 10, 5)
    publishes(3, date(2027, 6, 1), ABUSE)
    company.works_on(date(2027, 5, 31))
    (kept, told) = windows("access_log")
    assert kept == told == {"last_day": date(2027, 5, 31), "keep_until": None, "destroy_by": date(2027, 6, 5)}
    assert company.works_on(date(2027, 6, 1)).held_back == {"dry": 1}  # the first day under a new version only shows
    assert company.works_on(date(2027, 6, 2)).destroyed == 1


def test_what_is_held_is_brought_under_a_version_once(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(ENDS)
    assert revise.keep_up() == 0
    assert not NightWork.objects.filter(name__startswith="revised-").exists()  # nothing followed the first one
    publishes(3, date(2029, 9, 1), COMPLAINT)
    assert revise.keep_up() == 3
    assert revise.keep_up() == 0
    Stub.objects.update(last_day=date(2029, 10, 5))  # as a crash between the two databases leaves it
    NightWork.objects.all().delete()
    assert revise.keep_up() == 0
    kept, told = windows("content")
    assert kept == told


@pytest.mark.parametrize("records", [1, 4])
def test_many_values_take_no_more_writes_than_one(stores: None, company: Company, records: int) -> None:
    for _ in range(records):
        company.receives_and_resolves("complaint-dispute")
    company.works_on(ENDS)
    publishes(3, date(2029, 9, 1), COMPLAINT)
    with CaptureQueriesContext(connections["separate"]) as apart, CaptureQueriesContext(connections["live"]) as live:
        assert revise.keep_up() == 3 * records
    writes = [query["sql"] for query in (*apart, *live) if query["sql"].startswith("UPDATE")]
    assert len([sql for sql in writes if "separateitem" in sql or "stub" in sql]) == 2


def test_a_death_between_the_two_databases_is_mended_by_the_next_try(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(ENDS)
    publishes(3, date(2029, 9, 1), COMPLAINT)
    write = QuerySet.bulk_update

    def dies_at_stubs(rows: "QuerySet[Any]", *given: Any, **more: Any) -> int:
        if rows.model is Stub:
            raise KeyboardInterrupt
        return write(rows, *given, **more)

    with monkeypatch.context() as dying:
        dying.setattr(QuerySet, "bulk_update", dies_at_stubs)
        with pytest.raises(KeyboardInterrupt):
            revise.keep_up()
    kept, told = windows("content")
    assert (kept["last_day"], told["last_day"]) == (date(2031, 10, 5), date(2029, 10, 5))
    assert revise.keep_up() == 0  # what lies apart has its days already
    kept, told = windows("content")
    assert kept == told


def test_holidays_of_a_longer_period_are_frozen_into_what_is_not_set_aside_yet(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    before = set(Inquiry.objects.get().calendar)
    assert not any(day.startswith("2031") for day in before)
    publishes(3, date(2026, 10, 8), COMPLAINT)
    company.works_on(date(2026, 10, 8))
    after = set(Inquiry.objects.get().calendar)
    assert before < after
    assert any(day.startswith("2031") for day in after)
    assert company.works_on(ENDS).set_aside == 3
    assert windows("content")[0]["keep_until"] == date(2031, 10, 6)


def test_shorter_quiet_days_end_the_record_for_every_page_alike(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    publishes(3, date(2026, 10, 9), QUIET)
    for day, over in ((date(2026, 10, 8), False), (date(2026, 10, 9), True)):
        clock.travel_to(day)
        status = asked.status(record_id)
        assert status is not None
        assert (status.achieved_on, status.can_reopen) == (date(2026, 10, 8), not over)
        assert asked.life(record_id).node("achieved").day == date(2026, 10, 8)
        assert bool(planned.plan(day).actions) is over
    with pytest.raises(AlreadyLeft):
        company.answers(record_id)


def test_fewer_silent_days_are_told_before_they_end_an_inquiry(stores: None, company: Company) -> None:
    company.receives(access_log="")
    publishes(3, date(2026, 11, 20), ('inactive_after = "P180D"', 'inactive_after = "P30D"'))
    company.works_on(date(2026, 11, 10))
    (one,) = unclassified(planned.plan(date(2026, 11, 10)))
    assert one.ends_on == date(2026, 11, 19)


def test_a_version_that_promises_destruction_sooner_is_late_sooner(stores: None, company: Company) -> None:
    company.receives_and_resolves(access_log="")
    publishes(3, date(2026, 10, 8), WITHIN)
    days = {action.due_by for action in planned.plan(ENDS).actions}
    assert days == {date(2026, 10, 14)}
    assert len(planned.plan(date(2026, 10, 15)).overdue) == 7


def test_a_version_that_promises_it_after_the_end_counts_from_its_own_first_day(stores: None, company: Company) -> None:
    company.receives_and_resolves(access_log="")
    publishes(3, ENDS + timedelta(days=1), WITHIN)
    assert {action.due_by for action in planned.plan(ENDS).actions} == {BEGINS + timedelta(days=10)}


def test_a_record_that_cannot_be_decided_on_keeps_no_other_from_the_next_version(
    stores: None, company: Company
) -> None:
    bad, good = (company.receives_and_resolves("complaint-dispute").record_id for _ in range(2))
    company.works_on(ENDS)
    SeparateItem.objects.filter(record_id=bad).update(policy_number=1)  # a version that a half-restored database lacks
    publishes(3, date(2029, 9, 1), COMPLAINT)
    company.works_on(date(2029, 9, 1))
    ends = {row.record_id: row.last_day for row in SeparateItem.objects.filter(item="content")}
    assert (ends[bad], ends[good]) == (date(2029, 10, 5), date(2031, 10, 5))
    SeparateItem.objects.filter(record_id=bad).update(policy_number=2)
    company.works_on(date(2029, 9, 2))
    assert SeparateItem.objects.get(record_id=bad, item="content").last_day == date(2031, 10, 5)
    assert NightWork.objects.filter(name=f"{revise.MARK}3").count() == 1
