"""A hold refuses destruction and nothing else; what it kept is due when it is lifted, for five days."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from jikim import clock
from jikim.actions import holds
from jikim.domain.hold import HoldReason, HoldRefused
from jikim.domain.staff import RoleMissing, StaffRole
from jikim.procedures import due, intents
from jikim.queries import due as planned
from jikim.queries import holds as asked
from jikim.queries.desk import session
from jikim.store.live.models import AccessRecord, Hold, ItemValue, PendingLeaf
from tests.support.company import BEGINS, Company, copies
from tests.support.staff import signed_in

ENDS = date(2026, 10, 13)
REVIEW = date(2027, 1, 5)


def held(company: Company, *items: str, record_class: str = "general") -> tuple[UUID, UUID]:
    record_id = company.receives_and_resolves(record_class, access_log="").record_id
    hold_id = holds.set_hold(record_id, items, HoldReason.LAWSUIT, review_on=REVIEW, session_id=company.session_id)
    return record_id, hold_id


def test_what_is_held_is_named_and_stays_and_the_rest_goes(stores: None, company: Company) -> None:
    _record_id, hold_id = held(company, "content")
    done = company.works_on(ENDS)
    assert (done.destroyed, done.withheld) == (6, 1)
    assert list(ItemValue.objects.values_list("item", flat=True)) == ["content"]
    (kept,) = planned.plan(ENDS).withheld
    assert (kept.holds, kept.late) == ((hold_id,), False)
    assert company.works_on(date(2026, 12, 1)).destroyed == 0


def test_a_lifted_hold_lets_go_within_five_days(stores: None, company: Company) -> None:
    _record_id, hold_id = held(company, "content")
    company.works_on(ENDS)
    clock.travel_to(date(2026, 12, 1))
    holds.lift_hold(hold_id, session_id=company.session_id)
    (action,) = planned.plan(date(2026, 12, 1)).actions
    assert (action.due_on, action.due_by) == (date(2026, 12, 1), date(2026, 12, 5))
    assert due.run(date(2026, 12, 1)).destroyed == 1


def test_a_held_value_is_still_set_aside_and_held_there(stores: None, company: Company) -> None:
    record_id, _hold_id = held(company, "content", record_class="complaint-dispute")
    company.works_on(ENDS)
    assert copies(record_id, "content") == ["separate"]
    later = company.works_on(date(2029, 10, 8))
    assert (later.destroyed, later.withheld) == (2, 1)


def test_nobody_is_told_that_a_hold_keeps_what_a_destruction_has_begun_with(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves(access_log="").record_id
    clock.travel_to(ENDS)
    actions = planned.plan(ENDS).actions
    intents.begin([action for action in actions if action.item != "content"], on=ENDS)
    facts: dict[str, Any] = {"reason": HoldReason.LAWSUIT, "review_on": REVIEW, "session_id": company.session_id}
    with pytest.raises(HoldRefused):
        holds.set_hold(record_id, ["email"], **facts)
    holds.set_hold(record_id, ["email", "content"], **facts)
    (hold,) = asked.standing(ENDS)
    (content,) = (action.value_id for action in actions if action.item == "content")
    assert hold.values == {content}
    assert due.run(ENDS).withheld == 1
    assert copies(record_id, "content") == ["live"]


def test_access_and_journal_are_told_before_a_hold_is_set_reviewed_or_lifted(stores: None, company: Company) -> None:
    _record_id, hold_id = held(company, "content", "email")
    holds.review_hold(hold_id, again_on=date(2027, 3, 1), session_id=company.session_id)
    holds.lift_hold(hold_id, session_id=company.session_id)
    assert AccessRecord.objects.filter(task="hold").count() == 3
    told = [row.body for row in PendingLeaf.objects.filter(kind="hold").order_by("id")]
    assert [(body["event"], body["reason"], body["values"]) for body in told] == [
        ("set", "lawsuit", 2),
        ("reviewed", "lawsuit", 2),
        ("lifted", "lawsuit", 2),
    ]
    assert Hold.objects.get().review_on == date(2027, 3, 1)


def test_only_the_officer_decides_and_only_over_what_exists(stores: None, company: Company) -> None:
    record_id = company.receives().record_id
    handler = session(signed_in([StaffRole.HANDLER]))
    assert handler is not None
    facts: dict[str, Any] = {"reason": HoldReason.LAWSUIT, "review_on": REVIEW}
    with pytest.raises(RoleMissing):
        holds.set_hold(record_id, ["content"], session_id=handler.id, **facts)
    for items in ((), ("phone",)):
        with pytest.raises(HoldRefused):
            holds.set_hold(record_id, items, session_id=company.session_id, **facts)
    with pytest.raises(HoldRefused):
        holds.lift_hold(uuid4(), session_id=company.session_id)
    assert not Hold.objects.exists()


def test_a_hold_that_nobody_looks_at_again_is_named(stores: None, company: Company) -> None:
    held(company, "content")
    assert (len(asked.standing(BEGINS)), asked.to_review()) == (1, ())
    clock.travel_to(REVIEW + timedelta(days=1))
    assert len(asked.to_review()) == 1
