"""Measuring side against side: in turns, in one run, the median of several; again when others disturbed it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jikim.cli.bench.load import Processes, others
from jikim.cli.bench.results import Bar, Result, Verdict, median
from jikim.cli.bench.results import time as written

ALTERNATIONS = 5
ATTEMPTS = 4
LOOKS = 10  # of a second each, for a quiet moment
MOST_BY_OTHERS = 0.2
PROBE = bytes(4096)

Side = Callable[[], float]  # does the work once and returns the seconds it took, without what it prepared


@dataclass(frozen=True, slots=True)
class Run:
    """The medians of one run, and how quiet the machine was."""

    seconds: Mapping[str, float]
    alternations: int
    others: float
    thrown_away: int

    @property
    def quiet(self) -> bool:
        return self.others <= MOST_BY_OTHERS

    def times(self, slow: str, fast: str) -> float:
        """Return how many times one side's time is the other's."""
        return self.seconds[slow] / self.seconds[fast]

    def result(
        self, row: str, what: str, sides: tuple[str, str], ratio: float, bar: Bar | None = None, *, note: str = ""
    ) -> Result:
        """Make a line of two sides of this run, ours first; from a run that was not quiet nothing is concluded."""
        ours, against = (written(self.seconds[side]) for side in sides)
        verdict = (bar.verdict(ratio) if bar else Verdict.NONE) if self.quiet else Verdict.NOISY
        counts = (self.alternations, self.thrown_away, self.others)
        return Result(row, what, ours, against, ratio, bar, verdict, note, *counts)


@dataclass(slots=True)
class Bench:
    """One call of the command: where it may write, how large it works, and what it opened."""

    folder: Path
    quick: bool = False
    alternations: int = ALTERNATIONS
    attempts: int = ATTEMPTS
    processes: Processes = field(default_factory=Processes)
    stack: ExitStack = field(default_factory=ExitStack)
    kept: dict[object, object] = field(default_factory=dict)

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def place(self, name: str) -> Path:
        """Return a new empty folder."""
        count = sum(1 for _ in self.folder.iterdir())
        made = self.folder / f"{count}-{name}"
        made.mkdir()
        return made

    def alternate(self, sides: Mapping[str, Side]) -> Run:
        """Let the sides work in turns; a run in which others used too much is thrown away and done again.

        returns: the first quiet run; the last one, which says that it was not quiet, where none was
        """
        attempt = 0
        while True:
            before = self.processes.now()
            taken = in_turns(sides, self.alternations)
            run = Run(taken, self.alternations, others(before, self.processes.now()), attempt)
            attempt += 1
            if run.quiet or attempt >= self.attempts:
                return run
            self.wait_for_quiet()

    def wait_for_quiet(self) -> None:
        """Return as soon as others leave the machine alone for a moment, or after a while all the same."""
        for _look in range(LOOKS):
            before = self.processes.now()
            time.sleep(1)
            if others(before, self.processes.now()) <= MOST_BY_OTHERS / 2:
                return


def in_turns(sides: Mapping[str, Side], alternations: int) -> dict[str, float]:
    """Return the median seconds of each side; the first turn of all warms up and does not count."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(alternations + 1):
        for name, side in sides.items():
            seconds = side()
            if turn:
                taken[name].append(seconds)
    return {name: median(seconds) for name, seconds in taken.items()}


def timed(work: Callable[[], object], *, times: int = 1) -> Side:
    """Make a side of work that needs no preparation. times: repetitions in one turn; the mean of them counts."""

    def side() -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - began) / times

    return side


@contextmanager
def flushing(folder: Path) -> Iterator[Side]:
    """Give a side that adds 4 KiB to a file and flushes them: what a durable commit costs here at least."""
    handle = os.open(folder / "flushed", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)

    def flush() -> None:
        os.write(handle, PROBE)
        os.fsync(handle)

    try:
        flush()
        yield timed(flush, times=20)
    finally:
        os.close(handle)
