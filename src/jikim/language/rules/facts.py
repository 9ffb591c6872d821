"""The facts of a file as a text may state them: its periods and numbers, its dates, its laws and its companies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from jikim.domain.errors import Misused
from jikim.domain.period import Period
from jikim.language import moment
from jikim.language.draft import Draft
from jikim.language.rules.amount import Amount
from jikim.language.rules.digits import Day
from jikim.language.rules.reading import cited, entry
from jikim.packs.pack import Body, Floor, Law, Pack

_SIZES = {"byte": (1,), "kilobyte": (1000, 1024), "megabyte": (10**6, 1024**2), "gigabyte": (10**9, 1024**3)}
_ARTICLE = re.compile(r"\s+(?:제\d|arts?\.)")


@dataclass(frozen=True)
class Facts:
    """What a file states, made ready to be looked up. Not slotted: each part is worked out once, when first asked."""

    draft: Draft
    pack: Pack

    def states(self, amount: Amount) -> bool:
        """Tell whether a number, with what it counts, is a fact of the file."""
        if amount.value is None:
            return False
        if amount.unit == "year" and any(day.year == amount.value for day in self._days):
            return True
        return (amount.value, amount.unit) in self._amounts

    def dates(self, day: Day) -> bool:
        """Tell whether a date is a fact; a month or a year of a known day is one too."""
        said = (day.year, day.month, day.day)
        known = ((fact.year, fact.month, fact.day) for fact in self._days)
        return any(all(part in (0, stated) for part, stated in zip(said, fact, strict=True)) for fact in known)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Names, contacts and laws of the file: longest first, so that no name hides inside another."""
        found = {*_names(self.draft), *_contacts(self.draft), *_laws(self.draft, self.pack)}
        return tuple(sorted((word for word in found if len(word) > 1), key=lambda word: (-len(word), word)))

    @cached_property
    def _amounts(self) -> frozenset[tuple[int, str]]:
        return frozenset(_amounts(self.draft))

    @cached_property
    def _days(self) -> tuple[Day, ...]:
        stated = [self.draft.value("policy.effective")]
        stated += [line.get("effective") for line in self.draft.tables("history").values()]
        return tuple(_days(stated))

    def without_facts(self, text: str) -> str:
        """Return the text with every name, contact and law of the file taken out."""
        for word in self.words:
            text = re.sub(re.escape(word).replace(r"\ ", r"\s*"), " ", text, flags=re.IGNORECASE)
        return text


def _days(stated: list[object]) -> Iterator[Day]:
    for value in stated:
        try:
            written = moment.stated(value)
        except (ValueError, TypeError):
            continue
        year, month, day = (*moment.day(written).split("-"), "0", "0")[:3]
        yield Day(written, int(year), int(month), int(day))


def _amounts(draft: Draft) -> Iterator[tuple[int, str]]:
    for path, value in draft.leaves():
        if path[0] == "override":
            continue
        if isinstance(value, str) and value.startswith("P"):
            yield from _lengths(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield from _counts(path[-1], value)


def _lengths(written: str) -> Iterator[tuple[int, str]]:
    """Return every way to say a period: P1Y is 1 year and 12 months, P14D 14 days, 2 weeks and 336 hours."""
    try:
        period = Period.parse(written)
    except Misused:
        return
    months = 12 * period.years + period.months
    if period.years:
        yield period.years, "year"
    if period.months:
        yield period.months, "month"
    if months and not period.days:
        yield months, "month"
        yield from [(months // 12, "year")] if months % 12 == 0 else []
    if period.days:
        yield period.days, "day"
        yield from [(24 * period.days, "hour")] if not months else []
        yield from [(period.days // 7, "week")] if not months and period.days % 7 == 0 else []


def _counts(key: str, value: int) -> Iterator[tuple[int, str]]:
    yield value, ""
    if key == "under":
        yield value, "age"
    elif key == "max_chars":
        yield value, "character"
    elif key == "max_files":
        yield value, "file"
    elif key == "max_bytes":
        for unit, sizes in _SIZES.items():
            yield from ((value // size, unit) for size in sizes if value % size == 0)


def _names(draft: Draft) -> Iterator[str]:
    for where in ("controller.name", "officer.name", "department.complaints.name", "department.access.name"):
        yield from draft.spoken(where).values()
    for name in draft.tables("sharing.processor"):
        yield from draft.spoken(("sharing", "processor", name, "label")).values()


def _contacts(draft: Draft) -> Iterator[str]:
    for where in ("officer", "department.complaints", "department.access"):
        contact = draft.table(where)
        yield from (contact[key] for key in ("email", "phone") if isinstance(contact.get(key), str))


def _laws(draft: Draft, pack: Pack) -> Iterator[str]:
    """Return how the cited laws and bodies are called: their names, and the short names of their citations."""
    for _, reference in cited(draft):
        found = entry(pack, reference)
        if isinstance(found, Body):
            yield from (*(words for _, words in found.name.pairs), found.phone, found.url)
        elif isinstance(found, Floor):
            yield from (_ARTICLE.split(words)[0] for _, words in found.citation.pairs)
            yield from (words for law in pack.laws if law.id == found.law for _, words in law.name.pairs)
        elif isinstance(found, Law):
            yield from (re.sub(r"[(,].*", "", words) for _, words in found.name.pairs)
