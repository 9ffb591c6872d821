"""What the journal costs an inquiry: the same program, told and untold."""

from collections.abc import Iterator
from contextlib import ExitStack

from jikim.cli.bench import site
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Bar, Result
from jikim.cli.bench.visiting import crowd, seconds_each

TOLD = Bar(0.8, 0.92)
CLIENTS = 16


def measure(bench: Bench) -> Iterator[Result]:
    count = bench.size(400, 16)
    with ExitStack() as stack:
        ours = stack.enter_context(site.running(bench, {}))
        untold = stack.enter_context(site.running(bench, {}, "jikim.cli.bench.untold"))
        people = stack.enter_context(crowd(bench))
        run = bench.alternate(
            {
                "told": seconds_each(people, ours.inquiry(), count, CLIENTS),
                "untold": seconds_each(people, untold.inquiry(), count, CLIENTS),
            }
        )
    what = f"SQLite: one inquiry sent, {CLIENTS} at once, told to the journal; against the same, told to nobody"
    note = "the journal is left out by exchanging the program of the public side: no variable does that"
    yield run.result("telling", what, ("told", "untold"), run.times("untold", "told"), TOLD, note=note)
