"""The table, for people and for programs. A ratio never stands alone: machine, flush and noise are said with it."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jikim import __version__
from jikim.cli.bench.results import Bar, Result, Verdict, time
from jikim.cli.terminal import Ink, indented, inked, width

INKS = {Verdict.GOAL: Ink.GREEN, Verdict.MISSED: Ink.RED, Verdict.NOISY: Ink.YELLOW, Verdict.ABSENT: Ink.YELLOW}
HEAD = ("", "ours", "limit or peer", "ratio", "floor", "goal", "verdict")
WIDTHS = (0, 11, 13, 5, 7, 6, 9)  # known beforehand, so that a line is shown as soon as it was measured
GAP = "  "


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures were taken on."""

    processor: str
    processors: int
    memory_bytes: int
    file_system: str
    flush_seconds: float

    def facts(self) -> dict[str, object]:
        return {
            "program": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": f"{platform.system()} {platform.release()}",
            "processor": self.processor,
            "processors": self.processors,
            "memory_bytes": self.memory_bytes,
            "file_system": self.file_system,
            "fsync_4_kib_seconds": self.flush_seconds,
        }

    def line(self) -> str:
        memory = f"{self.memory_bytes / 2**30:.0f} GiB"
        return (
            f"{self.processors} x {self.processor}, {memory}, {self.file_system}; fsync after adding 4 KiB "
            f"{time(self.flush_seconds)}; CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        )


def machine(folder: Path, flush_seconds: float) -> Machine:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(_processor(), os.cpu_count() or 1, memory, _file_system(folder), flush_seconds)


def text(found: Machine, results: Iterable[Result]) -> Iterator[str]:
    """Write the table in at most 100 columns, line by line as it is measured; the name stands above its figures."""
    yield from indented(found.line())
    yield _line(HEAD, Ink.BOLD)
    shown = []
    for result in results:
        shown.append(result)
        yield ""
        yield from indented(result.what, label=f"{result.row}: ")
        yield _line(_cells(result), INKS.get(result.verdict, Ink.NONE))
        if result.note:
            yield from indented(result.note, by=2, ink=Ink.DIM)
    yield ""
    yield from indented(_noise(shown), ink=Ink.DIM)


def facts(found: Machine, results: Sequence[Result]) -> dict[str, object]:
    return {"machine": found.facts(), "rows": [result.facts() for result in results]}


def _cells(result: Result) -> tuple[str, ...]:
    ratio = "-" if result.ratio is None else _number(result.ratio)
    return ("", result.ours or "-", result.against or "-", ratio, *_bounds(result.bar), result.verdict.value)


def _bounds(bar: Bar | None) -> tuple[str, str]:
    if bar is None:
        return "-", "-"
    sign = "≤" if bar.at_most else "≥"
    return f"{sign} {_number(bar.floor)}", f"{sign} {_number(bar.goal)}"


def _number(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _line(cells: Sequence[str], ink: Ink) -> str:
    padded = [cell + " " * (wide - width(cell)) for cell, wide in zip(cells, WIDTHS, strict=True)]
    return inked(GAP.join(padded).rstrip(), ink)


def _noise(results: Sequence[Result]) -> str:
    measured = [result for result in results if result.ratio is not None]
    if not measured:
        return "Nothing was measured."
    turns = [result.alternations for result in measured if result.alternations]
    loudest, thrown = max(result.others for result in measured), sum(result.thrown_away for result in measured)
    in_turns = f"Sides took turns in one run; medians of {min(turns)} turns or more. " if turns else ""
    return (
        f"{in_turns}Other programs used at most {loudest:.0%} of the processors in a run that is shown; runs thrown "
        f"away because they used more than 20%: {thrown}."
    )


def _processor() -> str:
    for line in _words(Path("/proc/cpuinfo")).splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _file_system(folder: Path) -> str:
    """Return the kind of file system a folder lies on."""
    best, kind = "", "unknown file system"
    for line in _words(Path("/proc/mounts")).splitlines():
        _device, place, found, *_ = line.split()
        if folder.resolve().is_relative_to(place) and len(place) >= len(best):
            best, kind = place, found
    return kind


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
