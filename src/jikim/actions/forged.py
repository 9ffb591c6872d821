"""Telling the journal of rows that somebody wrote who may not: how many, never whose.

They were refused where they were met, perhaps inside a transaction that came to nothing; this is told after it.
"""

import logging

from django.db import transaction

from jikim.actions import journal
from jikim.clock import policy_today
from jikim.sealing.keyring import KeyringUnavailable
from jikim.sealing.seals import broken

log = logging.getLogger(__name__)


def tell() -> None:
    """Tell what was counted since the last time; without a keyring it stays counted."""
    for use, count in broken.take().items():
        log.error("%d rows at the desk do not bear its seal (%s); they opened nothing", count, use)
        body = {"on": policy_today().isoformat(), "event": f"forged-{use}", "count": count}
        try:
            with transaction.atomic("live"):
                journal.record("live", "attack", body)
        except KeyringUnavailable:
            broken.count(use, count)
