"""Attached files lie sealed in a folder of their own, go when their keys are gone, and their rows hold only a card."""

from datetime import date

import pytest

from jikim import environment
from jikim.actions import inquiries
from jikim.sealing.errors import FileAltered, FileMissing, StoreUnavailable
from jikim.sealing.file_store import DirectoryStore, attachments
from jikim.sealing.files import CARD_BYTES
from jikim.store.live.models import Certificate, Intent, ItemValue
from tests.support.company import PDF, PNG, Company

MOVES_ON = date(2026, 10, 13)


def files(company: Company) -> list[ItemValue]:
    """Receive one inquiry with two files and return their rows."""
    record_id = company.receives_and_resolves(access_log="").record_id
    return list(ItemValue.objects.filter(record_id=record_id, facet="bytes").order_by("ordinal"))


def test_a_file_lies_sealed_under_a_random_name_and_its_row_holds_the_card(stores: None, company: Company) -> None:
    one, other = files(company)
    assert one.file
    assert other.file
    assert one.file not in (one.id, other.file)
    with attachments("live").reader(one.file) as stored:
        assert PDF.content not in stored.read()
    assert len(one.envelope) < CARD_BYTES + 100  # the card alone, however long the file is
    assert sorted(environment.files_folder("live").rglob(one.file.hex))


def test_each_file_comes_back_as_it_was_sent(stores: None, company: Company) -> None:
    rows = files(company)
    opened = [inquiries.open_file(row.record_id, row.id, session_id=company.session_id) for row in rows]
    assert opened == [PDF.content, PNG.content]


def test_an_altered_or_missing_file_is_not_handed_out(stores: None, company: Company) -> None:
    one, other = files(company)
    assert one.file
    assert other.file
    path = next(environment.files_folder("live").rglob(one.file.hex))
    path.write_bytes(path.read_bytes() + b"?")
    attachments("live").remove(other.file)
    with pytest.raises(FileAltered):
        inquiries.open_file(one.record_id, one.id, session_id=company.session_id)
    with pytest.raises(FileMissing):
        inquiries.open_file(other.record_id, other.id, session_id=company.session_id)
    shown = inquiries.open_record(one.record_id, session_id=company.session_id)  # the conversation is still read
    assert [file.name for file in shown.files] == [PDF.name, PNG.name]


def test_with_its_key_a_file_goes(stores: None, company: Company) -> None:
    one, _ = files(company)
    assert one.file in set(attachments("live").names())
    company.works_on(MOVES_ON)
    assert one.file not in set(attachments("live").names())
    assert Certificate.objects.count() == 1


def test_a_file_that_is_gone_already_stops_no_destruction(stores: None, company: Company) -> None:
    one, _ = files(company)
    assert one.file
    attachments("live").remove(one.file)
    company.works_on(MOVES_ON)
    assert Certificate.objects.count() == 1


def test_a_folder_of_files_in_trouble_leaves_the_destruction_unfinished_and_uncertified(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = files(company)

    def full(*_given: object) -> None:
        raise StoreUnavailable("full", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr(DirectoryStore, "remove", full)
        with pytest.raises(StoreUnavailable):
            company.works_on(MOVES_ON)
    assert (Intent.objects.count(), Certificate.objects.count()) == (1, 0)
    company.works_on(MOVES_ON)
    assert (Intent.objects.count(), Certificate.objects.count()) == (0, 1)
    assert one.file not in set(attachments("live").names())
