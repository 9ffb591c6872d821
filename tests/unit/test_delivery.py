"""Letters are tried again with growing pauses, for four days at least, and then no more."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from jikim.domain.delivery import LINK_HOURS, PAUSES, next_try
from jikim.sealing.keyd.grants import LIVES, Kind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "pause"),
    [
        (1, timedelta(minutes=1)),
        (2, timedelta(minutes=5)),
        (7, timedelta(hours=12)),
        (11, timedelta(hours=24)),
        (12, None),
        (1000, None),
        (0, None),  # what was never tried has not failed
        (-1, None),
    ],
)
def test_a_failed_try_is_followed_by_its_pause(tries: int, pause: timedelta | None) -> None:
    assert next_try(tries, NOON) == (NOON + pause if pause else None)


def test_pauses_grow_and_last_between_four_and_five_days() -> None:
    assert all(one <= other for one, other in pairwise(PAUSES))
    assert timedelta(days=4) < sum(PAUSES, timedelta()) < timedelta(days=5)


def test_a_letter_promises_the_hours_that_its_link_really_has() -> None:
    assert LIVES[Kind.LINK] == timedelta(hours=LINK_HOURS)
