"""What waits is told: to the desk, with its reason; and a round in which nothing is due looks at no value."""

from datetime import date, timedelta

from django.db import connections
from django.test.utils import CaptureQueriesContext

from jikim import clock
from jikim.actions import holds, inquiries, policies
from jikim.domain.hold import HoldReason
from jikim.language import load
from jikim.procedures import due
from jikim.procedures.carrying import Carried
from jikim.queries import due as planned
from jikim.queries.alarms import alarms, unclassified
from jikim.store.live.models import Inquiry
from jikim.store.live.models.inquiry import NOT_WOUND
from tests.support.company import BEGINS, POLICIES, Company

ENDS = date(2026, 10, 13)


def next_days() -> set[date | None]:
    return set(Inquiry.objects.values_list("next_due_on", flat=True))


def test_on_a_good_day_nothing_is_told(stores: None, company: Company) -> None:
    company.receives_and_resolves()
    company.works_on(ENDS)
    told = alarms()
    assert not any((told.clock_stopped, told.lists, told.held_back, told.only_shown, told.withheld, told.overdue))
    assert (told.holds_to_review, told.unclassified, told.quarantined, told.waiting_for_copies) == ((), (), 0, 0)


def test_what_is_late_and_what_is_held_is_told(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves(access_log="").record_id
    holds.set_hold(
        record_id, ["content"], HoldReason.LAWSUIT, review_on=date(2027, 1, 5), session_id=company.session_id
    )
    clock.travel_to(ENDS + timedelta(days=9))
    told = alarms()
    assert (told.overdue, told.withheld, told.most_overdue_days > 0) == (6, 1, True)


def test_what_ends_without_a_class_is_named_two_weeks_before_and_until_it_has_one(
    stores: None, company: Company
) -> None:
    record_id = company.receives(access_log="").record_id
    assert unclassified(planned.plan(date(2027, 3, 1))) == ()
    (one,) = unclassified(planned.plan(date(2027, 3, 25)))
    assert (one.record_id, one.waits) == (record_id, False)
    (over,) = unclassified(planned.plan(one.ends_on + timedelta(days=30)))
    assert over.waits
    clock.travel_to(date(2027, 3, 25))
    company.resolves(record_id)
    assert unclassified(planned.plan(date(2027, 3, 25))) == ()


def test_every_verb_that_moves_a_clock_leaves_the_day_of_what_is_due(stores: None, company: Company) -> None:
    record_id = company.receives(access_log="").record_id
    abandoned = next_days()
    company.resolves(record_id)
    assert next_days() == {ENDS}
    inquiries.reopen(record_id, session_id=company.session_id)
    assert next_days() == abandoned
    clock.travel_to(BEGINS + timedelta(days=3))
    company.answers(record_id)
    (later,) = next_days()
    assert later is not None
    assert later > max(day for day in abandoned if day)
    company.resolves(record_id)
    assert company.works_on(ENDS + timedelta(days=3)).destroyed == 8
    assert next_days() == {None}


def test_a_new_version_has_every_clock_looked_at_again_once(stores: None, company: Company) -> None:
    company.receives_and_resolves(access_log="")
    policies.publish(load.read(POLICIES / "utracs/2.toml"), by="test")  # the same again changes nothing
    assert next_days() == {ENDS}
    Inquiry.objects.update(next_due_on=NOT_WOUND)  # as publishing another one does
    due.run(clock.policy_today())
    assert next_days() == {ENDS}


def test_a_round_with_nothing_due_looks_at_no_value_and_no_record_that_waits(stores: None, company: Company) -> None:
    for _ in range(3):
        company.receives_and_resolves()
    with CaptureQueriesContext(connections["live"]) as seen:
        done = due.run(clock.policy_today())
    assert done == Carried(clock.policy_today())
    assert not [query["sql"] for query in seen if "live_itemvalue" in query["sql"]]
    assert sum("live_inquiry" in query["sql"] for query in seen) <= 2
