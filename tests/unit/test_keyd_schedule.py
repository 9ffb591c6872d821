"""A person's own request takes effect at once, the rest is gathered for a minute, and what failed is tried again."""

from jikim.sealing.keyd.schedule import GATHER_SECONDS, RETRY_SECONDS, URGENT_SECONDS, Schedule


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_due_until_somebody_asks() -> None:
    assert Schedule(Clock()).seconds_left() is None


def test_requests_are_gathered_for_a_minute_from_the_first() -> None:
    clock = Clock()
    schedule = Schedule(clock)
    schedule.ask(urgent=False)
    clock.now += 40
    schedule.ask(urgent=False)
    assert schedule.seconds_left() == GATHER_SECONDS - 40
    clock.now += 30
    assert schedule.seconds_left() == 0


def test_a_persons_own_request_does_not_wait_for_the_others_nor_they_for_it() -> None:
    clock = Clock()
    schedule = Schedule(clock)
    schedule.ask(urgent=False)
    schedule.ask(urgent=True)
    assert schedule.seconds_left() == URGENT_SECONDS < 1
    schedule.ask(urgent=False)
    assert schedule.seconds_left() == URGENT_SECONDS


def test_what_has_begun_is_no_longer_due_and_what_failed_is_again() -> None:
    clock = Clock()
    schedule = Schedule(clock)
    schedule.ask(urgent=True)
    assert schedule.is_asked
    schedule.begun()
    assert (schedule.is_asked, schedule.seconds_left()) == (False, None)
    schedule.retry()
    assert (schedule.is_asked, schedule.seconds_left()) == (False, RETRY_SECONDS)
