"""What is added without the ORM is what the ORM would have added, and stands or falls with its transaction."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, models, transaction
from django.db.transaction import TransactionManagementError

from jikim.domain.consent import ConsentState
from jikim.domain.delivery import Letter
from jikim.domain.journal import Role
from jikim.queries import policies
from jikim.store import direct
from jikim.store.direct import ROWS_AT_ONCE, among, in_one_go, insert, insert_unless_there, rows_of, writing
from jikim.store.live.models import (
    Consent,
    Inquiry,
    ItemValue,
    Message,
    OutgoingMail,
    PendingLeaf,
    ServedNotice,
    WaitingMailbox,
)
from tests.support.company import Company

AT, DAY, RECORD = datetime(2026, 10, 5, 9, 30, 15, 123456, tzinfo=UTC), date(2026, 10, 5), uuid4()


def _inquiry() -> Inquiry:
    return Inquiry(
        id=uuid4(), collection="inquiry", state="received", language="ko", policy_number=1, receipt_hash=uuid4().hex,
        gate_kid=uuid4().int >> 70, gate_envelope=b"\x00\xff", received_at=AT, received_on=DAY, last_word_on=DAY,
        calendar=["2026-10-09"],
    )  # fmt: skip


def _value() -> ItemValue:
    place = {"record_id": RECORD, "message_id": uuid4(), "item": "name", "facet": "value", "ordinal": 0}
    return ItemValue(id=uuid4(), **place, kid=uuid4().int >> 70, envelope=b"\x00%s", file=None, collected_on=DAY)


def _columns(row: models.Model) -> dict[str, object]:
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


@pytest.mark.parametrize("make", [_inquiry, _value])
def test_a_row_is_read_as_it_was_added(stores: None, make: type[models.Model]) -> None:
    row = make()
    insert([row])
    assert _columns(type(row)._default_manager.get(pk=row.pk)) == _columns(row)


def _consent() -> Consent:
    words = {"purpose": "inquiry", "policy_number": 1, "notice_sha256": "0" * 64, "method": "form"}
    return Consent(record_id=RECORD, **words, state=ConsentState.GIVEN, given_at=AT)


def _letter() -> OutgoingMail:
    place = {"id": uuid4(), "record_id": RECORD, "letter": Letter.RECEIPT, "language": "ko", "item": "email"}
    return OutgoingMail(**place, due_at=AT, kid=uuid4().int >> 70, envelope=b"\x00\xff")


def _leaf() -> PendingLeaf:
    return PendingLeaf(kind="intake", body={"on": "2026-10-05", "values": 2}, at=AT, role=Role.PUBLIC, mac=b"\x00%s")


def _message() -> Message:
    return Message(id=uuid4(), record_id=RECORD, author="person", sent_at=AT)


def _mailbox() -> WaitingMailbox:
    return WaitingMailbox(kid=uuid4().int >> 70)


MADE: list[Callable[[], models.Model]] = [_inquiry, _value, _consent, _letter, _leaf, _message, _mailbox]


@pytest.mark.parametrize("make", MADE)
def test_the_database_holds_byte_for_byte_what_the_orm_would_have_written(
    stores: None, make: Callable[[], models.Model]
) -> None:
    row = make()
    kind, table, typed = type(row), row._meta.db_table, connections["live"].vendor == "sqlite"
    names = [str(f.column) for f in row._meta.concrete_fields if not isinstance(f, models.BigAutoField)]
    asked = ", ".join(f"typeof({name}), {name}" if typed else name for name in names)
    sql = f"SELECT {asked} FROM {table}"  # noqa: S608 - the names of our own tables
    insert([row])
    direct = rows_of("live", sql)
    kind._default_manager.all().delete()
    row.pk = row.pk if row._meta.pk.name in names else None
    row.save(force_insert=True)
    assert rows_of("live", sql) == direct


def test_rows_are_found_among_many_as_the_orm_would_read_them(stores: None) -> None:
    rows = [_value() for _ in range(ROWS_AT_ONCE + 1)]
    insert(rows)
    asked, names = [row.id for row in rows[1:]], [field.attname for field in ItemValue._meta.concrete_fields]
    found = among(ItemValue, "id", [*asked, uuid4()], names)
    orm = [tuple(_columns(row).values()) for row in ItemValue.objects.filter(id__in=asked)]
    assert sorted(found) == sorted(orm)
    assert {type(part) for row in found for part in row} == {UUID, str, int, bytes, date, type(None)}
    assert among(ItemValue, "kid", [rows[0].kid], ["id"]) == [(rows[0].id,)]
    assert among(ItemValue, "id", [], names) == []


def test_a_column_that_only_the_orm_can_read_is_refused(stores: None) -> None:
    with pytest.raises(TypeError, match="JSONField"):
        among(Inquiry, "id", [uuid4()], ["calendar"])


def test_nothing_is_asked_in_a_transaction_that_is_broken(stores: None) -> None:
    with pytest.raises(TransactionManagementError), transaction.atomic("live"):  # noqa: PT012 - one promise
        transaction.set_rollback(True, "live")
        rows_of("live", "SELECT 1")


def test_numbers_that_the_database_counts_go_on(stores: None) -> None:
    leaf = {"kind": "intake", "body": {"on": "2026-10-05"}, "at": AT, "role": "", "mac": b""}
    before = PendingLeaf.objects.create(**leaf)
    insert([PendingLeaf(**leaf), PendingLeaf(**leaf)])
    after = PendingLeaf.objects.order_by("-id").first()
    assert after is not None
    assert after.id > before.id
    own = {"id": 0, "nonce": None}
    assert _columns(after) | own == _columns(before) | own


def test_a_key_that_is_taken_is_left_as_it_is(stores: None, company: Company) -> None:
    notice = {
        "sha256": "0" * 64,
        "version_id": policies.all_versions()[0].number,
        "collection": "inquiry",
        "language": "ko",
    }
    assert insert_unless_there(ServedNotice(**notice, text="first"))
    assert not insert_unless_there(ServedNotice(**notice, text="second"))
    assert ServedNotice.objects.get(sha256="0" * 64).text == "first"


def test_what_is_sent_in_one_go_falls_as_one(committed_stores: None) -> None:
    row = _inquiry()
    with pytest.raises(IntegrityError), transaction.atomic("live"), in_one_go("live"):  # noqa: PT012 - one promise
        insert([Message(id=uuid4(), record_id=RECORD, author="person", sent_at=AT)])
        insert([row])
        insert([row])
    assert rows_of("live", "SELECT 1 FROM live_inquiry WHERE receipt_hash = %s", row.receipt_hash) == []
    assert not Message.objects.filter(record_id=RECORD).exists()


def _impatient(_number: int) -> None:
    """Add rows on a connection that gives up at once where the file is locked."""
    live = connections["live"]
    try:
        for _ in range(10):
            with writing("live"):
                if live.vendor == "sqlite":
                    connections["live"].connection.execute("PRAGMA busy_timeout = 0")
                insert([_message()])
                time.sleep(0.001)
                insert([_message()])
    finally:
        live.close()


def test_threads_that_write_never_find_the_file_locked_by_one_another(committed_stores: None) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(_impatient, range(4)))
    direct._pen.cache_clear()  # the next one is patient
    assert Message.objects.filter(record_id=RECORD).count() == 4 * 10 * 2


def _written_by(_number: int) -> tuple[object, bool]:
    """Return by which connection a thread wrote, and whether it has its own back after a failure."""
    own, pen = connections["live"], None
    with suppress(ZeroDivisionError), writing("live"):
        pen = connections["live"].connection
        insert([_message()])
        raise ZeroDivisionError
    is_back = connections["live"] is own
    own.close()
    return pen, is_back


def test_threads_write_to_a_file_by_one_connection_and_get_their_own_back(own_files: None) -> None:
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(_written_by, range(9)))
    assert len({id(pen) for pen, _is_back in found}) == 1
    assert all(is_back for _pen, is_back in found)
    assert not Message.objects.filter(record_id=RECORD).exists()


def test_whoever_writes_already_does_not_wait_for_a_turn(stores: None) -> None:
    with writing("live"), writing("live"):
        insert([_message()])
    assert Message.objects.filter(record_id=RECORD).count() == 1
