"""Coming in by account name and password, and what wrong answers bring: a door that stays shut longer each time.

Whether an account exists shows neither in words nor in the time an answer takes. Names are counted under a keyed
digest; sources in this process only, under a key that it draws when it starts and that nobody else ever sees.

Source: Safety Measures Standard art. 5(5), (6).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network
from threading import Lock

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from jikim import environment
from jikim.actions import desk, unauthorized_use
from jikim.clock import wall_now
from jikim.domain.errors import Refused
from jikim.domain.lockout import FORGOTTEN_AFTER, Door, counted_on, wait
from jikim.queries.desk import WORKING
from jikim.queries.row_seals import stands
from jikim.store.live.models import StaffAccount, WrongAnswers

HOUSEHOLD = 64  # bits of an IPv6 address that one household has in common
MOST_SOURCES = 10_000  # counted at once; beyond, the quietest is forgotten


class EntryRefused(Refused):
    """Name, password or code is not right; nobody came in."""


class EntryShut(Refused):
    """Too many wrong answers for this account name or from this source; nothing was looked at."""

    def __init__(self, left: timedelta) -> None:
        super().__init__("the door of the desk is shut for a while", hint="wait, then try again")
        self.minutes = max(1, -(-int(left.total_seconds()) // 60))


@dataclass(slots=True)
class _Counted:
    failures: int
    last_at: datetime


class _Sources:
    """Wrong answers by source, in memory."""

    def __init__(self) -> None:
        self._lock, self._key = Lock(), secrets.token_bytes(32)
        self._counts: dict[bytes, _Counted] = {}

    def left(self, address: str, now: datetime) -> timedelta:
        if not address:
            return timedelta()
        with self._lock:
            found = self._counts.get(self._name(address))
            return found.last_at + wait(found.failures, Door.SOURCE) - now if found else timedelta()

    def count(self, address: str, now: datetime) -> bool:
        """Count one more; returns whether it shut the door."""
        if not address:
            return False
        with self._lock:
            name = self._name(address)
            before = self._counts.pop(name, _Counted(0, now))
            failures = counted_on(before.failures, before.last_at, now) + 1
            self._counts[name] = _Counted(failures, now)  # last, so that the first is the quietest
            if len(self._counts) > MOST_SOURCES:
                del self._counts[next(iter(self._counts))]
            return wait(failures, Door.SOURCE) > timedelta()

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()

    def _name(self, address: str) -> bytes:
        return hmac.digest(self._key, _network(address).encode(), "sha256")


sources = _Sources()


def knock(username: str, password: str, *, source: str) -> str:
    """Begin a session for who knows name and password; returns its token, which opens nothing yet.

    source: the address that asks, stored nowhere in clear; "" where it cannot be told, and only the name is counted
    raises: EntryShut, EntryRefused
    """
    name = username.strip().lower()
    refuse_shut(name, source)
    row = StaffAccount.objects.filter(username=name, state=WORKING).first()
    if row is not None and not stands(row):
        row = None
    dummy = _nobodys_password()
    fits = check_password(password, row.password if row else dummy)
    if row is None or not fits:
        count_wrong(name, source)
        raise EntryRefused("name or password is not right", hint="type both again")
    return desk.begin(row.id)


def refuse_shut(username: str, source: str) -> None:
    """Refuse while either door is shut; raises EntryShut."""
    now = wall_now()
    row = WrongAnswers.objects.filter(name_hash=_name_hash(username)).first()
    left = row.shut_until - now if row and row.shut_until else timedelta()
    left = max(left, sources.left(source, now))
    if left > timedelta():
        raise EntryShut(left)


def count_wrong(username: str, source: str) -> None:
    """Count a wrong password or code against the name and the source; a door that shuts is noted."""
    now = wall_now()
    by_source = sources.count(source, now)
    with transaction.atomic("live"):
        WrongAnswers.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
        row, _ = WrongAnswers.objects.select_for_update().get_or_create(
            name_hash=_name_hash(username), defaults={"last_at": now}
        )
        row.failures, row.last_at = row.failures + 1, now
        shut_for = wait(row.failures, Door.ACCOUNT)
        row.shut_until = now + shut_for if shut_for else None
        row.save()
    if by_source or shut_for:  # after the count is kept: it must not depend on a keyring that answers
        unauthorized_use.note("desk-source-shut" if by_source else "desk-account-shut", source)


def forget_wrong(username: str) -> None:
    """Let an account's count begin anew, because its person came in; the source's goes on."""
    WrongAnswers.objects.filter(name_hash=_name_hash(username)).delete()


@cache
def _nobodys_password() -> str:
    """Return a hash to check against where there is no account, so that both take the same time."""
    return make_password(secrets.token_urlsafe())


def _name_hash(username: str) -> str:
    words = username.strip().lower().encode()
    return hmac.digest(environment.secret_key().encode(), b"jikim/desk-name/1\0" + words, "sha256").hex()


def _network(address: str) -> str:
    """One household counts once: an IPv6 address by its first 64 bits."""
    try:
        return str(ip_network((address, HOUSEHOLD if ":" in address else 32), strict=False))
    except ValueError:
        return address
