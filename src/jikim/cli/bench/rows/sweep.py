"""The sweep: what is due moved, sealed anew and told, against moving bare rows."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jikim.cli.bench import site
from jikim.cli.bench.harness import Bench, Side
from jikim.cli.bench.results import Bar, Result
from jikim.domain.errors import Refused

RAW, ORM, SCATTERED = Bar(0.15, 0.4), Bar(2, 5), Bar(0.33, 0.6)
VALUES = 3  # of each record
MANY = {"raw": 30_000, "orm": 10_000}  # rows of one turn


@dataclass(frozen=True, slots=True)
class Sweeper:
    """The running program."""

    process: "subprocess.Popen[str]"

    def do(self, task: str) -> float:
        """Have a task done and return the seconds it took."""
        if self.process.stdin is None or self.process.stdout is None:
            raise Refused("the sweeper has no pipe", hint="a fault of the bench")
        self.process.stdin.write(f"{task}\n")
        self.process.stdin.flush()
        return float(self.heard())

    def heard(self) -> str:
        words = self.process.stdout.readline().strip() if self.process.stdout is not None else ""
        if not words:
            raise Refused("the sweeper ended while it was measured", hint="run `jikim due` on a home, and mend that")
        return words


@contextmanager
def sweeping(bench: Bench) -> Iterator[Sweeper]:
    """Start the program over a new home, and end it."""
    surroundings = {**site.system(), "JIKIM_HOME": str(bench.place("home")), "JIKIM_ROOTS": "anywhere"}
    command = [sys.executable, "-m", "jikim.cli.bench.sweeper"]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  our own program
        command, env=surroundings, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            with bench.processes.counting(process.pid):
                sweeper = Sweeper(process)
                sweeper.heard()
                yield sweeper
        finally:
            if process.stdin is not None:
                process.stdin.close()  # its end: it closes its key daemon itself


def measure(bench: Bench) -> Iterator[Result]:
    records = bench.size(512, 8)
    with sweeping(bench) as sweeper:
        run = bench.alternate(
            {
                "clustered": _swept(sweeper, "clustered", records),
                "raw": _bare(sweeper, "raw", bench.size(MANY["raw"], 100)),
                "orm": _bare(sweeper, "orm", bench.size(MANY["orm"], 100)),
                "scattered": _swept(sweeper, "scattered", records),
            }
        )
    rate = f"{1 / run.seconds['clustered']:,.0f} rows/s of ours"
    what = "set aside a row: sealed anew, compared, told, its old key destroyed; against INSERT … SELECT and DELETE"
    note = f"{rate}, {1 / run.seconds['raw']:,.0f} bare; SQLite, records of {VALUES} values"
    yield run.result("sweep", what, ("clustered", "raw"), run.times("raw", "clustered"), RAW, note=note)
    what = "the same, against a mover written with Django's ORM, in batches"
    note = f"{rate}, {1 / run.seconds['orm']:,.0f} with the ORM"
    yield run.result("sweep", what, ("clustered", "orm"), run.times("orm", "clustered"), ORM, note=note)
    what = "a row of records of which each fourth is due; against one of records due one after another, ours in both"
    ratio = run.times("clustered", "scattered")
    yield run.result("sweep", what, ("scattered", "clustered"), ratio, SCATTERED)


def _swept(sweeper: Sweeper, how: str, records: int) -> Side:
    def side() -> float:
        sweeper.do(f"fill {how} {records}")
        return sweeper.do("sweep") / (records * VALUES)

    return side


def _bare(sweeper: Sweeper, how: str, rows: int) -> Side:
    return lambda: sweeper.do(f"{how} {rows}") / rows
