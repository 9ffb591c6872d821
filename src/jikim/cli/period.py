"""`jikim period`: on which day a period ends, and between which days its data must be destroyed."""

import argparse
import json
from collections.abc import Iterator
from datetime import date, timedelta

from jikim import packs
from jikim.cli.terminal import indented
from jikim.cli.types import Parsers, command_of, day, prints_json
from jikim.domain.period import Period, Window, last_day, window

ABOUT = """\
Compute a period by the Civil Act: the day of the event does not count, months and years follow the calendar.

With --roll a law requires the keeping: a last day that is a Saturday, a Sunday or a holiday rolls to the next working
day, and the data must still be there until that day has ended.
"""


def add(parsers: Parsers) -> None:
    period = command_of(
        parsers, "period", help="compute the last day of a period, and when its data must be gone", about=ABOUT
    )
    period.add_argument("day", type=day, metavar="DAY", help="the day of the event, YYYY-MM-DD, in Seoul")
    period.add_argument("period", type=Period.parse, metavar="PERIOD", help="how long: P5Y, P1Y6M, P2W, P10D")
    period.add_argument("--calendar", default="kr", metavar="NAME", help="whose holidays count (default: kr)")
    period.add_argument("--roll", action="store_true", help="a law requires the keeping")
    prints_json(period)
    period.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    packs.load(args.calendar)  # a wrong name is a mistake even where no holiday is asked for
    last = last_day(args.day, args.period)
    names = packs.holiday_names(args.calendar, last.year, last.year + 1) if args.roll else {}
    found = window(args.day, args.period, holidays=frozenset(names), roll=args.roll)
    if args.json:
        print(json.dumps(as_json(found)))
        return 0
    off = {off_day: name.say("en") for off_day, name in names.items()}
    print("\n".join(as_text(found, off)))
    return 0


def as_json(found: Window) -> dict[str, str | None]:
    return {
        "last_day": found.last_day.isoformat(),
        "keep_until": found.keep_until.isoformat() if found.keep_until else None,
        "destroy_by": found.destroy_by.isoformat(),
    }


def as_text(found: Window, holidays: dict[date, str]) -> Iterator[str]:
    """Say the three days, each with its reason, in lines of at most 100 columns."""
    yield from _line("last day", found.last_day, "the period ends when this day ends")
    yield from _line("keep until", found.keep_until, _why_kept(found, holidays))
    yield from _line("destroy by", found.destroy_by, _why_destroyed(found))


def _line(what: str, on: date | None, why: str) -> Iterator[str]:
    yield from indented(why, label=f"{what:<12}{f'{on} {on:%a}' if on else '-':<16}")


def _why_kept(found: Window, holidays: dict[date, str]) -> str:
    if found.keep_until is None:
        return "no floor: without --roll no law requires the keeping"
    if found.keep_until == found.last_day:
        return "the last day is a working day: nothing rolls"
    length = (found.keep_until - found.last_day).days
    passed = (found.last_day + timedelta(days=count) for count in range(length))
    return "rolled over " + ", ".join(f"{off:%d %b} ({holidays.get(off, f'{off:%A}')})" for off in passed)


def _why_destroyed(found: Window) -> str:
    if found.keep_until and found.destroy_by > found.last_day + timedelta(days=5):
        return "the first day after the floor: holidays left no day between it and five days after the last day"
    return "five days after the last day"
