"""The worker's sweep over records made for it, and what it is held against; a program of its own on a home of its own.

Each line of input is a task, each line of output the seconds it took. `fill clustered 100` and `fill scattered 100` add
four times as many records, of which a hundred are due: the first ones, or each fourth. `sweep` carries out what is due.
`raw 1000` and `orm 1000` move bare rows from one database to the other. `idle 10000` adds records up to that many, none
of them due.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from jikim.cli import home, serve
from jikim.domain.terms import RecordState
from jikim.environment import HomeKind

ITEMS = ("name", "email", "message")  # all of them are set aside by the rule of the class
RECORD_CLASS = "complaint"
RESOLVED_DAYS_AGO = 20  # quiet days are over, and what is left of five days is not
LASTS_DAYS = 60  # before anything of a record that is not due has to be looked at
SPARSE = 4  # of so many records one is due, where they are scattered
BATCH = 2_000
ENVELOPE = bytes(200)
IDLE_KIDS = 1 << 40  # of rows that nobody opens


def sealed_records(records: int) -> "Iterator[tuple[Any, list[Any]]]":
    """Found records as the public side does; yields what the keyring made of each, with its values' ids."""
    from jikim import sealing
    from jikim.sealing.keyd.values import NewValue

    for _ in range(records):
        ids = [(uuid4(), item) for item in ITEMS]
        new = [
            NewValue(value_id, item, "value", b"Where can I have my scale calibrated? " * 4) for value_id, item in ids
        ]
        yield sealing.current().found(sha256(uuid4().bytes).hexdigest(), new), ids


def fill(how: str, records: int) -> None:
    """Add records; of scattered ones each fourth is due, of clustered ones the first so many."""
    whole = records * SPARSE
    due = [number % SPARSE == 0 if how == "scattered" else number < records for number in range(whole)]
    inquiries, values = [], []
    for is_due, (founded, ids) in zip(due, sealed_records(whole), strict=True):
        inquiries.append(inquiry(founded.record_id, founded.gate.kid, founded.gate.envelope, is_due=is_due))
        message = uuid4()
        for (value_id, item), one in zip(ids, founded.sealed, strict=True):
            values.append(value(founded.record_id, value_id, message, item, one.kid, one.envelope))
    add(inquiries)
    add(values)


def idle(upto: int) -> None:
    """Add records whose purpose lasts; nothing of them is ever opened, so nothing of them is sealed."""
    have = table("live", "Inquiry").objects.count()
    for start in range(have, upto, BATCH):
        inquiries, values = [], []
        for number in range(start, min(start + BATCH, upto)):
            record_id, kid = uuid4(), IDLE_KIDS + (len(ITEMS) + 1) * number
            inquiries.append(inquiry(record_id, kid, ENVELOPE, is_due=False))
            message = uuid4()
            values += [
                value(record_id, uuid4(), message, item, kid + place, ENVELOPE) for place, item in enumerate(ITEMS, 1)
            ]
        add(inquiries)
        add(values)


def inquiry(record_id: UUID, gate: int, envelope: bytes, *, is_due: bool) -> Any:
    from jikim.clock import policy_now, policy_today

    today = policy_today()
    began = today - timedelta(days=RESOLVED_DAYS_AGO) if is_due else today
    resolved = {"resolved_on": began, "record_class": RECORD_CLASS, "start_event_on": began} if is_due else {}
    state = RecordState.RESOLVED if is_due else RecordState.RECEIVED
    return table("live", "Inquiry")(
        id=record_id, collection="inquiry", state=state, language="en", policy_number=1,
        receipt_hash=sha256(record_id.bytes).hexdigest(), gate_kid=gate, gate_envelope=envelope,
        received_at=policy_now(), received_on=began, last_word_on=began,
        next_due_on=today if is_due else today + timedelta(days=LASTS_DAYS), **resolved,
    )  # fmt: skip


def value(record_id: UUID, value_id: UUID, message_id: UUID, item: str, kid: int, envelope: bytes) -> Any:
    from jikim.clock import policy_today

    return table("live", "ItemValue")(
        id=value_id, record_id=record_id, message_id=message_id, item=item, facet="value", ordinal=0, kid=kid,
        envelope=envelope, collected_on=policy_today(),
    )  # fmt: skip


