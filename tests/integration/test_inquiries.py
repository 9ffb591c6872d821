"""From the form to the resolved inquiry: sealed, proved, answered, and nothing half-written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Model

from jikim import clock, sealing
from jikim.actions import inquiries, journal, returning
from jikim.actions.desk import NotAtTheDesk
from jikim.actions.inquiries import AlreadyLeft, ClassNeeded, StartEventNeeded, StartEventOver
from jikim.actions.submission import HoldsResidentNumber, NoPolicyInForce, NoticeChanged
from jikim.domain.consent import ConsentMissing, ConsentNotAsked
from jikim.domain.errors import JikimError, Misused
from jikim.domain.intake import Fault, SubmissionRefused
from jikim.domain.terms import RecordState
from jikim.queries import inquiries as asked
from jikim.queries.desk import session_by_id
from jikim.sealing.errors import StoreUnavailable
from jikim.sealing.file_store import DirectoryStore, attachments
from jikim.sealing.keyring import KeyringUnavailable, KeyState
from jikim.store.direct import insert
from jikim.store.live.models import (
    AccessRecord,
    Consent,
    DeskSession,
    Inquiry,
    ItemValue,
    Message,
    PendingLeaf,
    ServedNotice,
)
from tests.support import own
from tests.support.company import BEGINS, PDF, PNG, WORDS, Attached, Company
from tests.support.staff import reseal

TABLES = (Inquiry, Message, ItemValue, Consent, ServedNotice)


def rows() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in (*TABLES, PendingLeaf)}


def test_an_inquiry_comes_in_whole(stores: None, company: Company) -> None:
    receipt = company.receives()
    values = ItemValue.objects.filter(record_id=receipt.record_id)
    assert sorted(values.values_list("item", "facet", "ordinal")) == [
        ("access_log", "value", 0),
        ("attachments", "bytes", 0),
        ("attachments", "bytes", 1),
        ("attachments", "name", 0),
        ("attachments", "name", 1),
        ("content", "value", 0),
        ("email", "value", 0),
        ("subject", "value", 0),
    ]
    consent = Consent.objects.get(record_id=receipt.record_id)
    assert (consent.purpose, consent.policy_number, consent.state) == ("inquiry", 2, "given")
    assert ServedNotice.objects.get(sha256=consent.notice_sha256).language == "ko"


def test_no_row_holds_a_word_the_person_wrote(stores: None, company: Company) -> None:
    receipt = company.receives()
    held = b"".join(bytes(envelope) for envelope in ItemValue.objects.values_list("envelope", flat=True))
    told = str(list(PendingLeaf.objects.values()) + list(Inquiry.objects.values()) + list(Message.objects.values()))
    secrets = [*WORDS.values(), PDF.name, PDF.content.decode("latin-1"), "203.0.113.7", receipt.code]
    assert [word for word in secrets if word.encode() in held or word in told] == []


def test_every_value_has_a_key_of_its_own(stores: None, company: Company) -> None:
    company.receives()
    kids = list(ItemValue.objects.values_list("kid", flat=True))
    assert len(set(kids)) == len(kids) == 8


def test_values_that_came_together_lie_together_and_no_id_tells_a_time(stores: None, company: Company) -> None:
    records = [company.receives().record_id for _ in range(2)]
    ids = [list(ItemValue.objects.filter(record_id=one).values_list("id", flat=True)) for one in records]
    assert [len(set(of_one)) for of_one in ids] == [8, 8]
    heads = [{value_id.bytes[:8] for value_id in of_one} for of_one in ids]
    assert [len(of_one) for of_one in heads] == [1, 1]
    assert heads[0] != heads[1]
    assert {value_id.version for of_one in ids for value_id in of_one} == {4}


def test_the_receipt_code_finds_the_inquiry_however_it_is_typed(stores: None, company: Company) -> None:
    receipt = company.receives()
    for typed in (receipt.code, receipt.code.lower(), receipt.code.replace("-", " "), f" {receipt.code} "):
        found = asked.by_receipt(typed)
        assert found is not None
        assert found.record_id == receipt.record_id
    assert asked.by_receipt("") is None
    assert asked.by_receipt("7K3QM-0X9TB-R2VHN-4DWEA") is None


def test_the_person_reads_the_conversation_with_the_receipt_code(stores: None, company: Company) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    opened = own.read(receipt.code)
    assert [turn.author for turn in opened.turns] == ["person", "handler"]
    assert own.read_file(receipt.code, opened.files[0].value_id) == PDF.content
    assert returning.by_code("7K3QM-0X9TB-R2VHN-4DWEA") is None


def test_a_file_of_another_inquiry_is_not_opened_with_this_code(stores: None, company: Company) -> None:
    one, other = company.receives(), company.receives()
    opened = own.read(other.code)
    with pytest.raises(Misused, match="has no file"):
        own.read_file(one.code, opened.files[0].value_id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"policy_number": 1}, NoticeChanged),
        ({"notice_sha256": "0" * 64}, NoticeChanged),
        ({"consents": ()}, ConsentMissing),
        ({"consents": ("inquiry", "personalised")}, ConsentNotAsked),
        ({"values": {**WORDS, "phone": "02-000-0000"}}, SubmissionRefused),
        ({"values": {**WORDS, "access_log": "forged"}}, SubmissionRefused),
        ({"values": {"subject": "only this"}}, SubmissionRefused),
        ({"values": {**WORDS, "email": "not an address"}}, SubmissionRefused),
        ({"values": {**WORDS, "content": "x" * 8001}}, SubmissionRefused),
        ({"values": {**WORDS, "content": "900101-1234567"}}, HoldsResidentNumber),
        ({"files": (PDF,) * 6}, SubmissionRefused),
        ({"files": (Attached("empty.txt", b""),)}, SubmissionRefused),
        ({"files": (Attached("big.bin", b"x" * 10485761),)}, SubmissionRefused),
        ({"files": (Attached("note.txt", b"900101-1234567"),)}, HoldsResidentNumber),
        ({"collection": "nowhere"}, Misused),
    ],
)
def test_a_form_that_is_not_accepted_stores_nothing(
    stores: None, company: Company, changes: dict[str, Any], error: type[JikimError]
) -> None:
    before = rows()
    with pytest.raises(error):
        company.receives(**changes)
    assert rows() == before


def test_every_fault_of_a_form_is_told_at_once_and_none_of_its_words(stores: None, company: Company) -> None:
    with pytest.raises(SubmissionRefused) as refused:
        company.receives(values={"email": "kim at example", "content": "x" * 9000, "iq": "140"})
    faults = {(problem.item, problem.fault) for problem in refused.value.problems}
    assert faults == {
        ("email", Fault.NOT_AN_EMAIL),
        ("content", Fault.TOO_LONG),
        ("subject", Fault.MISSING),
        ("iq", Fault.NOT_ASKED),
    }
    assert "kim" not in str(refused.value)


def test_without_a_policy_in_force_nothing_is_asked(stores: None, company: Company) -> None:
    form = company.form()
    clock.travel_to(date(2026, 10, 1))
    with pytest.raises(NoPolicyInForce):
        inquiries.submit(form)


@pytest.mark.parametrize("strange", ["language", "collection"])
def test_a_word_the_policy_does_not_have_reaches_no_clear_column_and_no_message(
    stores: None, company: Company, strange: str
) -> None:
    before = rows()
    with pytest.raises(Misused) as caught:
        inquiries.submit(company.form(**{strange: "kim@example.kr"}))
    assert "kim" not in str(caught.value)
    assert rows() == before


def test_when_the_commit_fails_nothing_stays_and_its_files_go(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed: list[UUID] = []
    keep = insert

    def fail(made: Sequence[Model]) -> None:
        keep(made)
        sealed.extend(row.file for row in made if isinstance(row, ItemValue) and row.file)
        if isinstance(made[0], ItemValue):
            raise DatabaseError("the disk is full")

    monkeypatch.setattr(inquiries, "insert", fail)
    before = rows()
    with pytest.raises(DatabaseError):
        company.receives()
    assert rows() == before
    assert len(sealed) == 2
    assert set(attachments("live").names()).isdisjoint(sealed)


def test_when_nobody_knows_whether_the_commit_happened_the_keys_of_what_stands_live(
    committed_stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the commit is lost on the way back, as when a server's connection breaks just then."""
    atomic = transaction.atomic

    @contextmanager
    def lost(alias: str) -> Iterator[None]:
        with atomic(alias):
            yield
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as broken:
        broken.setattr(inquiries, "writing", lost)
        with pytest.raises(OperationalError):
            company.receives()
    kids = list(ItemValue.objects.values_list("kid", flat=True))
    assert len(kids) == 8
    assert set(sealing.current().states(kids).values()) == {KeyState.ALIVE}
    assert set(ItemValue.objects.filter(facet="bytes").values_list("file", flat=True)) <= set(
        attachments("live").names()
    )


