"""How long a door stays shut, as a table of wrong answers."""

from datetime import UTC, datetime, timedelta

import pytest

from jikim.domain.lockout import FORGOTTEN_AFTER, LONGEST_WAIT, Door, counted_on, wait

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (10**9, 60)]
)
def test_some_wrong_answers_are_free_then_each_doubles_the_wait_up_to_an_hour(failures: int, minutes: int) -> None:
    assert wait(failures, Door.SOURCE) == timedelta(minutes=minutes)


def test_a_source_is_shut_before_an_account_is() -> None:
    assert Door.SOURCE.value < Door.ACCOUNT.value
    assert wait(Door.SOURCE.value, Door.ACCOUNT) == timedelta()


def test_nobody_is_shut_out_for_good() -> None:
    assert max(wait(failures, door) for failures in range(1000) for door in Door) == LONGEST_WAIT


def test_wrong_answers_are_forgotten_after_a_quiet_day() -> None:
    assert counted_on(7, NOW - FORGOTTEN_AFTER, NOW) == 0
    assert counted_on(7, NOW - FORGOTTEN_AFTER + timedelta(seconds=1), NOW) == 7
