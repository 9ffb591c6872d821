"""Each database keeps its own tables, its own promises, and the settings it was given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from jikim import clock
from jikim.domain.terms import RecordState
from jikim.environment import ALIASES, PRAGMAS
from jikim.store.columns import PendingLeafBase
from jikim.store.connections import SERVER_SETTINGS, UnsafeDatabase, read_back
from jikim.store.live.models import Inquiry, ItemValue, Message, Quarantine
from jikim.store.live.models import PendingLeaf as LiveLeaf
from jikim.store.router import OneDatabasePerLabel
from jikim.store.separate.models import PendingLeaf as SeparateLeaf
from jikim.store.separate.models import SeparateItem

TODAY = clock.policy_today()
RECORD, MESSAGE = uuid4(), uuid4()


# --- settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ALIASES)
def test_every_connection_answers_what_was_asked_of_it(stores: None, alias: str) -> None:
    read_back(connections[alias])


def test_every_new_connection_is_asked(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "secure_delete", "never seen")
    monkeypatch.setitem(SERVER_SETTINGS, "fsync", "never seen")
    another = connections["live"].copy()
    with pytest.raises(UnsafeDatabase, match="the database live answers"):
        another.connect()
    assert another.connection is None


class Answering:
    """A connection, and its cursor, that answer all but one setting as wanted."""

    alias = "live"

    def __init__(self, vendor: str, wrong: str) -> None:
        self.vendor, self.closed = vendor, False
        self._answers = {**(PRAGMAS if vendor == "sqlite" else SERVER_SETTINGS), wrong: "something else"}
        self._asked = ""

    @contextmanager
    def cursor(self) -> Iterator["Answering"]:
        yield self

    def execute(self, statement: str) -> None:
        self._asked = statement.split()[1]

    def fetchone(self) -> tuple[object]:
        return (self._answers[self._asked],)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("vendor", "setting"),
    [("sqlite", setting) for setting in PRAGMAS] + [("postgresql", setting) for setting in SERVER_SETTINGS],
)
def test_a_connection_that_answers_otherwise_is_closed_and_refused(vendor: str, setting: str) -> None:
    connection: Any = Answering(vendor, setting)
    with pytest.raises(UnsafeDatabase, match=f"the database live answers {setting} = something else"):
        read_back(connection)
    assert connection.closed


def test_two_that_read_first_and_then_write_both_get_through(committed_stores: None) -> None:
    """On SQLite only because a transaction takes its lock at once; it would lose one of them otherwise."""
    Quarantine.objects.create(record_id=RECORD, error="", tries=0, failed_on=TODAY)

    def count_one() -> None:
        for _ in range(20):
            with transaction.atomic(using="live"):
                row = Quarantine.objects.select_for_update().get(record_id=RECORD)
                row.tries += 1
                row.save()
        connections["live"].close()

    threads = [Thread(target=count_one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Quarantine.objects.get().tries == 60


# --- routes ------------------------------------------------------------------------------------------------------


def test_each_table_is_in_the_database_of_its_label_and_in_no_other(stores: None) -> None:
    for alias in ALIASES:
        tables = set(connections[alias].introspection.table_names()) - {"django_migrations"}
        guests = {"mfa_authenticator"} if alias == "live" else set[str]()
        assert guests <= tables
        tables -= guests
        assert tables
        assert all(table.startswith(f"{alias}_") for table in tables)


def test_a_table_of_nobody_has_no_database() -> None:
    router = OneDatabasePerLabel()
    stranger: Any = SimpleNamespace(_meta=SimpleNamespace(app_label="stranger"))
    assert router.db_for_read(stranger) is None
    assert router.db_for_write(stranger) is None
    assert not router.allow_migrate("live", "stranger")
    assert not router.allow_migrate("default", "default")


def test_rows_of_two_databases_are_never_related() -> None:
    router = OneDatabasePerLabel()
    assert router.allow_relation(Inquiry(), ItemValue())
    assert not router.allow_relation(Inquiry(), SeparateItem())


@pytest.mark.parametrize("alias", ALIASES)
def test_the_migrations_make_exactly_the_tables_of_the_models(stores: None, alias: str) -> None:
    executor = MigrationExecutor(connections[alias])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


# --- what must always be true ------------------------------------------------------------------------------------


def inquiry(**changed: object) -> Inquiry:
    facts = {
        "collection": "inquiry",
        "state": RecordState.RECEIVED,
        "language": "ko",
        "policy_number": 2,
        "receipt_hash": uuid4().hex,
        "gate_kid": uuid4().int >> 66,
        "gate_envelope": b"",
        "received_at": clock.policy_now(),
        "received_on": TODAY,
        "last_word_on": TODAY,
    }
    return Inquiry(**facts | changed)


def kept(**changed: object) -> SeparateItem:
    facts = {
        "value_id": uuid4(),
        "record_id": uuid4(),
        "item": "email",
        "facet": "value",
        "ordinal": 0,
        "kid": 1,
        "envelope": b"",
        "policy_number": 2,
        "record_class": "complaint-dispute",
        "rule": "complaint-dispute",
        "start_on": TODAY,
        "moved_on": TODAY,
        "last_day": TODAY,
        "keep_until": TODAY + timedelta(days=2),
        "destroy_by": TODAY + timedelta(days=5),
    }
    return SeparateItem(**facts | changed)


def refuses(row: models.Model) -> bool:
    alias = row._meta.app_label
    try:
        with transaction.atomic(using=alias):
            row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def value(**changed: object) -> ItemValue:
    facts: dict[str, object] = {"record_id": RECORD, "message_id": MESSAGE, "item": "email", "kid": 1, "envelope": b""}
    return ItemValue(**facts | {"collected_on": TODAY} | changed)


def test_a_state_or_an_author_the_policy_does_not_know_is_refused(stores: None) -> None:
    assert not any(refuses(inquiry(state=state)) for state in RecordState)
    assert refuses(inquiry(state="forgotten"))
    assert not refuses(Message(record_id=RECORD, author="person", sent_at=clock.policy_now()))
    assert refuses(Message(record_id=RECORD, author="machine", sent_at=clock.policy_now()))


def test_one_key_never_serves_two_values_nor_one_place_two_keys(stores: None) -> None:
    assert not refuses(value())
    assert refuses(value(item="subject", kid=1))
    assert refuses(value(kid=2))
    assert not refuses(value(kid=2, facet="name"))
    assert not refuses(value(kid=3, ordinal=1))


def test_nothing_set_aside_may_be_destroyed_before_its_floor(stores: None) -> None:
    assert not refuses(kept())
    assert not refuses(kept(kid=2, keep_until=None))
    assert refuses(kept(kid=3, destroy_by=TODAY + timedelta(days=2)))
    assert refuses(kept(kid=4, keep_until=None, destroy_by=TODAY))


@pytest.mark.parametrize("leaf", [LiveLeaf, SeparateLeaf])
def test_what_one_transaction_writes_is_all_there_or_not_at_all(
    committed_stores: None, leaf: type[PendingLeafBase]
) -> None:
    row = leaf(kind="test", body={}, at=clock.policy_now())

    def twice_under_one_number() -> None:
        with transaction.atomic(using=leaf._meta.app_label):
            row.save()
            row.save(force_insert=True)

    with pytest.raises(IntegrityError):
        twice_under_one_number()
    assert not leaf._default_manager.exists()