def test_a_store_of_files_in_trouble_does_not_hide_why_nothing_was_stored(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise DatabaseError("the disk is full")

    def full(*_given: object) -> None:
        raise StoreUnavailable("full", hint="wait")

    monkeypatch.setattr(inquiries, "insert", fail)
    monkeypatch.setattr(DirectoryStore, "remove", full)
    with pytest.raises(DatabaseError):
        company.receives()


def test_when_the_keyring_fails_the_files_that_were_sealed_go(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(attachments("live").names())

    def away(*_given: object) -> None:
        raise KeyringUnavailable("away", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr(type(sealing.current()), "found", away)
        with pytest.raises(KeyringUnavailable):
            company.receives()
    assert set(attachments("live").names()) == before


def test_an_access_log_is_taken_only_where_the_policy_names_it(stores: None, company: Company) -> None:
    receipt = company.receives(access_log="")
    assert not ItemValue.objects.filter(record_id=receipt.record_id, item="access_log").exists()


def test_opening_writes_the_access_down_first(stores: None, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = company.receives()

    def fail(**_facts: object) -> None:
        raise DatabaseError("cannot write")

    with monkeypatch.context() as broken:
        broken.setattr(AccessRecord.objects, "create", fail)
        with pytest.raises(DatabaseError):
            inquiries.open_record(receipt.record_id, session_id=company.session_id)
    opened = inquiries.open_record(receipt.record_id, session_id=company.session_id)
    assert {read.item: read.words for read in opened.turns[0].values} == WORDS
    assert [file.name for file in opened.files] == [PDF.name, PNG.name]
    assert AccessRecord.objects.exclude(task="sign-in").get().task == "open"


def test_an_opened_file_is_the_file_and_is_written_down(stores: None, company: Company) -> None:
    receipt = company.receives()
    file = inquiries.open_record(receipt.record_id, session_id=company.session_id).files[1]
    content = inquiries.open_file(receipt.record_id, file.value_id, session_id=company.session_id)
    assert content == PNG.content
    assert list(AccessRecord.objects.exclude(task="sign-in").order_by("id").values_list("task", flat=True)) == [
        "open",
        "file",
    ]


def test_nobody_acts_without_being_at_the_desk(stores: None, company: Company) -> None:
    receipt = company.receives()
    for stranger in (uuid4(), _ended(company)):
        with pytest.raises(NotAtTheDesk):
            inquiries.open_record(receipt.record_id, session_id=stranger)
        with pytest.raises(NotAtTheDesk):
            inquiries.reply(receipt.record_id, "Hello", session_id=stranger)
        with pytest.raises(NotAtTheDesk):
            inquiries.resolve(receipt.record_id, record_class="general", start_event_on=None, session_id=stranger)
    assert not AccessRecord.objects.exclude(task="sign-in").exists()
    assert Inquiry.objects.get().state == RecordState.RECEIVED


def _ended(company: Company) -> UUID:
    DeskSession.objects.filter(id=company.session_id).update(ended_at=clock.wall_now())
    return company.session_id


def test_an_answer_after_resolving_freezes_the_holidays_again(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves("complaint-dispute").record_id
    frozen = Inquiry.objects.get().calendar
    Inquiry.objects.update(calendar=[])
    company.answers(record_id)
    assert Inquiry.objects.get().calendar == frozen != []


@pytest.mark.parametrize(("began_hours_ago", "lasts"), [(7, True), (8, False)])
def test_a_desk_session_ends_after_a_working_day_however_busy(
    stores: None, company: Company, began_hours_ago: int, lasts: bool
) -> None:
    now = clock.wall_now()
    DeskSession.objects.update(began_at=now - timedelta(hours=began_hours_ago), seen_at=now)
    reseal(DeskSession)
    assert (session_by_id(company.session_id) is not None) is lasts


def test_a_clock_set_back_ends_no_purpose_sooner(stores: None, company: Company) -> None:
    record_id, later = company.receives().record_id, BEGINS + timedelta(days=9)
    clock.travel_to(later)
    company.answers(record_id)
    company.resolves(record_id)
    clock.travel_to(BEGINS)
    company.answers(record_id)
    assert Inquiry.objects.get().last_word_on == later
    inquiries.reopen(record_id, session_id=company.session_id)
    assert Inquiry.objects.get().last_word_on == later


def test_an_answer_is_sealed_and_counted(stores: None, company: Company) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id, "We will send another one.")
    row = Inquiry.objects.get()
    assert (row.state, row.answered_on, row.last_word_on) == (RecordState.ANSWERED, BEGINS, BEGINS)
    opened = inquiries.open_record(receipt.record_id, session_id=company.session_id)
    assert [read.words for read in opened.turns[1].values] == ["We will send another one."]
    assert PendingLeaf.objects.filter(kind="answer").count() == 1


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 8001])
def test_an_answer_that_does_not_fit_is_not_stored(stores: None, company: Company, words: str) -> None:
    receipt = company.receives()
    before = rows()
    with pytest.raises(Misused, match="empty or too long"):
        company.answers(receipt.record_id, words)
    assert rows() == before


def test_resolving_needs_a_class_of_the_policy(stores: None, company: Company) -> None:
    receipt = company.receives()
    for unknown in ("", "gossip"):
        with pytest.raises(ClassNeeded):
            company.resolves(receipt.record_id, unknown)
    assert Inquiry.objects.get().state == RecordState.RECEIVED


@pytest.mark.parametrize("start", [None, date(2026, 10, 6)])
def test_a_class_kept_by_law_needs_its_start_event_and_not_a_day_to_come(
    stores: None, company: Company, start: date | None
) -> None:
    receipt = company.receives()
    with pytest.raises(StartEventNeeded):
        company.resolves(receipt.record_id, "complaint-dispute", start)
    assert Inquiry.objects.get().resolved_on is None


def test_resolving_freezes_the_holidays_its_clocks_can_meet(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves("complaint-dispute")
    calendar = Inquiry.objects.get(id=receipt.record_id).calendar
    assert {day[:4] for day in calendar} == {"2029", "2030"}
    assert "2029-10-09" in calendar  # Hangul Day


def test_a_class_may_be_corrected_while_the_quiet_days_run(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves("general")
    clock.travel_to(date(2026, 10, 12))
    company.resolves(receipt.record_id, "complaint-dispute", date(2026, 10, 6))
    row = Inquiry.objects.get()
    assert (row.resolved_on, row.record_class, row.start_event_on) == (BEGINS, "complaint-dispute", date(2026, 10, 6))


def test_reopening_cancels_every_clock_that_resolving_started(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves("complaint-dispute")
    clock.travel_to(date(2026, 10, 8))
    inquiries.reopen(receipt.record_id, session_id=company.session_id)
    row = Inquiry.objects.get()
    assert (row.state, row.resolved_on, row.record_class, row.start_event_on, row.calendar) == (
        RecordState.RECEIVED, None, "", None, [],
    )  # fmt: skip
    assert asked.life(receipt.record_id).node("destroyed").day == date(2027, 4, 7)  # 180 days of silence from here


def test_after_the_quiet_days_nothing_is_reopened_answered_or_reclassified(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves()
    clock.travel_to(date(2026, 10, 13))
    with pytest.raises(AlreadyLeft):
        inquiries.reopen(receipt.record_id, session_id=company.session_id)
    with pytest.raises(AlreadyLeft):
        company.answers(receipt.record_id)
    with pytest.raises(AlreadyLeft):
        company.resolves(receipt.record_id)
    assert not AccessRecord.objects.filter(task__in=("reopen", "reply")).exists()


def test_only_a_resolved_inquiry_is_reopened(stores: None, company: Company) -> None:
    receipt = company.receives()
    with pytest.raises(Misused, match="is not resolved"):
        inquiries.reopen(receipt.record_id, session_id=company.session_id)


def test_the_inbox_tells_what_waits_and_not_who(stores: None, company: Company) -> None:
    receipt = company.receives(language="en")
    row = asked.inbox()[0]
    assert (row.record_id, row.language, row.messages, row.attachments) == (receipt.record_id, "en", 1, 2)
    assert not any(word in str(row) for word in WORDS.values())
    company.resolves(receipt.record_id)
    assert asked.inbox() == ()
    assert [found.record_id for found in asked.inbox(RecordState.RESOLVED)] == [receipt.record_id]


def test_a_fact_and_its_journal_entry_stand_or_fall_together(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves()
    kinds = set(PendingLeaf.objects.values_list("kind", flat=True))
    assert {"policy", "desk", "notice", "intake", "resolve"} <= kinds
    assert str(receipt.record_id) not in str(list(PendingLeaf.objects.values()))


def test_a_journal_entry_of_an_unknown_kind_or_field_is_refused(stores: None) -> None:
    for kind, body in (("gossip", {}), ("reopen", {"on": "2026-10-05", "who": "kim"}), ("reopen", {"on": "x" * 81})):
        with pytest.raises(Misused):
            journal.record("live", kind, body)
    assert not PendingLeaf.objects.exists()


def test_a_journal_entry_outside_a_transaction_is_refused(committed_stores: None) -> None:
    with pytest.raises(Misused, match="outside a transaction"):
        journal.record("live", "reopen", {"on": "2026-10-05"})


def test_a_submission_never_shows_what_it_carries(stores: None, company: Company) -> None:
    form = replace(company.form(), access_log="203.0.113.9")
    assert not any(word in repr(form) for word in [*WORDS.values(), "203.0.113.9", PDF.name])
    receipt = company.receives()
    assert receipt.code not in repr(receipt)


def test_what_the_site_recorded_by_itself_stays_sealed_when_an_inquiry_is_opened(
    stores: None, company: Company
) -> None:
    receipt = company.receives()
    mine, theirs = (
        own.read(receipt.code),
        inquiries.open_record(receipt.record_id, session_id=company.session_id),
    )
    for opened in (mine, theirs):
        assert {value.item for turn in opened.turns for value in turn.values} == {"subject", "email", "content"}


def test_a_start_day_whose_periods_are_all_over_is_asked_again_and_ends_no_floor(
    stores: None, company: Company
) -> None:
    receipt = company.receives()
    with pytest.raises(StartEventOver):
        company.resolves(receipt.record_id, "complaint-dispute", date(1926, 10, 5))
    with pytest.raises(StartEventOver):
        company.resolves(receipt.record_id, "complaint-dispute", date(2023, 10, 4))  # three years ended yesterday
    company.resolves(receipt.record_id, "complaint-dispute", date(2023, 10, 5))  # they end today
