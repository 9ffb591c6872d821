"""The law of one country as dated values. An entry that has ended stays here, so that it can be named as ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from jikim.domain.errors import Misused
from jikim.domain.period import Period
from jikim.domain.terms import Answer, Event, ItemKind, Text

E = TypeVar("E", bound="Entry")  # 3.11 is the floor: no `def f[E]` yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One dated statement about the law, with the source that makes it true."""

    id: str
    name: Text
    citation: Text
    valid_from: date | None  # None: before anything this product keeps, or not looked up
    valid_to: date | None  # the last day in force
    last_verified: date
    verified: bool  # False: taken from memory or second hand; nobody has read the source yet
    note: Text

    def in_force(self, on: date) -> bool:
        """Say whether the entry holds on a legal day, its first and last day included."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(Entry):
    """A statute, decree or notice that policies and other entries cite."""

    successor: str  # id of the law that took its place, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor(Entry):
    """A duty to keep records for a period: the only ground to outlive a purpose (PIPA art. 21(1) proviso)."""

    law: str  # id of the law that requires it
    period: Period
    start: Event
    start_stated: bool  # False: the law names no first day; ours is the later plausible event
    kinds: tuple[ItemKind, ...]  # what it covers where a policy names no items
    binds: Text  # whom
    applies_if: Answer | None  # None: no question about the company switches it off


class Measure(StrEnum):
    """How a deadline counts."""

    WITHIN = "within"  # done before it ends
    AT_LEAST = "at-least"  # lasts so long or longer
    EVERY = "every"  # again before it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Entry):
    """A clock that a request or an event starts. Neither limit nor hours: "without delay", and no number in law."""

    starts: Text
    measure: Measure
    limit: Period | None  # calendar time: the first day does not count, the last one rolls (Civil Act arts. 157, 161)
    hours: int  # from the instant, never rolled (Civil Act art. 156); 0 when counted in days
    guideline: bool  # the law says "without delay"; the number is the guideline's


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Entry):
    """One article that a policy is measured by, where neither a period nor a mandatory content says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Entry):
    """One thing a privacy policy must contain."""

    number: int
    when: Text  # empty: always


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Entry):
    """An office that people can turn to. Contacts are shown to people, never changed by a program."""

    url: str
    phone: str
    no_area_code: bool  # dialled as it stands, from anywhere in the country


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayCorrection(Entry):
    """A day that the almanac must say is a holiday, or must not."""

    day: date
    is_holiday: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Entry):
    """A day on which the law changes."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything one country's law says, as far as this product keeps it. `as_of`: the day the sources were read."""

    id: str
    name: Text
    as_of: date
    laws: tuple[Law, ...]
    floors: tuple[Floor, ...]
    deadlines: tuple[Deadline, ...]
    duties: tuple[Duty, ...]
    contents: tuple[Content, ...]
    bodies: tuple[Body, ...]
    holidays: tuple[HolidayCorrection, ...]
    milestones: tuple[Milestone, ...]

    @property
    def citable(self) -> tuple[Law | Floor | Body, ...]:
        """What a policy may refer to as "kr:id"; ids are unique among these."""
        return self.laws + self.floors + self.bodies

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.citable + self.deadlines + self.duties + self.contents + self.holidays + self.milestones

    def find(self, entry_id: str) -> Law | Floor | Body | None:
        """Return what a policy refers to, or None."""
        return next((entry for entry in self.citable if entry.id == entry_id), None)

    def law(self, entry_id: str) -> Law:
        """Return a law, ended or not; raises Misused for an unknown id, as the other three do."""
        return self._named("law", self.laws, entry_id)

    def floor(self, entry_id: str) -> Floor:
        return self._named("floor", self.floors, entry_id)

    def body(self, entry_id: str) -> Body:
        return self._named("remedy body", self.bodies, entry_id)

    def deadline(self, entry_id: str) -> Deadline:
        return self._named("deadline", self.deadlines, entry_id)

    def _named(self, noun: str, entries: Sequence[E], entry_id: str) -> E:
        for entry in entries:
            if entry.id == entry_id:
                return entry
        near = get_close_matches(entry_id, [entry.id for entry in entries], n=1)
        hint = f"did you mean {self.id}:{near[0]}?" if near else f"the pack lists every {noun} it knows"
        raise Misused(f"no {noun} has the id {self.id}:{entry_id}", hint=hint)
