"""Another package, erasing people when told to; runs in that package's own environment, without anything of ours.

`erase.py PEER FOLDER PEOPLE` fills a store in the folder and says "ready". Then each line of input, such as "one 5",
erases the next five people: `one` by their number, a call each; `found` by a search; `bulk` with one call for all. The
answer is the seconds it took.
"""

import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

TEXT = "x" * 300
Ways = dict[str, Callable[[list[int]], None]]


def gdpr_officer(folder: Path, people: int) -> Ways:
    from gdpr_officer import PiiEncryptor

    logging.disable()  # it warns about its local store each time
    officer = PiiEncryptor(key_backend_config={"db_path": str(folder / "keys.duckdb")})
    fill = (
        "INSERT INTO customer_keys SELECT range::VARCHAR, from_hex(sha256(range::VARCHAR)), '2026-01-01' FROM range(?)"
    )
    officer.backend._conn.execute(fill, [people])  # its own call takes 3 ms for each key

    def one(numbers: list[int]) -> None:
        for number in numbers:
            officer.forget(str(number), reason="asked for", requested_by="bench")

    one([people - 1])
    if not officer.is_forgotten(str(people - 1)):
        raise SystemExit("the person is not forgotten")
    return {"one": one}


def effaced(folder: Path, people: int) -> Ways:
    from effaced import (
        DatabaseAuditSink,
        ErasureExecutor,
        ErasurePlanner,
        Outbox,
        PiiCategory,
        bind_tables,
        collect_data_map,
        pii,
        resolve_subject_graph,
        subject_link,
    )
    from sqlalchemy import Column, Integer, String, func, select
    from sqlalchemy.orm import registry, sessionmaker

    orm = registry()

    @orm.mapped
    class Person:
        __tablename__ = "person"
        __table_args__ = {"info": subject_link("")}  # noqa: RUF012 the form SQLAlchemy wants
        id = Column(Integer, primary_key=True)
        text = Column(String, info=pii(PiiCategory.CONTACT))

    table: Any = Person
    data_map = collect_data_map(orm.metadata)
    graph = resolve_subject_graph(data_map, orm)
    tables = bind_tables(orm.metadata)
    engine, trail = _sqlite_engine(folder / "people.sqlite3"), _sqlite_engine(folder / "trail.sqlite3")
    orm.metadata.create_all(engine)
    orm.metadata.create_all(trail)  # it commits its trail beside the erasure: on SQLite that takes a file of its own
    sessions = sessionmaker(engine)
    with sessions() as session:
        session.execute(table.__table__.insert(), [{"id": number, "text": TEXT} for number in range(people)])
        session.commit()
    planner = ErasurePlanner(
        data_map,
        graph,
        executor=ErasureExecutor(orm.metadata),
        outbox=Outbox(sessions, tables.outbox),
        audit_sink=DatabaseAuditSink(sessionmaker(trail), tables.audit_events),
    )

    def one(numbers: list[int]) -> None:
        for number in numbers:
            with sessions() as session:
                planner.erase_subject(session, str(number))
                session.commit()

    one([people - 1])
    with sessions() as session:
        if session.scalar(select(func.count()).select_from(Person)) != people - 1:
            raise SystemExit("the person is not erased")
    return {"one": one}


def _sqlite_engine(path: Path) -> "Engine":
    from sqlalchemy import create_engine

    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = wal")
    return create_engine(f"sqlite:///{path}")


def gdpr_assist(folder: Path, people: int) -> Ways:  # noqa: C901  a Django project from settings to rows
    import django
    from django.conf import settings

    def sqlite(name: str) -> dict[str, object]:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / name),
            "OPTIONS": {"init_command": "PRAGMA journal_mode = wal; PRAGMA synchronous = 2"},
        }

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "gdpr_assist"],
        DATABASES={"default": sqlite("assist.sqlite3"), "gdpr_log": sqlite("log.sqlite3")},
        DATABASE_ROUTERS=["gdpr_assist.routers.EventLogRouter"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.core.management import call_command
    from django.db import connection, models

    class Person(models.Model):
        text = models.CharField(max_length=400)

        class Meta:
            app_label = "contenttypes"  # any app but the package itself, whose router sends its rows to the log

        class PrivacyMeta:
            fields = ["text"]  # noqa: RUF012 the form the package wants
            search_fields = ["text"]  # noqa: RUF012

    people_of: Any = Person
    for database in ("default", "gdpr_log"):
        call_command("migrate", database=database, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    people_of.objects.bulk_create(
        [people_of(id=number + 1, text=f"{TEXT}{number}") for number in range(people)], batch_size=5_000
    )

    def found(numbers: list[int]) -> None:
        for number in numbers:
            for person in people_of._privacy_meta.search(f"{TEXT}{number}"):
                person.anonymise()

    def one(numbers: list[int]) -> None:
        for number in numbers:
            people_of.objects.get(pk=number + 1).anonymise()

    def bulk(numbers: list[int]) -> None:
        people_of.objects.filter(pk__in=[number + 1 for number in numbers]).anonymise()

    one([people - 1])
    if people_of.objects.get(pk=people).text.startswith(TEXT):
        raise SystemExit("the person is not anonymised")
    return {"one": one, "found": found, "bulk": bulk}


PEERS = {"gdpr-officer": gdpr_officer, "effaced": effaced, "django-gdpr-assist": gdpr_assist}


def main(peer: str, folder: str, people: str) -> None:
    ways = PEERS[peer](Path(folder), int(people))
    print("ready", flush=True)
    waiting: Iterator[int] = iter(range(int(people) - 1))
    for line in sys.stdin:
        how, count = line.split()
        numbers = list(islice(waiting, int(count)))
        began = time.perf_counter()
        ways[how](numbers)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
