"""What is written to people by mail, and when it is tried again.

A letter says that something waits and leads to it; what people wrote is never in it. Source: RFC 5321 section 4.5.4.1:
a server that is away is tried for four days at least, with pauses that grow.
"""

from datetime import datetime, timedelta
from enum import StrEnum

LINK_HOURS = 24  # a link in a letter is good for so long after the letter was sent


class Letter(StrEnum):
    """Why somebody is written to."""

    RECEIPT = "receipt"  # the inquiry has come in; the link proves that the mailbox is the person's
    ANSWER = "answer"  # an answer can be read
    RESOLVED = "resolved"  # the company holds it for done: was it answered?
    CLOSED = "closed"  # somebody closed it at its own page: was it you?
    REOPENED = "reopened"  # the company goes on with it after all: what it was told of its end holds no more


class MailState(StrEnum):
    """Where a letter stands. From all but `waiting` nothing leads back, and the address's key is to be destroyed."""

    WAITING = "waiting"
    SENT = "sent"  # the server has taken it
    REFUSED = "refused"  # by our own gate or allow-list: it never left
    UNDELIVERABLE = "undeliverable"  # the server will never take it
    GIVEN_UP = "given-up"  # tried until there was no use in it
    DROPPED = "dropped"  # its record or its address was destroyed meanwhile


PAUSES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
    *(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 24, 24, 24)),
)


def next_try(tries: int, failed_at: datetime) -> datetime | None:
    """Return when a letter is tried again; None when there is no use in it any more.

    tries: how often it was tried, the failure included
    """
    return failed_at + PAUSES[tries - 1] if 0 < tries <= len(PAUSES) else None
