"""The rails as tables: how large a cap is, when a list is shown, what stops the job, what a first day only shows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jikim.domain.destruction import SEPARATE, plan
from jikim.domain.errors import Misused
from jikim.domain.guard_rails import (
    AHEAD,
    ClockJumped,
    Ground,
    Wait,
    admit,
    cap,
    dry,
    falls_behind,
    refuse_jump,
    show_from,
    sign_by,
    stand,
    to_approve,
)
from jikim.domain.separation import Fate
from tests.support.plans import DAY, action, many
from tests.support.records import HOLIDAYS

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("alive", "freely", "size"),
    [
        (0, [], 50),  # a company that only begins
        (2_499, [], 50),
        (2_550, [], 51),
        (10_000, [], 200),
        (100, [20, 0, 0, 30], 75),  # days without any destruction do not thin the mean
        (100, [0] * 30, 50),
        (10_000, [60, 80], 210),
        (10_000, [1], 200),
    ],
)
def test_the_cap_is_the_largest_of_three(alive: int, freely: list[int], size: int) -> None:
    assert cap(alive, freely) == size


def test_a_small_company_s_day_never_waits() -> None:
    admitted = admit(plan(DAY, many(50)), left=cap(300, []))
    assert (len(admitted.going), admitted.waiting, admitted.free) == (50, (), 50)


def test_what_is_above_the_cap_waits_and_the_most_urgent_goes() -> None:
    late = action(999, by=DAY)
    admitted = admit(plan(DAY, [*many(50), late]), left=50)
    assert late in admitted.going
    assert [why for _, why in admitted.waiting] == [Wait.APPROVAL]


def test_setting_aside_is_never_capped() -> None:
    moves = [action(number, verb=Fate.SET_ASIDE) for number in range(80)]
    admitted = admit(plan(DAY, moves), left=0)
    assert (len(admitted.going), admitted.free) == (80, 0)


def test_what_is_approved_goes_and_leaves_the_cap_to_the_rest() -> None:
    listed = many(120)
    admitted = admit(plan(DAY, listed), left=50, approved=frozenset(listed[:70]))
    assert (len(admitted.going), admitted.free, len(admitted.waiting)) == (120, 50, 0)


@pytest.mark.parametrize(
    ("count", "left", "behind"), [(250, 50, False), (251, 50, True), (201, 0, True), (200, 0, False)]
)
def test_five_days_of_the_cap_carry_what_one_day_brings(count: int, left: int, behind: bool) -> None:
    load = {(DAY, DAY + timedelta(days=4)): count}
    assert falls_behind(load, on=DAY, left=left, cap=50) is behind


def test_a_late_beginning_is_seen_before_it_comes() -> None:
    ahead = DAY + timedelta(days=10)
    assert falls_behind({(ahead, ahead): 51}, on=DAY, left=50, cap=50)  # one day for all of it
    assert not falls_behind({(ahead, ahead): 50}, on=DAY, left=0, cap=50)


def test_nothing_is_asked_while_the_cap_does_it_in_time() -> None:
    assert to_approve(many(200), on=DAY, left=50, cap=50, holidays=HOLIDAYS) == ()


def test_what_may_still_be_reopened_is_not_listed_for_approval() -> None:
    soon = DAY + timedelta(days=7)
    firm, loose = many(300), [action(1000 + n, on=soon) for n in range(300)]
    asked = to_approve([*firm, *loose], on=DAY, left=50, cap=50, holidays=HOLIDAYS)
    assert set(asked) == set(firm)


def test_what_is_set_aside_is_listed_ahead_of_its_day() -> None:
    soon = DAY + timedelta(days=7)
    kept = [action(n, on=soon, by=soon, store=SEPARATE) for n in range(60)]
    assert len(to_approve(kept, on=DAY, left=50, cap=50, holidays=HOLIDAYS)) == 60


@pytest.mark.parametrize(
    ("on", "by", "shown", "signed"),
    [
        (date(2026, 10, 20), date(2026, 10, 24), date(2026, 10, 20), date(2026, 10, 23)),  # Tuesday to Saturday
        (
            date(2026, 10, 22),
            date(2026, 10, 26),
            date(2026, 10, 21),
            date(2026, 10, 23),
        ),  # over a weekend: a day sooner
        (date(2026, 9, 24), date(2026, 9, 28), date(2026, 9, 21), date(2026, 9, 23)),  # Chuseok: before the holidays
    ],
)
def test_a_list_is_shown_while_three_working_days_are_left(on: date, by: date, shown: date, signed: date) -> None:
    one = action(1, on=on, by=by)
    assert show_from(one, HOLIDAYS) == shown
    assert sign_by(one, HOLIDAYS) == signed


def test_the_look_ahead_reaches_over_every_holiday() -> None:
    first = date(2020, 1, 8)
    shown = (
        show_from(action(1, on=day, by=day), HOLIDAYS) for n in range(9000) for day in (first + timedelta(days=n),)
    )
    assert max((first + timedelta(days=n) - day for n, day in enumerate(shown)), default=timedelta()) <= AHEAD


@pytest.mark.parametrize(
    ("hours", "stops"), [(0, False), (26, False), (27, True), (-26, False), (-27, True), (24 * 400, True)]
)
def test_a_clock_more_than_26_hours_from_what_is_known_stops_the_job(hours: int, stops: bool) -> None:
    known = [NOW - timedelta(hours=hours), NOW - timedelta(days=900)]
    if not stops:
        refuse_jump(NOW, known=known)
        return
    with pytest.raises(ClockJumped, match="check the clock"):
        refuse_jump(NOW, known=known if hours > 0 else known[:1])


def test_after_somebody_vouched_for_the_clock_the_job_goes_on() -> None:
    refuse_jump(NOW, known=[NOW - timedelta(days=3), NOW - timedelta(minutes=5)])


def test_the_first_run_of_all_has_nothing_to_compare() -> None:
    refuse_jump(NOW, known=[])


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(Misused, match="without a time zone"):
        refuse_jump(NOW.replace(tzinfo=None), known=[])


def test_the_same_program_under_the_same_policies_stands_where_it_stood() -> None:
    ground = stand(None, "b1", ["p2", "p1"], DAY)
    tomorrow = DAY + timedelta(days=1)
    assert stand(ground, "b1", ["p1", "p2"], tomorrow) == ground
    assert stand(ground, "b2", ["p1", "p2"], tomorrow).since == tomorrow
    assert stand(ground, "b1", ["p1", "p2", "p3"], tomorrow).since == tomorrow


def test_the_first_day_under_a_new_policy_or_program_is_dry_and_the_second_is_not() -> None:
    ground, listed = Ground("b2", ("p1",), DAY), many(3)
    shown = dry(plan(DAY, listed), ground, frozenset(listed).__contains__)
    admitted = admit(plan(DAY, listed), left=50, dry=shown)
    assert admitted.going == ()
    assert {why for _, why in admitted.waiting} == {Wait.DRY}
    assert dry(plan(DAY + timedelta(days=1), listed), ground, frozenset(listed).__contains__) == frozenset()


def test_on_a_dry_day_the_last_day_of_what_was_foreseen_is_still_kept() -> None:
    ground = Ground("b2", ("p1",), DAY)
    foreseen, new = action(1, by=DAY), action(2, by=DAY)
    assert dry(plan(DAY, [foreseen, new]), ground, lambda one: one == foreseen) == {new}


def test_what_is_approved_is_done_on_a_dry_day_too() -> None:
    listed = many(3)
    admitted = admit(plan(DAY, listed), left=0, approved=frozenset(listed), dry=frozenset(listed))
    assert len(admitted.going) == 3
