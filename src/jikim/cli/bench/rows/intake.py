"""An inquiry sent, with all that Jikim does for it, against the least a Django can do with the same form."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from jikim.cli.bench import postgres, site
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.postgres import PostgresNotThere
from jikim.cli.bench.results import Bar, Result, absent
from jikim.cli.bench.site import Bare, Site
from jikim.cli.bench.visiting import ATTACHED, Crowd, crowd, processor_each, seconds_each

CLIENTS = 16
FORMS = {"SQLite": Bar(0.8, 1.0), "PostgreSQL": Bar(0.8, 1.2)}
WITH_FILE = {"SQLite": Bar(0.7, 1.0), "PostgreSQL": Bar(0.7, 0.9)}
PROCESSOR = Bar(2.5, 1.8, at_most=True)


def measure(bench: Bench) -> Iterator[Result]:
    yield from _on(bench, "SQLite", {})
    try:
        with postgres.running(bench) as server:
            yield from _on(bench, "PostgreSQL", server.variables())
    except PostgresNotThere as why:
        yield absent("intake", "an inquiry on PostgreSQL", str(why))


def _on(bench: Bench, database: str, variables: Mapping[str, str]) -> Iterator[Result]:
    with ExitStack() as stack:
        ours = stack.enter_context(site.running(bench, variables))
        bare = stack.enter_context(site.bare(bench, ours))
        people = stack.enter_context(crowd(bench))
        yield _forms(bench, people, database, ours, bare, attached=False)
        yield _forms(bench, people, database, ours, bare, attached=True)
        yield _processor(bench, people, database, ours, bare)


def _forms(bench: Bench, people: Crowd, database: str, ours: Site, bare: Bare, *, attached: bool) -> Result:
    count = bench.size(400, 16)
    run = bench.alternate(
        {
            "ours": seconds_each(people, ours.inquiry(attached=attached), count, CLIENTS),
            "bare": seconds_each(people, bare.insert(attached=attached), count, CLIENTS),
        }
    )
    beside = f", a file of {ATTACHED:,} bytes beside it" if attached else ""
    what = (
        f"{database}: one inquiry sent{beside}, sealed, told and answered with its receipt, {CLIENTS} at once; against "
        f"one row inserted by Django under the same middleware"
    )
    note = f"{1 / run.seconds['ours']:,.0f}/s of ours, {1 / run.seconds['bare']:,.0f}/s bare"
    note += "; the bare file is not flushed, ours is, and its name" if attached else ""
    bar = (WITH_FILE if attached else FORMS)[database]
    return run.result("intake", what, ("ours", "bare"), run.times("bare", "ours"), bar, note=note)


def _processor(bench: Bench, people: Crowd, database: str, ours: Site, bare: Bare) -> Result:
    count = bench.size(400, 32)
    run = bench.alternate(
        {
            "ours": processor_each(people, ours.inquiry(), count, CLIENTS, ours.number),
            "parse": processor_each(people, bare.parse(), count, CLIENTS, bare.number),
        }
    )
    what = f"{database}: processor time of one inquiry in all processes; against parsing and validating the form alone"
    ratio = run.seconds["ours"] / max(run.seconds["parse"], 1e-6)
    note = "the database server's own time is in neither" if database == "PostgreSQL" else ""
    return run.result("intake", what, ("ours", "parse"), ratio, PROCESSOR, note=note)
