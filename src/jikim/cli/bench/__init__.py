"""`jikim bench`: how fast this machine does what Jikim promises, as ratios to what nobody can do faster."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jikim.cli.types import Parsers, command_of, prints_json
from jikim.domain.errors import Misused

if TYPE_CHECKING:
    from jikim.cli.bench.harness import Bench
    from jikim.cli.bench.results import Result

ABOUT = """\
Measure, and print ratios: ours against a limit of this machine, or against another package doing the same work.

Both sides take turns in one run; a figure is the median of at least five turns. A run in which other programs took
more than 20 % of the processors is thrown away and done again. Nothing outside a temporary folder is written, except
the other packages' own environments, which are kept in the cache folder.
"""


def add(parsers: Parsers) -> None:
    from jikim.cli.bench import rows

    listed = "\n".join(f"  {name:<12}{about}" for name, about in rows.ROWS.items())
    bench = command_of(parsers, "bench", help="measure this machine, as ratios", about=ABOUT, below=f"rows:\n{listed}")
    bench.add_argument("rows", nargs="*", metavar="ROW", help="what to measure (default: every row)")
    prints_json(bench)
    bench.add_argument("--quick", action="store_true", help="small sizes: that it runs, not how fast")
    bench.add_argument(
        "--in", dest="folder", type=Path, metavar="DIR", help="where to write (default: beside the home)"
    )
    bench.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; exit 1 when a floor was missed."""
    from jikim.cli.bench import rows, table
    from jikim.cli.bench.harness import Bench, flushing
    from jikim.cli.bench.results import Verdict

    chosen = _chosen(args.rows, tuple(rows.ROWS))
    with _workplace(args.folder) as folder:
        bench = Bench(folder, quick=True, alternations=1, attempts=1) if args.quick else Bench(folder)
        with flushing(folder) as flush:
            machine = table.machine(folder, bench.alternate({"flush": flush}).seconds["flush"])
        results: list[Result] = []
        for line in table.text(machine, _measured(chosen, bench, results)):
            print(line, file=sys.stderr if args.json else sys.stdout, flush=True)
    if args.json:
        print(json.dumps(table.facts(machine, results), indent=2, ensure_ascii=False))
    return int(not args.quick and any(result.verdict is Verdict.MISSED for result in results))


def _measured(chosen: Sequence[str], bench: "Bench", results: "list[Result]") -> "Iterator[Result]":
    """Give each line out as soon as it was measured, which takes minutes for some, and keep it."""
    from jikim.cli.bench import rows

    for name in chosen:
        for result in rows.measure(name, bench):
            results.append(result)
            yield result


def _chosen(words: list[str], names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := sorted(set(words) - set(names)):
        raise Misused(f"no row is called {', '.join(unknown)[:60]}", hint=f"choose from: {', '.join(names)}")
    return tuple(name for name in names if name in words or not words)


@contextmanager
def _workplace(folder: Path | None) -> Iterator[Path]:
    """Make a folder on the file system that counts, and remove it afterwards with all that is in it."""
    from jikim.environment import home

    place = folder or next(parent for parent in (home(), *home().parents) if parent.is_dir())
    if not place.is_dir():
        raise Misused("the folder of --in is not there", hint="make it, or name another one")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the folder goes away then too
    try:
        with tempfile.TemporaryDirectory(prefix="jikim-bench-", dir=place) as made:
            yield Path(made)
    finally:
        signal.signal(signal.SIGTERM, before)
