"""An inquiry with a file, against the public ticket of django-helpdesk with the same file, on the same database."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from jikim.cli.bench import postgres, site
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.peer import LOCKS, PeerNotThere, environment
from jikim.cli.bench.postgres import OWNER, PostgresNotThere
from jikim.cli.bench.results import Bar, Result, absent
from jikim.cli.bench.visiting import ATTACHED, PERSON, Form, crowd, seconds_each

TIMES = Bar(3, 5)
CLIENTS = 16
PEER = "django-helpdesk"


def measure(bench: Bench) -> Iterator[Result]:
    try:
        python = str(environment(PEER))
    except PeerNotThere as why:
        yield absent("helpdesk", f"an inquiry with a file; {PEER}", str(why))
        return
    yield _on(bench, "SQLite", python, {}, {})
    try:
        with postgres.running(bench) as server:
            theirs = {"HOST": str(server.folder), "NAME": "guest", "USER": OWNER}
            yield _on(bench, "PostgreSQL", python, server.variables(), theirs)
    except PostgresNotThere as why:
        yield absent("helpdesk", f"an inquiry with a file on PostgreSQL; {PEER}", str(why))


def _on(bench: Bench, database: str, python: str, variables: Mapping[str, str], theirs: Mapping[str, str]) -> Result:
    count = bench.size(300, 16)
    folder = bench.place("helpdesk")
    given = {**site.system(), "PYTHONPATH": str(LOCKS), "FOLDER": str(folder), "DATABASE": json.dumps(theirs)}
    with ExitStack() as stack:
        ours = stack.enter_context(site.running(bench, variables))
        port, _number = stack.enter_context(site.served(bench, python, "tickets:application", given))
        people = stack.enter_context(crowd(bench))
        sides = {
            "ours": seconds_each(people, ours.inquiry(attached=True), count, CLIENTS),
            PEER: seconds_each(people, _ticket(port), count, CLIENTS),
        }
        run = bench.alternate(sides)
    what = f"{database}: an inquiry with a file of {ATTACHED:,} bytes, {CLIENTS} at once; a public ticket of {PEER}"
    note = f"times faster; {1 / run.seconds['ours']:,.0f}/s of ours, {1 / run.seconds[PEER]:,.0f}/s of theirs"
    return run.result("helpdesk", what, ("ours", PEER), run.times(PEER, "ours"), TIMES, note=note)


def _ticket(port: int) -> Form:
    words = {"queue": "1", "title": "Calibration", "body": PERSON["message"], "submitter_email": PERSON["email"]}
    fields = {**words, "priority": "3", "due_date": ""}
    file = ("attachment", ATTACHED)
    return Form(port, "/tickets/submit/", fields, 302, page="/tickets/submit/", file=file)
