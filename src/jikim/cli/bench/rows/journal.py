"""Verifying the journal against reading the same entries and hashing each once; and how fast it grows."""

import sqlite3
import time as clocks
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from jikim.cli.bench.harness import Bench, flushing, timed
from jikim.cli.bench.results import Bar, Result
from jikim.domain.journal import Leaf, Role
from jikim.sealing.journal import Journal, Pending, open_journal
from jikim.sealing.journal.log import DATABASE_FILE

VERIFY = Bar(0.6, 0.9)
AT = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 100


def measure(bench: Bench) -> Iterator[Result]:
    entries = bench.size(100_000, 500)
    folder = bench.place("journal")
    journal = open_journal(folder, "bench.invalid/journal")
    taken = grow(journal, 0, entries)
    run = bench.alternate({"verify": timed(journal.verify), "bare": timed(lambda: bare(folder / DATABASE_FILE))})
    what = f"verify {entries:,} entries, each against the signed root; against reading and hashing them"
    note = "the tree over the entries is a second hash for each; a long journal is read by two processes"
    yield run.result("journal", what, ("verify", "bare"), run.times("bare", "verify"), VERIFY, note=note)
    numbers = iter(range(entries, 10**9, BATCH))
    with flushing(bench.folder) as flush:
        run = bench.alternate({"append": timed(lambda: grow(journal, next(numbers), BATCH)), "flush": flush})
    what = f"append {BATCH} entries and sign the new root, durable; against one flush"
    note = f"{BATCH / run.seconds['append']:,.0f} entries/s; {entries / taken:,.0f}/s in batches of 1,000"
    yield run.result("journal", what, ("append", "flush"), run.times("append", "flush"), note=note)
    journal.close()


def grow(journal: Journal, start: int, count: int) -> float:
    """Add entries as a database sends them, and return the seconds it took."""
    began = clocks.perf_counter()
    for first in range(start, start + count, 1000):
        rows = [Pending(UUID(int=number), leaf(number)) for number in range(first, min(first + 1000, start + count))]
        journal.submit(Role.WORKER, "live", rows)
    return clocks.perf_counter() - began


def leaf(number: int) -> Leaf:
    return Leaf("erase-rows", AT, {"on": "2026-01-01", "values": number})


def bare(path: Path) -> None:
    """Read every entry and hash it: no verification can do less."""
    with closing(sqlite3.connect(path)) as connection:
        for (data,) in connection.execute("SELECT data FROM leaf ORDER BY i"):
            sha256(data).digest()
