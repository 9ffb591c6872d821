"""One module for each group of rows; `measure(bench)` gives out its lines. Imported only when it is measured."""

import importlib
from collections.abc import Iterator
from typing import Protocol, cast

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Result

ROWS = {
    "start": "a second start of `jikim serve`, until both sides answer, against three seconds",
    "seal": "seal and open a value of 300 bytes in process, against the bare cipher",
    "daemon": "the same through the key daemon, one at a time and six at once",
    "pause": "opening through the key daemon while 100,000 keys are destroyed, against at rest; the longest",
    "erase": "one erasure among 10,000, 100,000 and 1,000,000 keys; what it waits for and writes",
    "erase-many": "5,000 keys at random, and a whole cohort of 65,536, against one by one",
    "peers": "people erased, against gdpr-officer, effaced and django-gdpr-assist",
    "journal": "verify 100,000 entries, against a scan that hashes each once; append beside it",
    "attachment": "seal, hash and store 1 MB, against a raw write and flush",
    "intake": "inquiries sent, with and without a file, and their processor time, against a bare Django",
    "crowd": "the slowest of 16 inquiries at once, against the middle one; failures",
    "helpdesk": "inquiries with a file, against tickets of django-helpdesk",
    "sweep": "records set aside, against bare rows moved by SQL and by Django; scattered, against clustered",
    "idle": "a sweep with nothing due among 1,000,000 records, against 10,000",
    "telling": "inquiries with the journal, against the same without it",
    "footprint": "packages, disk and memory of the whole program",
}


class Row(Protocol):
    """What every module here has."""

    def measure(self, bench: Bench) -> Iterator[Result]: ...


def measure(name: str, bench: Bench) -> Iterator[Result]:
    row = cast("Row", importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
    return row.measure(bench)
