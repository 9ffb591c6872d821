"""How long a door stays shut after wrong answers: some are free, then each wrong one doubles the wait, up to an hour.

Accounts and sources are counted apart. A source is shut first, so that a stranger who tries somebody's account from one
place shuts that place and not the person's own.

Source: Safety Measures Standard art. 5(6): access is limited after repeated failures; how many is the company's to say.
"""

from datetime import datetime, timedelta
from enum import Enum

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)  # nobody is kept out for good by what others try
FORGOTTEN_AFTER = timedelta(hours=24)  # since the last wrong answer


class Door(Enum):
    """What is counted; the value says how many wrong answers are free."""

    SOURCE = 5
    ACCOUNT = 10


def wait(failures: int, door: Door) -> timedelta:
    """Return how long the door stays shut after this many wrong answers in a row; zero while they are free."""
    beyond = failures - door.value
    if beyond < 0:
        return timedelta()
    return min(FIRST_WAIT * (1 << min(beyond, 16)), LONGEST_WAIT)


def counted_on(failures: int, last_at: datetime, now: datetime) -> int:
    """Return how many wrong answers still count: none after a quiet day."""
    return 0 if now - last_at >= FORGOTTEN_AFTER else failures
