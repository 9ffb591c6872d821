"""The plan: shown first, then exactly that."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from jikim.domain.destruction import (
    SEPARATE,
    Action,
    KeptValue,
    PlanChanged,
    kept_action,
    live_action,
    plan,
    refuse_unless,
)
from jikim.domain.period import Period, Window
from jikim.domain.separation import Fate
from jikim.domain.terms import Reason
from tests.support.records import POLICY, RECORD, facts, value

DAY = date(2026, 10, 20)
CLOSED = facts(resolved=date(2026, 10, 12), record_class="complaint-dispute", start=date(2026, 10, 12))
VALUES = tuple(
    replace(value(item), value_id=UUID(int=number)) for number, item in enumerate(("email", "content", "attachments"))
)


def actions(on: date = DAY) -> list[Action]:
    found = (live_action(held, CLOSED, POLICY, on) for held in VALUES)
    return [action for action in found if action]


def test_a_plan_lists_moves_and_destructions_with_their_days() -> None:
    listed = plan(DAY, actions())
    assert [(a.item, a.verb, a.rule) for a in listed.actions] == [
        ("email", Fate.SET_ASIDE, "complaint-dispute"),
        ("content", Fate.SET_ASIDE, "complaint-dispute"),
        ("attachments", Fate.DESTROY, ""),
    ]
    assert {(a.due_on, a.due_by) for a in listed.actions} == {(DAY, date(2026, 10, 24))}
    assert listed.actions[0].window == Window(date(2029, 10, 12), date(2029, 10, 12), date(2029, 10, 17))


def test_nothing_is_planned_the_day_before() -> None:
    assert actions(date(2026, 10, 19)) == []


@pytest.mark.parametrize(
    ("within", "by"), [("P2D", date(2026, 10, 21)), ("P5D", date(2026, 10, 24)), ("P9D", date(2026, 10, 24))]
)
def test_a_policy_may_promise_to_destroy_sooner_but_not_later_than_five_days(within: str, by: date) -> None:
    policy = replace(POLICY, retention=replace(POLICY.retention, within=Period.parse(within)))
    action = live_action(value("attachments"), CLOSED, policy, DAY)
    assert action is not None
    assert (action.verb, action.due_by) == (Fate.DESTROY, by)


def test_the_digest_is_of_the_listed_actions_alone_in_any_order() -> None:
    assert plan(DAY, actions()).digest == plan(date(2026, 10, 21), reversed(actions(date(2026, 10, 21)))).digest


@pytest.mark.parametrize(
    "change",
    [
        {"value_id": UUID(int=99)},
        {"record_id": UUID(int=99)},
        {"item": "subject"},
        {"facet": "name"},
        {"verb": Fate.DESTROY},
        {"store": SEPARATE},
        {"rule": "payment-supply"},
        {"reason": Reason.ABANDONED},
        {"due_on": date(2026, 10, 21)},
        {"due_by": date(2026, 10, 25)},
        {"window": Window(date(2029, 10, 13), None, date(2029, 10, 18))},
    ],
)
def test_any_change_of_an_action_changes_the_digest(change: dict[str, object]) -> None:
    first, *rest = actions()
    changed = replace(first, **change)  # type: ignore[arg-type]  # one field of each type
    assert plan(DAY, [changed, *rest]).digest != plan(DAY, [first, *rest]).digest


def test_a_plan_that_lost_or_gained_an_action_has_another_digest() -> None:
    assert len({plan(DAY, actions()[:count]).digest for count in range(4)}) == 4


def test_another_plan_than_the_one_shown_is_refused_with_the_next_step() -> None:
    shown = plan(DAY, actions()).digest
    refuse_unless(shown, plan(DAY, actions()))
    with pytest.raises(PlanChanged, match="run `jikim due` again"):
        refuse_unless(shown, plan(DAY, actions()[1:]))


def test_late_work_is_counted_from_the_day_after_its_last_day() -> None:
    assert plan(date(2026, 10, 24), actions(date(2026, 10, 24))).overdue == ()
    assert len(plan(date(2026, 10, 25), actions(date(2026, 10, 25))).overdue) == 3


@pytest.mark.parametrize(
    ("keep_until", "due_on"),
    [(date(2026, 11, 2), date(2026, 11, 3)), (None, date(2026, 11, 1))],  # kept over a weekend by law; by itself not
)
def test_a_set_aside_value_is_destroyed_on_the_first_day_after_its_floor(keep_until: date | None, due_on: date) -> None:
    kept = KeptValue(
        UUID(int=1), RECORD, "content", "value", "law", Window(date(2026, 10, 31), keep_until, date(2026, 11, 5))
    )
    assert kept_action(kept, date.fromordinal(due_on.toordinal() - 1)) is None
    action = kept_action(kept, due_on)
    assert action is not None
    assert (action.verb, action.due_on, action.due_by) == (Fate.DESTROY, due_on, date(2026, 11, 5))


def test_a_plan_is_grouped_by_record_and_tells_no_content() -> None:
    other = replace(actions()[0], record_id=UUID(int=7))
    listed = plan(DAY, [*actions(), other])
    assert [(record, len(group)) for record, group in listed.by_record()] == [(UUID(int=7), 1), (RECORD, 3)]
    assert set(other.facts()) == {
        "record", "value", "store", "item", "facet", "verb", "reason", "rule", "due_on", "due_by",
        "last_day", "keep_until", "destroy_by",
    }  # fmt: skip


def test_the_digest_of_a_plan_is_the_same_on_every_machine_and_in_every_release() -> None:
    action = Action(
        record_id=RECORD,
        value_id=UUID(int=1),
        store=SEPARATE,
        item="content",
        facet="value",
        verb=Fate.DESTROY,
        reason=Reason.RETENTION_ENDED,
        rule="불만",  # other letters than ASCII stand as they are
        due_on=DAY,
        due_by=DAY,
        window=Window(DAY, None, DAY),
    )
    assert plan(DAY, [action]).digest == "4304e282dc8a8705376691fc180bdd212470dc95dfd5dcbd796fbf733d88b697"


def test_a_plan_tells_its_moves_and_its_destructions_apart() -> None:
    listed = plan(DAY, actions())
    assert [a.item for a in listed.of(Fate.SET_ASIDE)] == ["email", "content"]
    assert [(a.item, a.reason) for a in listed.of(Fate.DESTROY)] == [("attachments", Reason.PURPOSE_ACHIEVED)]
    assert {a.reason for a in listed.of(Fate.SET_ASIDE)} == {Reason.KEPT_BY_RULE}


def test_what_outlived_its_floor_unmoved_was_due_after_the_floor_and_not_before() -> None:
    late = actions(date(2029, 10, 13))
    assert {(a.item, a.verb, a.due_on) for a in late} == {
        ("email", Fate.DESTROY, date(2029, 10, 13)),
        ("content", Fate.DESTROY, date(2029, 10, 13)),
        ("attachments", Fate.DESTROY, DAY),
    }
