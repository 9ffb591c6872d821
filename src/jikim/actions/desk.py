"""Signing in at the desk by a one-time link, and leaving. Only hashes of links and sessions are kept.

Source: Privacy Policy, "Safety measures"; Safety Measures Standard arts. 5, 6. Named staff accounts are not built yet.
"""

from datetime import timedelta

from django.db import transaction

from jikim.actions import journal
from jikim.clock import policy_today, wall_now
from jikim.domain.errors import Misused, Refused
from jikim.queries.desk import session as session_of
from jikim.sealing.codes import token, token_digest
from jikim.store.live.models import DeskLink

VALID = timedelta(minutes=15)
LONGEST = timedelta(hours=24)  # the first link of an installation waits for whoever started it


class LinkRefused(Refused):
    """The link was used, is too old, or never existed; nobody was signed in."""


class NotAtTheDesk(Refused):
    """Nobody is signed in by that link any more; nothing was shown and nothing changed."""


def issue_link(valid: timedelta = VALID) -> str:
    """Make a link that signs one person in once; its token is returned and never kept.

    raises: Misused for a link that would outlive a day
    """
    if not timedelta() < valid <= LONGEST:
        raise Misused(f"a sign-in link valid for {valid}", hint=f"at most {LONGEST}")
    secret, now = token(), wall_now()
    with transaction.atomic("live"):
        DeskLink.objects.create(link_hash=token_digest(secret), made_at=now, usable_until=now + valid)
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "link-issued"})
    return secret


def sign_in(link: str) -> str:
    """Use a link up and return the token of the session it becomes; raises LinkRefused."""
    secret, now = token(), wall_now()
    with transaction.atomic("live"):
        row = DeskLink.objects.select_for_update().filter(link_hash=token_digest(link), used_at=None).first()
        if row is None or row.usable_until <= now:
            raise LinkRefused("this sign-in link was used, is too old, or is not ours", hint="ask for a new link")
        row.session_hash, row.used_at, row.seen_at = token_digest(secret), now, now
        row.save(update_fields=["session_hash", "used_at", "seen_at"])
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "signed-in"})
    return secret


def seen(session_token: str) -> None:
    """Note that somebody is still at the desk, so that the idle clock starts again; no entry, nothing was done."""
    found = session_of(session_token)
    if found is not None:
        DeskLink.objects.filter(id=found.desk_link_id).update(seen_at=wall_now())


def sign_out(session_token: str) -> None:
    """End a session; doing it twice, or with a token that is none, is no error."""
    found = session_of(session_token)
    if found is None:
        return
    with transaction.atomic("live"):
        DeskLink.objects.filter(id=found.desk_link_id).update(ended_at=wall_now())
        journal.record("live", "desk", {"on": policy_today().isoformat(), "event": "signed-out"})
