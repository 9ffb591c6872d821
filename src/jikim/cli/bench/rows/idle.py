"""The sweep of a day on which nothing is due, among many records and among few."""

from collections.abc import Iterator
from contextlib import ExitStack

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Bar, Result
from jikim.cli.bench.rows.sweep import sweeping

GROWN = Bar(2, 1.2, at_most=True)


def measure(bench: Bench) -> Iterator[Result]:
    few, many = bench.size(10_000, 50), bench.size(1_000_000, 200)
    with ExitStack() as stack:
        small, large = (stack.enter_context(sweeping(bench)) for _ in range(2))
        small.do(f"idle {few}")
        large.do(f"idle {many}")
        run = bench.alternate({"many": lambda: large.do("sweep"), "few": lambda: small.do("sweep")})
    what = f"a sweep with nothing due among {many:,} records; among {few:,}"
    yield run.result("idle", what, ("many", "few"), run.times("many", "few"), GROWN)
