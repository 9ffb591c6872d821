"""Holds: who may set and lift one, what it refuses, and that nothing it holds is left out in silence."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from jikim.domain.destruction import LIVE, SEPARATE, plan
from jikim.domain.hold import HoldRefused, check_new, held_by, lift, review, withhold
from jikim.domain.separation import Fate
from tests.support.holds import BEFORE, HANDLER, LIVING, OFFICER, VALUE, hold
from tests.support.plans import DAY, action


def test_a_handler_asks_the_officer_approves_and_it_stands_from_that_day() -> None:
    check_new(hold(), HANDLER, OFFICER, living=LIVING, today=BEFORE)
    assert not hold().stands(BEFORE - timedelta(days=1))
    assert hold().stands(BEFORE)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"values": frozenset()}, "over nothing"),
        ({"values": frozenset({VALUE, UUID(int=5555)})}, "1 of 2 values .* are destroyed or not its own"),
        ({"set_on": BEFORE - timedelta(days=1)}, "begins on the day it is set"),
        ({"set_on": BEFORE + timedelta(days=1)}, "begins on the day it is set"),
        ({"lifted_on": BEFORE}, "begins on the day it is set"),
        ({"review_on": BEFORE}, "review it by 2027-04-10"),
        ({"review_on": date(2027, 4, 11)}, "review it by 2027-04-10"),
        ({"approved_by": HANDLER.id}, "names other people"),
    ],
)
def test_a_hold_that_may_not_be_set_is_refused_with_the_reason(changes: dict[str, object], says: str) -> None:
    with pytest.raises(HoldRefused, match=says):
        check_new(hold(**changes), HANDLER, OFFICER, living=LIVING, today=BEFORE)


def test_a_hold_without_the_officer_is_refused() -> None:
    with pytest.raises(HoldRefused, match="approved by the officer"):
        check_new(hold(approved_by=HANDLER.id), HANDLER, HANDLER, living=LIVING, today=BEFORE)


def test_only_the_officer_lifts_and_only_once() -> None:
    with pytest.raises(HoldRefused, match="for the privacy officer"):
        lift(hold(), HANDLER, today=DAY)
    lifted = lift(hold(), OFFICER, today=DAY)
    assert (lifted.lifted_on, lifted.stands(DAY)) == (DAY, False)
    with pytest.raises(HoldRefused, match="nothing to lift"):
        lift(lifted, OFFICER, today=DAY)


def test_a_forgotten_hold_still_stands_and_says_that_it_was_forgotten() -> None:
    late = hold().review_on + timedelta(days=1)
    assert hold().stands(late)
    assert hold().needs_review(late)
    assert not hold().needs_review(hold().review_on)
    again = review(hold(), OFFICER, again_on=late + timedelta(days=90), today=late)
    assert not again.needs_review(late)
    with pytest.raises(HoldRefused, match="the officer reviews"):
        review(hold(), HANDLER, again_on=late + timedelta(days=90), today=late)
    with pytest.raises(HoldRefused, match="review it by"):
        review(hold(), OFFICER, again_on=late + timedelta(days=400), today=late)


def test_a_hold_refuses_destruction_of_the_held_values_and_of_no_others() -> None:
    going, held = withhold([action(1), action(2)], [hold()], DAY)
    assert [one.value_id for one in going] == [action(2).value_id]
    assert [(one.action, one.holds, one.late) for one in held] == [(action(1), (hold().id,), False)]


def test_what_is_held_is_named_in_the_plan_and_stays_out_of_its_digest() -> None:
    going, held = withhold([action(1), action(2)], [hold()], DAY)
    listed = plan(DAY, going, withheld=held)
    assert [one.action.value_id for one in listed.withheld] == [VALUE]
    assert listed.digest == plan(DAY, [action(2)]).digest


def test_a_hold_lets_a_value_be_set_aside_and_follows_it() -> None:
    move = action(1, verb=Fate.SET_ASIDE)
    assert withhold([move], [hold()], DAY) == ((move,), ())
    for store in (LIVE, SEPARATE):
        assert withhold([action(1, store=store)], [hold()], DAY)[0] == ()


def test_a_hold_on_another_record_holds_nothing_here() -> None:
    assert withhold([action(1)], [hold(record_id=UUID(int=4242))], DAY)[1] == ()


def test_an_erasure_that_meets_a_hold_is_told_which() -> None:
    assert held_by(VALUE, [hold()], DAY) == (hold(),)
    assert held_by(action(2).value_id, [hold()], DAY) == ()
    assert held_by(VALUE, [lift(hold(), OFFICER, today=DAY)], DAY) == ()


def test_a_hold_that_ended_before_its_value_was_due_changes_nothing() -> None:
    assert withhold([action(1)], [hold(lifted_on=DAY - timedelta(days=2))], DAY) == ((action(1),), ())


@pytest.mark.parametrize(("days", "late"), [(4, False), (5, True)])
def test_a_hold_set_on_the_last_day_is_in_time_and_one_day_after_it_is_not(days: int, late: bool) -> None:
    held = withhold([action(1)], [hold(set_on=DAY + timedelta(days=days))], DAY + timedelta(days=9))[1]
    assert [one.late for one in held] == [late]
