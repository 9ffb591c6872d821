"""From a pack file to values. Strict: one wrong key breaks the whole pack, because half a law is worse than none."""

import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources
from typing import TypedDict, TypeVar

from jikim.domain.errors import Misused
from jikim.domain.terms import Answer, Event, ItemKind, Text
from jikim.packs.pack import (
    Body,
    Content,
    Deadline,
    Duty,
    Entry,
    Floor,
    HolidayCorrection,
    Law,
    Measure,
    Milestone,
    Pack,
)
from jikim.packs.table import BrokenPack, Table

E = TypeVar("E", bound=Entry)


class Common(TypedDict):
    """The keys that every entry has."""

    id: str
    name: Text
    citation: Text
    valid_from: date | None
    valid_to: date | None
    last_verified: date
    verified: bool
    note: Text


@cache
def load(name: str) -> Pack:
    """Read one of the packs that come with the product; raises Misused for a name it does not have, BrokenPack."""
    folder = resources.files("jikim.packs")
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    if name not in known:
        raise Misused(f"no pack of law is named {name[:40]!r}", hint=f"choose one of: {', '.join(known)}")
    return parse(folder.joinpath(f"{name}.toml").read_bytes(), f"{name}.toml")


def parse(data: bytes, file: str) -> Pack:
    """Read the bytes of a pack file, named in errors; raises BrokenPack at the first thing that is wrong."""
    try:
        top = Table(file, (), tomllib.loads(data.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenPack(file, "its first reading", str(error)) from error
    head = top.table("pack")
    as_of = head.day("as_of")
    pack = Pack(
        id=head.words("id"),
        name=head.text("name"),
        as_of=as_of,
        laws=_all(top, "law", as_of, _law),
        floors=_all(top, "floor", as_of, _floor),
        deadlines=_all(top, "deadline", as_of, _deadline),
        duties=_all(top, "duty", as_of, _duty),
        contents=_all(top, "content", as_of, _content),
        bodies=_all(top, "body", as_of, _body),
        holidays=_all(top, "holiday", as_of, _holiday),
        milestones=_all(top, "milestone", as_of, _milestone),
    )
    head.close()
    top.close()
    _check_references(pack, file)
    return pack


def _all(top: Table, section: str, as_of: date, build: Callable[[Table, Common], E]) -> tuple[E, ...]:
    def read(table: Table) -> E:
        entry = build(table, _common(table, as_of))
        table.close()
        return entry

    return tuple(read(table) for table in top.table(section).tables())


def _common(table: Table, as_of: date) -> Common:
    common = Common(
        id=table.path[-1],
        name=table.text("name"),
        citation=table.text("citation"),
        valid_from=table.day_or_none("valid_from"),
        valid_to=table.day_or_none("valid_to"),
        last_verified=table.day("last_verified", as_of),
        verified=table.flag("verified", default=True),
        note=table.text_or_nothing("note"),
    )
    if common["valid_from"] and common["valid_to"] and common["valid_to"] < common["valid_from"]:
        table.broken("valid_to", "ends before it begins")
    return common


def _law(table: Table, common: Common) -> Law:
    return Law(**common, successor=table.words("successor", ""))


def _floor(table: Table, common: Common) -> Floor:
    return Floor(
        **common,
        law=table.words("law"),
        period=table.period("period"),
        start=table.one_of("start", Event),
        start_stated=table.flag("start_stated"),
        kinds=table.some_of("kinds", ItemKind),
        binds=table.text("binds"),
        applies_if=table.one_of_or_none("applies_if", Answer),
    )


def _deadline(table: Table, common: Common) -> Deadline:
    deadline = Deadline(
        **common,
        starts=table.text("starts"),
        measure=table.one_of("measure", Measure),
        limit=table.period_or_none("limit"),
        hours=table.number("hours", 0),
        guideline=table.flag("guideline", default=False),
    )
    if deadline.limit and deadline.hours:
        table.broken("hours", "a deadline counts hours or days, not both")
    return deadline


def _duty(_: Table, common: Common) -> Duty:
    return Duty(**common)


def _content(table: Table, common: Common) -> Content:
    return Content(**common, number=table.number("number"), when=table.text_or_nothing("when"))


def _body(table: Table, common: Common) -> Body:
    body = Body(**common, url=table.words("url"), phone=table.words("phone"), no_area_code=table.flag("no_area_code"))
    if not body.url.startswith("https://"):
        table.broken("url", "must begin with https://")
    return body


def _holiday(table: Table, common: Common) -> HolidayCorrection:
    return HolidayCorrection(**common, day=table.day("day"), is_holiday=table.flag("is_holiday"))


def _milestone(table: Table, common: Common) -> Milestone:
    return Milestone(**common, day=table.day("day"))


def _check_references(pack: Pack, file: str) -> None:
    laws = {law.id for law in pack.laws}
    for floor in pack.floors:
        if floor.law not in laws:
            raise BrokenPack(file, f"floor.{floor.id}.law", f"no law has the id {floor.law!r}")
    for law in pack.laws:
        if law.successor and law.successor not in laws:
            raise BrokenPack(file, f"law.{law.id}.successor", f"no law has the id {law.successor!r}")
    for shared, times in Counter(entry.id for entry in pack.citable).items():
        if times > 1:
            raise BrokenPack(file, shared, "laws, floors and bodies share one set of ids; this one stands twice")
    if sorted(content.number for content in pack.contents) != list(range(1, len(pack.contents) + 1)):
        raise BrokenPack(file, "content", "numbers must count from 1 without a gap")
