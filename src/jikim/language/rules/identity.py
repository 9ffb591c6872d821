"""Which policy this is, from when it holds, and what came before. Source: Guideline art. 21; Decree art. 31(2)."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise

from jikim.language import moment
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.path import Path
from jikim.language.rules.reading import cited, entry, place
from jikim.packs.pack import Body, Law, Pack

DATE = code(
    "E-DATE",
    "The policy takes effect in a year or a month, and not on a day.",
    source="content:changes",
    hint="write the instant: effective = 2026-10-02T00:00:00+09:00",
)
ZONE = code(
    "W-ZONE",
    "The policy takes effect on a day without a time; 00:00 in Seoul is taken.",
    source="content:changes",
    hint="write the instant with its offset: effective = 2026-10-02T00:00:00+09:00",
)
HISTORY = code(
    "E-HISTORY",
    "A version has no line in the policy's history, or a line is about a version that is not there yet.",
    source="content:changes",
    hint="write [history.N] with effective and summary for each version up to this one, and for no other",
)
HISTORY_DATE = code(
    "E-HISTORY-DATE",
    "The history gives this version another date than the policy itself, or its dates go backwards.",
    source="content:changes",
    hint="give this version the same date in both, and no version an earlier date than the one before",
)
LAW_ENDED = code(
    "E-LAW-ENDED",
    "The policy cites a law that is not in force.",
    hint="cite the law that took its place",
)
BODY_ENDED = code(
    "E-BODY-ENDED",
    "The policy sends people to a body that does not exist.",
    source="content:remedies",
    hint="remove it; put a successor in only when its contact is confirmed",
)
BODY_STALE = code(
    "W-BODY-STALE",
    "Nobody has confirmed the contact of a remedy body for half a year.",
    source="content:remedies",
    hint="ring and open it, then update last_verified in the rule pack",
)

CONFIRMED_FOR = 180  # days
_MOST_VERSIONS = 999_999  # the most the language knows
_ONE_BY_ONE = 20  # silent versions named one by one; the rest are counted


@rule(DATE, ZONE)
def it_takes_effect_at_an_instant(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    stated = draft.value("policy.effective")
    if isinstance(stated, str) and _names_no_day(stated):
        yield DATE.at("policy.effective", f"“{stated}” names no day", pack)
    elif _names_only_a_day(stated):
        yield ZONE.at("policy.effective", f"{stated} has no time and no offset", pack)


def _names_no_day(stated: str) -> bool:
    try:
        moment.instant(stated)
    except ValueError:
        return False  # no date at all: the schema says so
    return not moment.names_day(stated)


def _names_only_a_day(stated: object) -> bool:
    if isinstance(stated, str):
        return len(stated) == len("2026-10-02") and moment.names_day(stated)
    return isinstance(stated, date) and not isinstance(stated, datetime)


@rule(HISTORY)
def every_version_has_its_line(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    version = _version(draft)
    silent = [here for here in lines_of_history(draft) if not _tells(draft, here)]
    for here in silent[:_ONE_BY_ONE]:
        yield HISTORY.at(place(*here), f"the history is silent about version {here[1]}", pack)
    if more := len(silent) - _ONE_BY_ONE if len(silent) > _ONE_BY_ONE else 0:
        yield HISTORY.at("history", f"it is silent about {more} more versions up to version {version}", pack)
    for ahead in (number for number in _told(draft) if number > version > 0):
        message = f"the history tells of version {ahead}, and this is version {version}"
        yield HISTORY.at(place("history", str(ahead)), message, pack)


@rule(HISTORY_DATE)
def the_history_runs_forward_to_this_version(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    where = place("history", str(_version(draft)), "effective")
    said, stated = _day(draft.value(where)), _day(draft.value("policy.effective"))
    if said and stated and said != stated:
        yield HISTORY_DATE.at(where, f"the history says {said}, the policy {stated}", pack)
    dated = [(number, _day(draft.value(("history", str(number), "effective")))) for number in _told(draft)]
    for (_, before), (number, day) in pairwise(line for line in dated if line[1]):
        if day < before[: len(day)]:
            message = f"version {number} takes effect on {day}, and the one before on {before}"
            yield HISTORY_DATE.at(place("history", str(number), "effective"), message, pack)


def lines_of_history(draft: Draft) -> tuple[Path, ...]:
    """Return where the history must speak: once for each version up to this one."""
    return tuple(("history", str(number)) for number in range(1, _version(draft) + 1))


def _version(draft: Draft) -> int:
    """Return the version of the file; 0 when it states none that the language knows."""
    stated = draft.number("policy.version") or 0
    return stated if 0 < stated <= _MOST_VERSIONS else 0


def _told(draft: Draft) -> list[int]:
    """Return the versions the history tells of, in their order; other keys are judged by the schema."""
    names = (name for name in draft.tables("history") if name.isascii() and name.isdecimal() and len(name) <= 6)
    return sorted({int(name) for name in names})


def _tells(draft: Draft, here: Path) -> bool:
    return draft.has((*here, "effective")) and bool(draft.spoken((*here, "summary")))


def _day(stated: object) -> str:
    """Return a date as the author meant it: a year, a month or a day; "" when it is none."""
    try:
        written = moment.stated(stated)
    except (ValueError, TypeError):
        return ""
    return moment.day(written)


@rule(LAW_ENDED, BODY_ENDED, BODY_STALE)
def laws_and_bodies_exist(draft: Draft, pack: Pack, on: date) -> Iterator[Finding]:
    for where, reference in cited(draft):
        found = entry(pack, reference)
        if found is None:
            continue
        name, source = f"{reference} ({found.name.say('en')})", f"{type(found).__name__.lower()}:{found.id}"
        if not found.in_force(on):
            kind = BODY_ENDED if isinstance(found, Body) else LAW_ENDED
            hint = f"cite {pack.id}:{found.successor}" if isinstance(found, Law) and found.successor else ""
            message = f"{name} {_when(found.valid_from, found.valid_to, on)}"
            yield kind.at(where, message, pack, hint=hint, source=source)
        elif isinstance(found, Body) and (days := (on - found.last_verified).days) > CONFIRMED_FOR:
            yield BODY_STALE.at(where, f"{name} was last confirmed {days} days ago", pack, source=source)


def _when(first: date | None, last: date | None, on: date) -> str:
    if last and last < on:
        return f"ended: its last day was {last}"
    return f"has not begun: its first day is {first}"
