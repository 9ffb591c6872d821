"""Which policy this is, from when it holds, and what came before. Source: Guideline art. 21; Decree art. 31(2)."""

from collections.abc import Iterator
from datetime import date, datetime

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
    "A version has no line in the policy's history.",
    source="content:changes",
    hint="add [history.N] with effective and summary for each version up to this one",
)
HISTORY_DATE = code(
    "E-HISTORY-DATE",
    "The history gives this version another date than the policy itself.",
    source="content:changes",
    hint="give both the same date",
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
_MOST_VERSIONS = 1000  # a file that claims more is not answered line by line


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


@rule(HISTORY, HISTORY_DATE)
def every_version_has_its_line(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    lines = lines_of_history(draft)
    for here in lines:
        if not draft.has((*here, "effective")) or not draft.spoken((*here, "summary")):
            yield HISTORY.at(place(*here), f"the history is silent about version {here[1]}", pack)
    here = (*lines[-1], "effective") if lines else ("history", "effective")
    said, stated = _day(draft.value(here)), _day(draft.value("policy.effective"))
    if said and stated and said != stated:
        yield HISTORY_DATE.at(place(*here), f"the history says {said}, the policy {stated}", pack)


def lines_of_history(draft: Draft) -> tuple[Path, ...]:
    """Return where the history must speak: once for each version up to this one."""
    version = min(draft.number("policy.version") or 0, _MOST_VERSIONS)
    return tuple(("history", str(number)) for number in range(1, version + 1))


def _day(stated: object) -> str:
    """Return a date as the author meant it: a year, a month or a day; "" when it is none."""
    try:
        written = moment.stated(stated)
    except (ValueError, TypeError):
        return ""
    return written[: len("2026-10-02")]


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
