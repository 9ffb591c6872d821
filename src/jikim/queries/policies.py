"""Published policies: the one in force, any other, and the page of each as it was published.

Source: Privacy Policy, "effective from"; PIPA art. 30(2), (3).
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import Error

from jikim.clock import policy_now
from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.language.canonical import restore
from jikim.language.compile import compile as compiled
from jikim.queries.away import is_away
from jikim.store.direct import rows_of
from jikim.store.live.models import PolicyText, PolicyVersion

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version and when it takes effect. What its digest says is not compared again."""

    policy: Policy = field(compare=False)
    number: int
    sha256: str
    effective_at: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The version in force, and those that are published to follow it, the next one first.

    keeps: whether the notice that was asked about is kept already
    """

    published: Published
    later: tuple[Published, ...]
    keeps: bool = field(default=False, compare=False)


def in_force(at: datetime | None = None) -> Published | None:
    """Return the version in force at an instant of the policy clock, now by default; None before the first one."""
    return next(_found("WHERE effective_at <= %s ORDER BY effective_at DESC LIMIT 1", at or policy_now()), None)


class LastSeen:
    """The version that was in force when the database last answered: to show a form again, never to store one."""

    def __init__(self) -> None:
        self._published: Published | None = None

    def in_force(self) -> Published | None:
        """Return the version in force, or the last one that is known while the database is away."""
        try:
            self._published = in_force()
        except Error as error:
            if not is_away(error):
                raise
            log.error("the live database does not answer: %s", type(error).__name__)  # noqa: TRY400 - no word of a row
        return self._published


last_seen = LastSeen()


def standing(notice_sha256: str = "") -> Standing | None:
    """Return the version in force now and what follows it, in one question; None before the first one.

    notice_sha256: of the words somebody was served, to tell whether they are kept
    """
    found = rows_of("live", _STANDING, notice_sha256, policy_now())
    versions = tuple(_kept(*facts) for *facts, _keeps in found)
    return Standing(versions[0], versions[1:], keeps=bool(found[0][-1])) if found else None


def version(number: int) -> Published | None:
    return next(_found("WHERE number = %s", number), None)


def governing(number: int) -> Published:
    """Return the version a record was received under; raises Misused when this home never published it."""
    found = version(number)
    if found is None:
        raise Misused(f"no policy version {number} was published here", hint="restore the live database whole")
    return found


def later_than(number: int) -> tuple[Policy, ...]:
    """Return the versions that followed one, the oldest first; a shorter period in them reaches older records."""
    return tuple(found.policy for found in _found("WHERE number > %s ORDER BY number", number))


def all_versions() -> tuple[Published, ...]:
    """Return every version, the newest first."""
    return tuple(_found("ORDER BY number DESC"))


def coming() -> Published | None:
    """Return the next version that is published and not yet in force; None when there is none."""
    return next(_found("WHERE effective_at > %s ORDER BY effective_at LIMIT 1", policy_now()), None)


def text(number: int, language: str) -> str:
    """Return the page of a version as it was published; "" when it has none in that language."""
    row = PolicyText.objects.filter(version_id=number, language=language).first()
    return row.html if row else ""


def source(number: int) -> str:
    """Return the file of a version, byte for byte as its author wrote it; "" when there is no such version."""
    row = PolicyVersion.objects.filter(number=number).first()
    return row.source if row else ""


_STANDING = """
    SELECT number, sha256, effective_at, published_at, EXISTS (SELECT 1 FROM live_servednotice WHERE sha256 = %s)
    FROM live_policyversion
    WHERE number >= (SELECT max(number) FROM live_policyversion WHERE effective_at <= %s)
    ORDER BY number
"""  # numbers follow the instants


def _found(which: str, *values: object) -> Iterator[Published]:
    """Yield versions. Every request asks, so no more is read than says which they are."""
    sql = f"SELECT number, sha256, effective_at, published_at FROM live_policyversion {which}"  # noqa: S608 - our words
    return (_kept(*facts) for facts in rows_of("live", sql, *values))


@lru_cache(maxsize=32)  # a version never changes, so what says which one it is says all of it
def _kept(number: int, sha256: str, _effective: object, _published: object) -> Published:
    row = PolicyVersion.objects.defer("source").get(number=number, sha256=sha256)
    return Published(compiled(restore(bytes(row.canonical))), number, sha256, row.effective_at, row.published_at)
