"""The only module that reads the time. Two clocks: the wall clock, and the policy clock that may travel.

Every promise of the policy runs on the policy clock; evidence about ourselves (access records, key destruction) also
says the wall clock, which nothing moves. The policy clock is the wall clock plus whole or part days, for the whole
process, and it moves only in a demo home: whoever composes the program calls allow_travel() after reading what kind
of home it is. In a real home nobody calls it, and travelling is refused.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from jikim.domain.errors import Misused, Refused
from jikim.domain.period import legal_day


@dataclass(slots=True)
class _Journey:
    allowed: bool = False
    offset: timedelta = timedelta()


_journey = _Journey()


def wall_now() -> datetime:
    """Return the present instant, aware, in UTC. It never travels."""
    return datetime.now(UTC)


def policy_now() -> datetime:
    """Return the instant that promises run on, aware, in UTC."""
    return wall_now() + _journey.offset


def policy_today() -> date:
    """Return the legal day that promises run on, in Seoul."""
    return legal_day(policy_now())


def allow_travel() -> None:
    """Let the policy clock of this process move. For the one who composes a demo home; never for a real one."""
    _journey.allowed = True


def may_travel() -> bool:
    """Say whether the policy clock of this process may move, as in a demo home."""
    return _journey.allowed


def forbid_travel() -> None:
    """Come back to the wall clock and stay there."""
    come_back()
    _journey.allowed = False


def travel_to(day: date) -> None:
    """Set the policy clock to a legal day, at the present time of day; raises Refused outside a demo home."""
    travel_by(_journey.offset + (day - policy_today()))


def travel_by(offset: timedelta) -> None:
    """Set the policy clock so far from the wall clock; the last call counts, offsets do not add up.

    raises: Refused outside a demo home, Misused beyond the years 1 to 9999; in both cases the clock has not moved
    """
    if not _journey.allowed:
        raise Refused("the policy clock of a real home does not travel", hint="make a demo home: jikim demo --on DAY")
    try:
        legal_day(wall_now() + offset)
    except OverflowError:
        raise Misused("the policy clock cannot leave the years 1 to 9999", hint="choose a nearer day") from None
    _journey.offset = offset


def come_back() -> None:
    """Set the policy clock to the wall clock again."""
    _journey.offset = timedelta()


def days_ahead() -> int:
    """Return how many legal days the policy clock stands ahead of the wall clock; negative when behind."""
    return (policy_today() - legal_day(wall_now())).days
