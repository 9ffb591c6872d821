"""`jikim policy check FILE`: everything that is wrong with a policy file, in one run, with the law that says so."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from jikim.cli.terminal import Ink, indented, inked
from jikim.cli.types import Parsers, command_of, day, prints_json
from jikim.clock import policy_today
from jikim.domain.terms import Severity
from jikim.language import load
from jikim.language.check import Report, check
from jikim.language.coverage import Coverage
from jikim.language.findings import Finding

ABOUT = """\
Find everything that is wrong with a policy file, in one run: what it does not say, what cannot run, and what the law
of the day says about it. Errors stop a publication unless the file overrides them with a reason.

Exit codes: 0 nothing stops it, 1 errors, 2 the file cannot be read.
"""
_LISTED = 6  # paths of coverage named on the terminal; --json names all


def add(parsers: Parsers) -> None:
    command = command_of(parsers, "check", help="find everything that is wrong with a policy file", about=ABOUT)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--on", type=day, metavar="DAY", help="judge by the law of this day (default: today)")
    prints_json(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check and print; raises UnreadablePolicy (exit 2)."""
    draft = load.read(args.file)
    on = args.on or policy_today()
    report = check(draft, on=on)
    if args.json:
        print(json.dumps(as_json(report, draft.name, on), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_text(report, draft.name, on)))
    return 1 if report.blocks else 0


def as_json(report: Report, name: str, on: date) -> dict[str, Any]:
    covered = report.coverage
    return {
        "file": name,
        "on": on.isoformat(),
        "blocks": report.blocks,
        **{key: len(found) for key, found in groups(report).items()},
        "findings": [asdict(finding) for finding in report.findings],
        "notes": [asdict(note) for note in report.notes],
        "coverage": {"percent": covered.percent, "stated": covered.stated, **asdict(covered)},
    }


def groups(report: Report) -> dict[str, list[Finding]]:
    """Sort findings into what is to be done about them."""
    left = [finding for finding in report.findings if finding.overridden]
    open_ = [finding for finding in report.findings if not finding.overridden]
    return {
        "errors": [finding for finding in open_ if finding.severity is Severity.ERROR],
        "warnings": [finding for finding in open_ if finding.severity is Severity.WARNING],
        "overridden": left,
    }


# --- for people ------------------------------------------------------------------------------------------------------

_HEADS = {
    "errors": ("Errors: these stop a publication", Ink.RED),
    "warnings": ("Warnings: these do not", Ink.YELLOW),
    "overridden": ("Left as they are, with a reason in the file", Ink.BLUE),
}


def as_text(report: Report, name: str, on: date) -> Iterator[str]:
    """Say everything in lines of at most 100 columns."""
    yield from indented(f"{name}, by the law of {on}")
    for key, found in groups(report).items():
        if found:
            head, ink = _HEADS[key]
            yield from ("", inked(head, Ink.BOLD))
            for alike in _alike(found):
                yield from _findings(alike, ink)
    if report.notes:
        yield from ("", inked("Notes: nothing to mend", Ink.BOLD))
        for note in report.notes:
            yield from _note(note)
    yield from ("", *_coverage(report.coverage), "", *_summary(report))


def _alike(found: list[Finding]) -> Iterator[list[Finding]]:
    """Gather what is said once: the same code, the same law, the same reason or next step."""
    gathered: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in found:
        gathered.setdefault((finding.code, finding.citation, finding.overridden or finding.hint), []).append(finding)
    yield from gathered.values()


def _findings(alike: list[Finding], ink: Ink) -> Iterator[str]:
    """Say one finding, or several that differ only in their place."""
    first = alike[0]
    yield ""
    if len(alike) == 1:
        yield from indented(f"{first.code}  {first.path}", by=2, ink=ink)
        yield from indented(first.message, by=4)
    else:
        yield from indented(f"{first.code}  in {len(alike)} places", by=2, ink=ink)
        for finding in alike:
            yield from indented(f"{finding.path}: {finding.message}", by=4)
    if first.citation:
        yield from indented(first.citation, by=4, label="law: ", ink=Ink.DIM)
    if first.overridden:
        yield from indented(first.overridden, by=4, label="reason: ")
    elif first.hint:
        yield from indented(first.hint, by=4, label="hint: ")


def _note(note: Finding) -> Iterator[str]:
    yield ""
    yield from indented(f"{note.code}  {note.path}", by=2, ink=Ink.DIM)
    yield from indented(note.message, by=4)


def _coverage(covered: Coverage) -> Iterator[str]:
    kept = f"Coverage: {len(covered.kept)} of {covered.stated} facts kept by code ({covered.percent} %)"
    yield from indented(f"{kept}, {len(covered.unkept)} not yet; {len(covered.silent)} more could be stated.")
    if covered.missing:
        yield from indented(_some(covered.missing), label="missing: ", by=2)
    if covered.ownerless:
        yield from indented(_some(covered.ownerless), label="kept by no code: ", by=2)


def _some(found: tuple[str, ...]) -> str:
    more = f" and {len(found) - _LISTED} more (--json lists all)" if len(found) > _LISTED else ""
    return ", ".join(found[:_LISTED]) + more


def _summary(report: Report) -> Iterator[str]:
    counts = {key: len(found) for key, found in groups(report).items()}
    words = [
        _count(counts["errors"], "error"),
        _count(counts["warnings"], "warning"),
        f"{counts['overridden']} left with a reason",
        _count(len(report.notes), "note"),
    ]
    verdict = "It cannot be published yet" if report.blocks else "It can be published"
    yield from indented(f"{verdict}: {', '.join(words)}.", ink=Ink.RED if report.blocks else Ink.GREEN)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