def add(rows: list[Any]) -> None:
    from django.db import transaction

    from jikim.store.direct import insert

    with transaction.atomic("live"):
        insert(rows)


def table(alias: str, name: str) -> Any:
    from django.apps import apps

    return apps.get_model(alias, name)


def sweep() -> float:
    """Carry out what is due and return the seconds it took; exits when a record had to be left."""
    from jikim.clock import policy_today
    from jikim.procedures import due

    began = time.perf_counter()
    carried = due.run(policy_today())
    taken = time.perf_counter() - began
    if carried.quarantined or carried.waiting:
        raise SystemExit(f"{len(carried.quarantined)} records could not be swept")
    return taken


class Bare:
    """Rows of the same width in two SQLite files, moved without anybody asking why."""

    def __init__(self) -> None:
        from django.db import connections, models

        self.numbers = count(1)
        folder = Path(os.environ["JIKIM_HOME"])

        def kind(name: str, label: str) -> Any:
            meta = type("Meta", (), {"app_label": label, "db_table": f"bench_{label}"})
            columns = {
                "id": models.BigIntegerField(primary_key=True),
                "record_id": models.UUIDField(),
                "item": models.CharField(max_length=40),
                "kid": models.BigIntegerField(unique=True),
                "envelope": models.BinaryField(),
                "due_on": models.DateField(db_index=True),
            }
            return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **columns})

        self.here, self.there = kind("Here", "live"), kind("There", "separate")
        for model, alias in ((self.here, "live"), (self.there, "separate")):
            with connections[alias].schema_editor() as editor:
                editor.create_model(model)
        self.plain = sqlite3.connect(folder / "live.sqlite3", isolation_level=None)
        self.plain.execute("ATTACH DATABASE ? AS apart", [str(folder / "separate.sqlite3")])
        for setting in ("synchronous = 2", "apart.synchronous = 2", "temp_store = 2"):
            self.plain.execute(f"PRAGMA {setting}")

    def fill(self, rows: int) -> None:
        made = [next(self.numbers) for _ in range(rows)]
        day = date(2026, 1, 1)
        add([self.here(id=n, record_id=uuid4(), item="message", kid=n, envelope=ENVELOPE, due_on=day) for n in made])

    def raw(self) -> float:
        """Move all that is due in the database's own words, in one transaction of each file."""
        began = time.perf_counter()
        self.plain.execute("BEGIN IMMEDIATE")
        self.plain.execute("INSERT INTO apart.bench_separate SELECT * FROM bench_live WHERE due_on <= '2026-06-01'")
        self.plain.execute("DELETE FROM bench_live WHERE due_on <= '2026-06-01'")
        self.plain.execute("COMMIT")
        return time.perf_counter() - began

    def orm(self) -> float:
        """Move all that is due as a Django program would, in batches."""
        from django.db import transaction

        began = time.perf_counter()
        while rows := list(self.here.objects.filter(due_on__lte=date(2026, 6, 1)).order_by("due_on")[:BATCH]):
            columns = [field.attname for field in self.here._meta.concrete_fields]  # noqa: SLF001  Django's documented way
            moved = [self.there(**{name: getattr(row, name) for name in columns}) for row in rows]
            with transaction.atomic("separate"), transaction.atomic("live"):
                self.there.objects.bulk_create(moved)
                self.here.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return time.perf_counter() - began


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def carry_out(words: list[str], bare: "Callable[[], Bare]") -> float:
    match words:
        case ["fill", how, records]:
            return timed(lambda: fill(how, int(records)))
        case ["idle", records]:
            return timed(lambda: idle(int(records)))
        case ["sweep"]:
            return sweep()
        case ["raw" | "orm" as how, rows]:
            bare().fill(int(rows))
            return bare().raw() if how == "raw" else bare().orm()
    raise SystemExit(f"no task is called {words[0]}")


def main() -> None:
    home.open_and_migrate(HomeKind.REAL)
    serve.publish_first()
    made: list[Bare] = []

    def bare() -> Bare:
        if not made:
            made.append(Bare())
        return made[0]

    print("ready", flush=True)
    for line in sys.stdin:
        print(carry_out(line.split(), bare), flush=True)


if __name__ == "__main__":
    main()
