"""What is added without the ORM is what the ORM would have added, and stands or falls with its transaction."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, models, transaction

from jikim.queries import policies
from jikim.store.direct import in_one_go, insert, insert_unless_there, rows_of
from jikim.store.live.models import Inquiry, ItemValue, Message, PendingLeaf, ServedNotice
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
