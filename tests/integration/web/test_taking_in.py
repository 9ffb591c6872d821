"""What comes by mail, telephone or letter: taken in at the desk, sealed like the rest, and said to have come so."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jikim.queries import by_hand, inquiries
from jikim.store.live.models import (
    AccessRecord,
    Consent,
    Inquiry,
    IntakeByHand,
    ItemValue,
    OutgoingMail,
    PendingLeaf,
)
from tests.support.company import WORDS, Company
from tests.support.web import enter, file

pytestmark = pytest.mark.usefixtures("stores")

PATH = "/desk/take-in/"


def entry(client: Client, **changes: str) -> dict[str, str]:
    page: Any = client.get(PATH)
    words = {
        "this-form": page.context["form"], "came-by": "letter", "on-ground": "contract", "arrived-on": "2026-10-02",
        "written-in": "ko", **WORDS,
    }  # fmt: skip
    return {**words, **changes}


def taken(client: Client, **changes: str) -> Any:
    answer: Any = client.post(PATH, entry(client, **changes))
    assert answer.status_code == 201
    return answer


def test_a_letter_becomes_a_record_whose_clocks_count_from_its_day(company: Company, handler: Client) -> None:
    record_id = taken(handler).context["record_id"]
    row = Inquiry.objects.get(id=record_id)
    assert (row.received_on, row.last_word_on) == (date(2026, 10, 2), date(2026, 10, 2))
    assert set(ItemValue.objects.values_list("collected_on", flat=True)) == {date(2026, 10, 2)}
    assert {value.item for value in ItemValue.objects.all()} == {"subject", "email", "content"}
    assert AccessRecord.objects.get(record_id=record_id).task == "take-in"


def test_no_consent_is_made_up_and_the_record_says_so(company: Company, handler: Client, visitor: Client) -> None:
    answer = taken(handler)
    assert not Consent.objects.exists()
    for text in (
        handler.get(f"/desk/records/{answer.context['record_id']}/").content.decode(),
        visitor.post("/my/", {"code": answer.context["code"]}).content.decode(),
    ):
        assert "편지로 왔고" in text
        assert "동의 기록이 없습니다" in text
        assert "판에 동의" not in text


def test_the_person_reads_it_with_the_code_that_was_shown_once(company: Company, handler: Client) -> None:
    answer = taken(handler)
    status = inquiries.by_receipt(answer.context["code"])
    assert status is not None
    assert status.record_id == answer.context["record_id"]
    assert answer.context["code"] not in handler.get(f"/desk/records/{status.record_id}/").content.decode()


def test_an_entry_is_counted_like_a_form(company: Company, handler: Client) -> None:
    def counted() -> int:
        return PendingLeaf.objects.filter(kind="intake").count()

    before = counted()
    taken(handler)
    assert counted() == before + 1


def test_the_same_entry_is_stored_once(company: Company, handler: Client) -> None:
    words = entry(handler)
    first: Any = handler.post(PATH, words)
    second: Any = handler.post(PATH, words)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.context["code"] == second.context["code"]
    assert Inquiry.objects.count() == IntakeByHand.objects.count() == 1


def test_only_the_words_are_asked_of_who_called(company: Company, handler: Client) -> None:
    record_id = taken(handler, **{"came-by": "telephone"}, subject="", email="").context["record_id"]
    assert set(ItemValue.objects.filter(record_id=record_id).values_list("item", flat=True)) == {"content"}
    how = by_hand.of(record_id)
    assert how is not None
    assert how.channel == "telephone"


def test_a_scan_of_the_letter_is_kept_as_a_file(company: Company, handler: Client) -> None:
    answer: Any = handler.post(PATH, {**entry(handler), "attachments": [file("letter.pdf")]})
    assert answer.status_code == 201
    page: Any = handler.get(f"/desk/records/{answer.context['record_id']}/")
    assert [one.name for one in page.context["turns"][0].files] == ["letter.pdf"]


@pytest.mark.parametrize(("way", "letters"), [("email", 1), ("letter", 0), ("telephone", 0)])
def test_a_receipt_goes_by_mail_only_to_who_wrote_by_mail(
    company: Company, handler: Client, way: str, letters: int
) -> None:
    taken(handler, **{"came-by": way})
    assert OutgoingMail.objects.count() == letters


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("arrived-on", "2026-10-06"),  # tomorrow
        ("arrived-on", "soon"),
        ("arrived-on", "2011-10-02"),  # abandoned long ago
        ("came-by", ""),
        ("came-by", "pigeon"),
        ("on-ground", ""),
        ("on-ground", "vital-interest"),
        ("written-in", "fr"),
        ("content", " "),
        ("content", "900101-1234567"),
        ("subject", "900101-1234567"),
        ("email", "kim@"),
    ],
)
def test_what_cannot_be_taken_in_comes_back_with_its_words(
    company: Company, handler: Client, field: str, words: str
) -> None:
    answer = handler.post(PATH, {**entry(handler), field: words})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'class="mistake"' in text
    assert (WORDS["subject"] if field != "subject" else WORDS["content"]) in text
    assert not Inquiry.objects.exists()
    assert not AccessRecord.objects.exclude(task="sign-in").exists()


def test_a_number_in_a_file_is_found_before_anything_is_stored(company: Company, handler: Client) -> None:
    answer = handler.post(PATH, {**entry(handler), "attachments": [file(content=b"900101-1234567")]})
    assert answer.status_code == 422
    assert not Inquiry.objects.exists()


def test_a_form_the_desk_did_not_serve_is_no_form(company: Company, handler: Client) -> None:
    assert handler.post(PATH, entry(handler, **{"this-form": "made up"})).status_code == 400


def test_nothing_is_chosen_for_the_handler_and_nothing_remembered_by_the_browser(
    company: Company, handler: Client
) -> None:
    text = handler.get(PATH).content.decode()
    assert 'id="on-ground-consent" value="consent" required>' in text
    assert 'autocomplete="email"' not in text


def test_who_only_approves_takes_nothing_in(company: Company) -> None:
    from jikim.domain.staff import StaffRole

    approver = Client()
    enter(approver, {StaffRole.APPROVER})
    assert approver.get(PATH).status_code == 403
    assert approver.post(PATH, {"attachments": [file()]}).status_code == 403


def test_it_is_answered_resolved_and_destroyed_like_every_other(company: Company, handler: Client) -> None:
    record_id: UUID = taken(handler).context["record_id"]
    company.answers(record_id)
    company.resolves(record_id)
    company.works_on(date(2026, 10, 14))
    assert not ItemValue.objects.filter(record_id=record_id).exists()
    assert by_hand.of(record_id) is not None
