"""The worker: every minute, and when somebody rings, it carries out what is due. It opens nothing and asks nobody."""

import logging
import time
from threading import Event

from django.db import DatabaseError, close_old_connections

from jikim import environment
from jikim.clock import policy_today
from jikim.domain.errors import JikimError
from jikim.procedures import due, journal, letters, mailboxes, night, numbers, sweeps
from jikim.procedures.carrying import Carried

log = logging.getLogger(__name__)
SECONDS = 60
LISTENS_EVERY = 0.5  # seconds; so long at least lie between two rounds, however often somebody rings


def run(stop: Event, *, every: float = SECONDS) -> None:
    """Work until told to stop; a round that fails as a whole is tried again at the next.

    every: seconds between rounds
    """
    while not stop.is_set():
        close_old_connections()
        once()
        close_old_connections()
        _rest(stop, every)


def _rest(stop: Event, seconds: float) -> None:
    """Wait for the next round, for the bell, or to be told to stop."""
    until = time.monotonic() + seconds
    while not stop.wait(min(LISTENS_EVERY, seconds)):
        if environment.has_rung() or time.monotonic() >= until:
            return


def once() -> Carried | None:
    """Work one round; None when the house is in trouble and nothing more could be done.

    While the clock is not believed the journal is told nothing either: its newest time is what the clock is held
    against.
    """
    try:
        numbers.keep_room()
        carried = due.run(policy_today())
        sweeps.waiting_files()
        letters.clear()
        mailboxes.enroll()
        night.work(policy_today())
        journal.submit()
        environment.note_round()
    except (JikimError, DatabaseError) as error:
        log.error("this round stopped: %s", type(error).__name__)  # noqa: TRY400 - a traceback could show a row
        return None
    except Exception as error:
        # Unforeseen: its way is told too, never its words (RedactingFormatter). To end here would end the public page.
        log.exception("this round stopped: %s", type(error).__name__)
        return None
    if carried.set_aside or carried.destroyed:
        log.info("set aside %d values, destroyed %d", carried.set_aside, carried.destroyed)
    return carried
