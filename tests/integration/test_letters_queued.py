"""The actions have people written to; a copy of an address ends with the address, in the same change of root."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from jikim import clock, sealing
from jikim.actions import inquiries, returning
from jikim.actions.returning import Addition, Person
from jikim.domain.delivery import Letter, MailState
from jikim.domain.terms import RecordState
from jikim.procedures import due, letters, worker
from jikim.sealing.keyring import Binding, KeyringUnavailable, KeyState, Sealed
from jikim.store.live.models import Certificate, Inquiry, OutgoingMail
from tests.support.company import BEGINS, WORDS, Company

ACHIEVED = date(2026, 10, 13)


def queued() -> list[str]:
    return sorted(OutgoingMail.objects.filter(state=MailState.WAITING).values_list("letter", flat=True))


def test_what_happens_to_an_inquiry_is_written_to_who_sent_it(stores: None, company: Company) -> None:
    record_id = company.receives().record_id
    assert queued() == [Letter.RECEIPT]
    company.answers(record_id)
    assert queued() == [Letter.ANSWER, Letter.RECEIPT]
    company.resolves(record_id)
    assert queued() == [Letter.ANSWER, Letter.RECEIPT, Letter.RESOLVED]


def test_a_class_that_is_corrected_is_no_news(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    OutgoingMail.objects.all().update(state=MailState.SENT)
    company.resolves(record_id, "complaint-dispute", clock.policy_today())
    assert queued() == []


def test_what_was_told_of_the_end_is_taken_back_when_it_holds_no_more(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    OutgoingMail.objects.all().update(state=MailState.SENT)
    inquiries.reopen(record_id, session_id=company.session_id)
    assert queued() == [Letter.REOPENED]
    company.resolves(record_id)
    assert queued() == [Letter.RESOLVED]
    inquiries.reopen(record_id, session_id=company.session_id)
    assert queued() == []  # it had not left yet, so there is nothing to take back


def test_a_person_who_says_no_is_not_asked_again_by_a_letter_that_waited(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves()
    returning.was_answered(Person(receipt.record_id, code=receipt.code), answered=False)
    assert queued() == [Letter.RECEIPT]


@pytest.mark.parametrize("answers", [False, True])
def test_who_closes_an_inquiry_has_its_mailbox_told_for_it_may_have_been_somebody_else(
    stores: None, company: Company, *, answers: bool
) -> None:
    receipt = company.receives()
    if answers:
        company.answers(receipt.record_id)
    OutgoingMail.objects.all().update(state=MailState.SENT)
    person = Person(receipt.record_id, code=receipt.code)
    returning.was_answered(person, answered=True)
    returning.close_own(person)  # is closed: no second letter
    assert queued() == [Letter.CLOSED]
    letter = OutgoingMail.objects.get(state=MailState.WAITING)
    there = Binding("mail", letter.record_id, letter.id, letter.item, "value")
    address = sealing.current().open_sealed(there, Sealed(letter.kid or 0, bytes(letter.envelope)))
    assert address.decode() == WORDS["email"]


def test_what_a_person_closed_and_opened_again_is_not_told_to_be_closed(stores: None, company: Company) -> None:
    receipt = company.receives()
    OutgoingMail.objects.all().update(state=MailState.SENT)
    person = Person(receipt.record_id, code=receipt.code)
    returning.close_own(person)
    returning.was_answered(person, answered=False)
    assert queued() == []
    returning.close_own(person)
    company.resolves(receipt.record_id)  # gives it its class: no news to who closed it
    assert queued() == [Letter.CLOSED]
    inquiries.reopen(receipt.record_id, session_id=company.session_id)
    assert queued() == [Letter.REOPENED]  # they know that it was closed
    returning.close_own(person)
    assert queued() == [Letter.CLOSED]


def test_further_words_bring_no_letter_of_their_own(stores: None, company: Company) -> None:
    """The page they are written on says that they are here."""
    receipt = company.receives()
    OutgoingMail.objects.all().update(state=MailState.SENT)
    returning.write_more(Person(receipt.record_id, code=receipt.code), Addition(uuid4(), {"content": "More words."}))
    assert queued() == []


def test_an_inquiry_whose_letter_cannot_be_prepared_is_not_closed(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives()

    def refuse(*_given: object, **_more: object) -> bool:
        raise KeyringUnavailable("no answer", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr("jikim.actions.mail.queue", refuse)
        with pytest.raises(KeyringUnavailable):
            returning.close_own(Person(receipt.record_id, code=receipt.code))
    assert Inquiry.objects.get().state == RecordState.RECEIVED


def test_what_is_not_stored_is_written_to_nobody(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> bool:
        raise KeyringUnavailable("no answer", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr("jikim.actions.mail.first_letter", refuse)
        with pytest.raises(KeyringUnavailable), transaction.atomic("live"):
            company.receives()
    assert (Inquiry.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_a_copy_of_an_address_ends_with_the_address(stores: None, company: Company) -> None:
    company.receives_and_resolves(access_log="")
    kids = list(OutgoingMail.objects.values_list("kid", flat=True))
    assert len(kids) == 2
    company.works_on(ACHIEVED)
    assert Certificate.objects.count() == 1
    assert set(sealing.current().states([kid for kid in kids if kid]).values()) == {KeyState.DESTROYED}
    assert set(OutgoingMail.objects.values_list("state", "kid")) == {(MailState.DROPPED, None)}
    letters.clear()
    assert not OutgoingMail.objects.exists()


def test_an_access_log_that_ends_takes_no_letter_along(stores: None, company: Company) -> None:
    company.receives()
    clock.travel_to(BEGINS + timedelta(days=95))
    assert due.run(clock.policy_today()).destroyed == 1
    assert queued() == [Letter.RECEIPT]


def test_the_worker_forgets_letters_of_what_is_set_aside(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    clock.travel_to(ACHIEVED)
    assert worker.once() is not None
    assert not OutgoingMail.objects.exists()
