"""The day or instant a policy takes effect: kept as the author stated it, and exact when something must be decided."""

import re
from datetime import UTC, date, datetime, time

from jikim.domain.errors import Misused
from jikim.domain.period import SEOUL, legal_day

_REDUCED = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?\Z")  # ISO 8601 reduced precision: a year, or a year and a month
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_EXACT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z"
)


def stated(value: object) -> str:
    """Write a TOML date, date-time or text as text; raises ValueError for anything that names no day.

    A date-time must carry its offset: without one nobody knows which instant is meant.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without its offset")
        instant(value.isoformat())
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError("not a date")
    instant(value)
    return value


def instant(words: str) -> datetime:
    """Return the first instant meant: the start of the day, month or year in Seoul unless a time is stated.

    raises: ValueError when the words name no day
    """
    reduced = _REDUCED.match(words)
    if reduced:
        return datetime(int(reduced[1]), int(reduced[2] or 1), 1, tzinfo=SEOUL)
    if _DAY.match(words):
        return datetime.combine(date.fromisoformat(words), time(), tzinfo=SEOUL)
    if not _EXACT.match(words):
        raise ValueError("neither a day nor an instant with its offset")
    exact = datetime.fromisoformat(words)
    try:
        exact.astimezone(UTC), exact.astimezone(SEOUL)
    except OverflowError:
        raise ValueError("no day of the calendar") from None
    return exact


def day(words: str) -> str:
    """Return the day in Seoul, no more exactly than the words state it: 2026, 2026-10 or 2026-10-02."""
    return str(legal_day(instant(words))) if _EXACT.match(words) else words


def names_day(words: str) -> bool:
    """Tell whether the words name at least one exact day, and not only a year or a month."""
    try:
        instant(words)
    except ValueError:
        return False
    return _REDUCED.match(words) is None


def of(words: str) -> datetime:
    """Return the instant; raises Misused where a caller meant to have checked."""
    try:
        return instant(words)
    except ValueError:
        raise Misused("this is no date", hint="write 2026-10-02 or 2026-10-02T00:00:00+09:00") from None
