"""Laws of the rails, for every plan, cap and approval."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from jikim.domain.approval import COOLING_OFF, Approval, changed, covered, read_action, sign
from jikim.domain.destruction import LIVE, SEPARATE, Action, plan
from jikim.domain.guard_rails import admit, cap, falls_behind, load_of, show_from, sign_by, to_approve
from jikim.domain.period import Window
from jikim.domain.separation import Fate
from jikim.domain.staff import StaffRole
from jikim.domain.terms import Reason
from tests.support.records import HOLIDAYS

DAY = date(2026, 10, 20)
AT = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
APPROVER = frozenset({StaffRole.APPROVER})
days = st.dates(date(2026, 1, 1), date(2035, 12, 31))


@st.composite
def actions(draw: st.DrawFn) -> Action:
    due_on = DAY + timedelta(days=draw(st.integers(-6, 20)))
    due_by = due_on + timedelta(days=draw(st.integers(0, 6)))
    verb = draw(st.sampled_from((Fate.DESTROY, Fate.DESTROY, Fate.SET_ASIDE)))
    return Action(
        UUID(int=draw(st.integers(1, 9))),
        draw(st.uuids()),
        draw(st.sampled_from((LIVE, SEPARATE))),
        "content",
        "value",
        verb,
        draw(st.sampled_from(Reason)),
        draw(st.sampled_from(("", "complaint-dispute"))),
        due_on,
        due_by,
        Window(due_on - timedelta(days=1), draw(st.none() | st.just(due_on)), due_by),
    )


plans = st.lists(actions(), max_size=40, unique_by=lambda action: action.value_id)


@given(plans, st.integers(0, 60), st.data())
def test_every_action_goes_or_waits_and_no_more_than_the_cap_goes_unapproved(
    some: list[Action], left: int, data: st.DataObject
) -> None:
    approved = frozenset(data.draw(st.sets(st.sampled_from(some)))) if some else frozenset[Action]()
    admitted = admit(plan(DAY, some), left=left, approved=approved)
    assert sorted(a.key for a in some) == sorted(a.key for a in (*admitted.going, *(a for a, _ in admitted.waiting)))
    unapproved = [a for a in admitted.going if a.verb == Fate.DESTROY and a not in approved]
    assert len(unapproved) == admitted.free <= left
    assert not {a for a, _ in admitted.waiting} & approved


@given(plans, st.integers(0, 10_000), st.lists(st.integers(0, 500), max_size=30))
def test_a_plan_under_the_cap_never_waits(some: list[Action], alive: int, freely: list[int]) -> None:
    size = cap(alive, freely)  # never under fifty, and a plan here has forty at most
    assert admit(plan(DAY, some), left=size).waiting == ()


@given(plans, st.integers(0, 60))
def test_nothing_waits_while_something_less_urgent_goes(some: list[Action], left: int) -> None:
    admitted = admit(plan(DAY, some), left=left)
    going = [a.due_by for a in admitted.going if a.verb == Fate.DESTROY]
    assert all(max(going, default=date.min) <= a.due_by for a, _ in admitted.waiting)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 1000), max_size=30), st.integers(0, 10**5))
def test_more_alive_never_lowers_the_cap(alive: int, freely: list[int], more: int) -> None:
    assert 50 <= cap(alive, freely) <= cap(alive + more, freely)


@given(plans, st.integers(0, 20), st.integers(1, 20))
def test_where_the_forecast_sees_no_trouble_carrying_it_out_meets_none(
    some: list[Action], left: int, size: int
) -> None:
    load = load_of(some)
    waiting = [action for action in some if action.verb == Fate.DESTROY]
    late, day, room = False, DAY, left
    while waiting:
        due = [action for action in waiting if action.due_on <= day]
        gone = set(admit(plan(day, due), left=room).going)
        waiting = [action for action in waiting if action not in gone]
        late = late or any(action.due_by <= day for action in waiting)
        day, room = day + timedelta(days=1), size
    assert falls_behind(load, on=DAY, left=left, cap=size) is late


@given(plans, st.integers(0, 20), st.integers(1, 20))
def test_only_destructions_are_put_to_approval(some: list[Action], left: int, size: int) -> None:
    asked = to_approve(some, on=DAY, left=left, cap=size, holidays=HOLIDAYS)
    assert set(asked) <= {action for action in some if action.verb == Fate.DESTROY}


@given(plans, plans, st.booleans())
def test_an_approval_never_covers_an_action_it_did_not_list(
    listed: list[Action], joined: list[Action], alone: bool
) -> None:
    approval = _signed(listed, people=1 if alone else 2)
    found = covered(approval, [*listed, *joined], (), now=AT + COOLING_OFF, alone=alone)
    assert found == frozenset(listed)


@given(plans.filter(bool), st.data())
def test_an_approval_lapses_whole_when_one_listed_action_changed_and_only_then(
    listed: list[Action], data: st.DataObject
) -> None:
    approval, one = _signed(listed), data.draw(st.sampled_from(listed))
    others = [action for action in listed if action != one]
    moved = replace(one, due_on=one.due_on + timedelta(days=1))
    for decided in (others, [*others, moved]):
        assert changed(approval, decided, ()) == (one,)
        assert covered(approval, decided, (), now=AT + COOLING_OFF, alone=False) == frozenset()
    assert covered(approval, others, {one.value_id}, now=AT, alone=False) == frozenset(listed)  # done is not changed


@given(plans, st.integers(0, 48))
def test_one_person_alone_waits_a_day_and_two_do_not(listed: list[Action], hours: int) -> None:
    now = AT + timedelta(hours=hours)
    alone = covered(_signed(listed, people=1), listed, (), now=now, alone=True)
    assert alone == (frozenset(listed) if hours >= 24 else frozenset())
    assert covered(_signed(listed, people=1), listed, (), now=now, alone=False) == frozenset()
    assert covered(_signed(listed, people=2), listed, (), now=now, alone=False) == frozenset(listed)


@given(plans)
def test_the_digest_of_an_approval_is_that_of_its_plan_on_any_day(listed: list[Action]) -> None:
    assert {Approval(tuple(listed)).digest} == {
        plan(DAY, listed).digest,
        plan(date(2030, 1, 1), reversed(listed)).digest,
    }


@given(actions())
def test_a_stored_action_is_read_back_as_it_was(action: Action) -> None:
    assert read_action(action.facts()) == action


@given(days, st.integers(0, 9), st.frozensets(st.dates(date(2026, 1, 1), date(2036, 12, 31)), max_size=40))
def test_a_signature_in_time_takes_effect_in_time_even_alone(due_on: date, width: int, off: frozenset[date]) -> None:
    window = Window(due_on - timedelta(days=1), None, due_on + timedelta(days=width))
    ids = UUID(int=1), UUID(int=2)
    action = Action(
        *ids, LIVE, "content", "value", Fate.DESTROY, Reason.ABANDONED, "", due_on, window.destroy_by, window
    )
    assert show_from(action, off) <= sign_by(action, off) < action.due_by
    assert show_from(action, off) <= due_on
    assert sign_by(action, off) + COOLING_OFF <= action.due_by


def _signed(listed: list[Action], *, people: int = 2) -> Approval:
    approval = Approval(tuple(listed))
    for person in range(people):
        approval = sign(approval, approval.digest, by=UUID(int=person), roles=APPROVER, at=AT)
    return approval
