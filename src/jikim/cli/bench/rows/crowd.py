"""How long the slowest of many at once waits, and whether anybody is turned away."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from jikim.cli.bench import site
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Bar, Result, Verdict, percentile
from jikim.cli.bench.visiting import Sent, crowd

AT_ONCE = (1, 2, 4, 8, 16)
SPREAD = Bar(6, 3, at_most=True)


def measure(bench: Bench) -> Iterator[Result]:
    count = bench.size(600, 32)
    turns: list[Sent] = []
    with ExitStack() as stack:
        ours = stack.enter_context(site.running(bench, {}))
        people = stack.enter_context(crowd(bench))
        form = ours.inquiry()

        def slowest() -> float:
            turns.append(people.send(form, count, AT_ONCE[-1]))
            return percentile(turns[-1].latencies, 0.99)

        run = bench.alternate({"p99": slowest, "p50": lambda: percentile(turns[-1].latencies, 0.5)})
        turns += [people.send(form, count // 4, clients) for clients in AT_ONCE[:-1]]
    failed, sent = [one for turn in turns for one in turn.failed], sum(len(turn.latencies) for turn in turns)
    what = f"SQLite: the time that 99 of 100 inquiries stay under, {AT_ONCE[-1]} at once; against the middle one"
    note = f"{len(failed)} of {sent:,} forms failed, with 1 to {AT_ONCE[-1]} at once; none may"
    line = run.result("crowd", what, ("p99", "p50"), run.times("p99", "p50"), SPREAD, note=note)
    yield replace(line, verdict=Verdict.MISSED) if failed else line
