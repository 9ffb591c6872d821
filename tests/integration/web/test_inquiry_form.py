"""The form's promises: nothing ticked, nothing lost, nothing stored that may not be, everything wrong told at once."""

import html
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.core.files import temp
from django.test import Client
from django.test.client import encode_multipart

from jikim import clock, sealing
from jikim.actions import policies
from jikim.actions.conversation import OpenedInquiry
from jikim.actions.values import unseal
from jikim.domain.intake import Fault, Problem
from jikim.language import load
from jikim.procedures import journal
from jikim.store.live.models import Consent, Inquiry, ItemValue, ServedNotice
from jikim.web import uploads
from jikim.web.faults import said
from jikim.web.public import served
from tests.support import own
from tests.support.company import POLICIES, Company
from tests.support.web import LANGUAGES, WORDS, file, filled, receipt_code, send

pytestmark = pytest.mark.usefixtures("stores")

RESIDENT_NUMBER = "900101-1234567"
UNSEEN = {"work", "your-website"}  # filled in by the browser, and by nobody


def nothing_is_stored() -> bool:
    return not Inquiry.objects.exists() and not ItemValue.objects.exists() and not Consent.objects.exists()


def mistakes(answer: Any) -> dict[str, str]:
    return dict(answer.context["form"].mistakes)


def boxes(answer: Any) -> list[Any]:
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    return [field for field in tree.iter("input") if field.attrib.get("type") == "checkbox"]


def read(answer: Any) -> OpenedInquiry:
    return own.read(receipt_code(answer))


# --- what the form asks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_asks_what_the_policy_names_and_no_more(company: Company, visitor: Client, language: str) -> None:
    page: Any = visitor.get("/inquiry/", {"lang": language})
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    names = [f.attrib["name"] for tag in ("input", "textarea", "select") for f in tree.find(".//form").iter(tag)]
    assert set(names) == {"served", "age", "subject", "email", "content", "attachments", "consent-inquiry"} | UNSEEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_are_told_before_anything_is_sent(company: Company, visitor: Client, language: str) -> None:
    page = visitor.get("/inquiry/", {"lang": language}).content.decode()
    told = {
        "ko": ("120자까지", "8,000자까지", "5개까지, 하나에 10 MB까지"),
        "en": ("120 characters", "8,000", "5 files"),
    }
    assert all(words in page for words in told[language])


def test_the_notice_stands_before_the_consent_with_the_period_marked(company: Company, visitor: Client) -> None:
    page: Any = visitor.get("/inquiry/")
    text = page.content.decode()
    notice = page.context["form"].notice
    assert text.index('class="notice"') < text.index('type="checkbox"')
    for line in notice.period.splitlines():
        assert f'<span class="consent-important">{line}</span>' in text
    assert all(words in text for words in (notice.items, notice.purpose, notice.refusal, notice.minors))
    assert "제2판" in page.context["form"].boxes[0].sentence


def test_age_is_asked_before_any_other_field(company: Company, visitor: Client) -> None:
    text = visitor.get("/inquiry/").content.decode()
    assert text.index('name="age"') < text.index('name="subject"')


def test_words_stand_before_files_so_that_a_file_meets_a_proven_form(company: Company, visitor: Client) -> None:
    text = visitor.get("/inquiry/").content.decode()
    assert text.index('name="served"') < text.index('name="subject"') < text.index('type="file"')


@pytest.mark.parametrize("wrong", [{}, {"email": "kim@"}, {"served": "made up"}])
def test_consent_is_never_ticked_for_the_visitor(company: Company, visitor: Client, wrong: dict[str, str]) -> None:
    answer = send(visitor, filled(visitor, **wrong, **({} if wrong else {"subject": ""})))
    assert answer.status_code in (409, 422)
    assert boxes(answer)
    assert not [box for box in boxes(answer) if "checked" in box.attrib]


# --- what is taken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_inquiry_with_two_files_is_stored_sealed_and_receipted(
    company: Company, visitor: Client, language: str
) -> None:
    answer = send(visitor, filled(visitor, language), file(), file("사진.png", b"\x89PNG" * 1000), language=language)
    assert answer.status_code == 201
    (turn,) = read(answer).turns
    assert {value.item: value.words for value in turn.values}.items() >= WORDS.items()
    assert {attached.name for attached in turn.files} == {"report.pdf", "사진.png"}
    assert not [row for row in ItemValue.objects.all() if "성적서".encode() in bytes(row.envelope)]


def test_a_file_arrives_byte_for_byte(company: Company, visitor: Client) -> None:
    content = bytes(range(256)) * 2000 + b"\r\n--boundary\r\n"
    answer = send(visitor, filled(visitor), file("all.bin", content))
    (attached,) = read(answer).files
    assert own.read_file(receipt_code(answer), attached.value_id) == content


def test_the_consent_names_the_very_words_that_were_shown(company: Company, visitor: Client) -> None:
    page: Any = visitor.get("/inquiry/")
    notice = page.context["form"].notice
    assert send(visitor, filled(visitor)).status_code == 201
    consent = Consent.objects.get()
    assert (consent.notice_sha256, consent.policy_number) == (notice.sha256, 2)
    assert ServedNotice.objects.get(sha256=consent.notice_sha256).text == notice.text
    assert page.context["form"].boxes[0].sentence in notice.text


def test_the_receipt_code_is_in_no_address_and_in_no_row(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor))
    code = receipt_code(answer)
    assert "Location" not in answer.headers
    assert not Inquiry.objects.filter(receipt_hash__contains=code).exists()
    assert f"={code}" not in answer.content.decode()


def test_the_visitors_trace_is_kept_because_the_policy_names_it(company: Company, visitor: Client) -> None:
    visitor.post("/inquiry/", filled(visitor), headers={"user-agent": "A browser", "x-forwarded-for": "198.51.100.9"})
    trace = unseal([ItemValue.objects.get(item="access_log")])[0].decode()
    assert trace.startswith("127.0.0.1 · A browser · ")
    assert "198.51.100.9" not in trace


def test_no_optional_item_is_needed(company: Company, visitor: Client) -> None:
    assert send(visitor, filled(visitor)).status_code == 201


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"email": "kim@"}, {"served": "made up"}])
def test_what_is_wrong_is_the_first_thing_a_keyboard_meets(
    company: Company, visitor: Client, wrong: dict[str, str]
) -> None:
    tree = html5lib.parse(send(visitor, filled(visitor, **wrong)).content.decode(), namespaceHTMLElements=False)
    (focused,) = [element for element in tree.iter() if "autofocus" in getattr(element, "attrib", {})]
    assert (focused.attrib["role"], focused.attrib["tabindex"]) == ("alert", "-1")


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor, age=None, subject="가" * 121, email="kim@", content="", consent=None))
    assert answer.status_code == 422
    assert set(mistakes(answer)) == {"age", "subject", "email", "content", "consent-inquiry"}
    text = answer.content.decode()
    assert "가" * 121 in text
    assert 'value="kim@"' in text
    for name in mistakes(answer):
        assert f'href="#{name}"' in text
        assert f'id="{name}"' in text
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("subject", "가" * 121),
        ("subject", "two\nlines"),
        ("subject", "a bell \x07"),
        ("subject", "   "),
        ("email", "kim"),
        ("email", "kim@example"),
        ("email", "kim@example.kr\nBcc: others@example.kr"),
        ("email", "a" * 255 + "@example.kr"),
        ("content", "가" * 8001),
        ("attachments", "words where a file belongs"),
    ],
)
def test_a_field_of_the_wrong_kind_or_size_is_told_with_the_next_step(
    company: Company, visitor: Client, field: str, words: str
) -> None:
    answer = visitor.post("/inquiry/", filled(visitor, **{field: words}))
    assert answer.status_code == 422
    assert set(mistakes(answer)) == {field}
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([file("a.txt", b"x"), file("b.txt", b"")], "빈 파일입니다: “b.txt”."),
        ([file("나쁨.pdf", b"x" * (10 * 1024 * 1024 + 1))], "“나쁨.pdf”. 하나에 10 MB까지"),
        ([file(f"{number}.txt", b"x") for number in range(6)], "5개"),
    ],
)
def test_files_over_the_limits_are_told_and_words_are_kept(
    company: Company, visitor: Client, files: list[Any], told: str
) -> None:
    answer = send(visitor, filled(visitor), *files)
    assert answer.status_code == 422
    assert told in mistakes(answer)["attachments"]
    assert WORDS["content"] in answer.content.decode()
    assert nothing_is_stored()


@pytest.mark.parametrize("fault", [Fault.FILE_EMPTY, Fault.FILE_TOO_BIG, Fault.NUMBERED])
def test_a_fault_of_a_file_whose_name_cannot_be_shown_is_told_without_it(fault: Fault) -> None:
    assert "“…”" in said(Problem("attachments", fault))


@pytest.mark.parametrize("field", ["subject", "content"])
def test_a_resident_number_is_refused_before_anything_is_stored(company: Company, visitor: Client, field: str) -> None:
    answer = send(visitor, filled(visitor, **{field: f"제 번호는 {RESIDENT_NUMBER}입니다"}))
    assert answer.status_code == 422
    assert "주민등록번호" in mistakes(answer)[field]
    assert nothing_is_stored()


def test_a_resident_number_in_a_file_is_refused(company: Company, visitor: Client) -> None:
    numbered = file("b.txt", f"번호 {RESIDENT_NUMBER}".encode())
    told = mistakes(send(visitor, filled(visitor), file("a.txt", b"x"), numbered))["attachments"]
    assert "주민등록번호" in told
    assert "“b.txt”" in told
    assert nothing_is_stored()


def test_a_child_is_sent_away_kindly_and_nothing_is_kept(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor, age="child"))
    assert answer.status_code == 403
    assert WORDS["content"] not in answer.content.decode()
    assert nothing_is_stored()


def test_without_consent_nothing_is_stored(company: Company, visitor: Client) -> None:
    assert set(mistakes(send(visitor, filled(visitor, consent=None)))) == {"consent-inquiry"}
    assert nothing_is_stored()


@pytest.mark.parametrize("extra", ["phone", "access_log", "consent-security", "record_class"])
def test_a_field_that_was_not_asked_for_is_refused(company: Company, visitor: Client, extra: str) -> None:
    answer = visitor.post("/inquiry/", {**filled(visitor), extra: "given"})
    assert answer.status_code == 400
    assert nothing_is_stored()


def test_a_file_under_the_name_of_a_word_is_refused(company: Company, visitor: Client) -> None:
    words = filled(visitor, subject=None)
    assert visitor.post("/inquiry/", {**words, "subject": file()}).status_code == 400
    assert nothing_is_stored()


# --- the words that were served ------------------------------------------------------------------------------------


def told_again(answer: Any) -> bool:
    text = answer.content.decode()
    again: str = answer.context["form"].served
    return answer.status_code == 409 and WORDS["content"] in text and served.read(again) is not None


@pytest.mark.parametrize("token", ["", "made up", "eyJhIjoxfQ:abc"])
def test_a_form_without_proof_of_its_words_is_asked_again(company: Company, visitor: Client, token: str) -> None:
    assert told_again(send(visitor, filled(visitor, served=token), file()))
    assert nothing_is_stored()


def test_a_page_that_stood_open_for_hours_is_asked_again(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, later = filled(visitor), clock.wall_now() + served.LIFE
    monkeypatch.setattr("jikim.web.public.inquiry.wall_now", lambda: later)
    assert told_again(send(visitor, words))
    monkeypatch.setattr("jikim.web.public.inquiry.wall_now", lambda: later - timedelta(seconds=2))
    assert send(visitor, words).status_code == 201


def test_a_version_that_took_effect_meanwhile_is_shown_before_it_binds(
    company: Company, visitor: Client, tmp_path: Path
) -> None:
    words = filled(visitor)
    newer = (POLICIES / "utracs" / "2.toml").read_text(encoding="utf-8")
    newer = newer.replace("version = 2", "version = 3").replace("2026-10-02T00:00:00", "2026-10-06T00:00:00")
    newer += '\n[history.3]\neffective = "2026-10-06"\nsummary = { ko = "다듬음", en = "Polished" }\n'
    path = tmp_path / "3.toml"
    path.write_text(newer, encoding="utf-8")
    policies.publish(load.read(path), by="test")
    clock.travel_to(date(2026, 10, 6))
    answer = send(visitor, words)
    assert told_again(answer)
    assert answer.context["form"].published.number == 3
    assert nothing_is_stored()
    assert send(visitor, words | {"served": answer.context["form"].served}).status_code == 201


def test_a_form_filled_in_korean_and_sent_from_an_english_page_means_the_korean_words(
    company: Company, visitor: Client
) -> None:
    assert send(visitor, filled(visitor, "ko"), language="en").status_code == 201
    assert Inquiry.objects.get().language == "ko"


# --- the same form again ---------------------------------------------------------------------------------------------


def test_a_form_that_is_sent_again_is_stored_once_and_gets_the_same_receipt(company: Company, visitor: Client) -> None:
    words = filled(visitor)
    first, again = send(visitor, words, file()), send(visitor, words | {"content": "고친 말"}, file())
    assert (first.status_code, again.status_code) == (201, 200)
    assert receipt_code(again) == receipt_code(first)
    assert "이미 보내신 양식입니다" in again.content.decode()
    assert "이미 보내신 양식입니다" not in first.content.decode()
    assert Inquiry.objects.count() == 1
    assert "고친 말" not in [said.words for turn in read(first).turns for said in turn.values]


def test_the_receipt_tells_how_the_journal_stands_and_it_can_be_held_against_it_later(
    company: Company, visitor: Client
) -> None:
    words = filled(visitor, "en")
    first, again = send(visitor, words), send(visitor, words)
    company.answers(company.receives().record_id)
    journal.submit()
    for answer in (first, again):
        page = answer.content.decode()
        note = html.unescape(page.partition('id="checkpoint">')[2].partition("</code>")[0])
        sealing.current().check_older(note)


def test_two_forms_never_share_a_receipt(company: Company, visitor: Client) -> None:
    assert len({receipt_code(send(visitor, filled(visitor))) for _ in range(3)}) == 3


def test_a_form_sent_twice_at_the_same_time_is_stored_once(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = filled(visitor)
    first = send(visitor, words)
    monkeypatch.setattr("jikim.web.public.inquiry.asked.by_receipt", lambda code: None)  # neither has seen the other
    again = send(visitor, words)
    assert (again.status_code, receipt_code(again)) == (200, receipt_code(first))
    assert Inquiry.objects.count() == 1


def test_a_form_that_comes_again_after_its_time_tells_no_code(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = filled(visitor)
    code = receipt_code(send(visitor, words))
    later = clock.wall_now() + served.LIFE
    monkeypatch.setattr("jikim.web.public.inquiry.wall_now", lambda: later)
    again = send(visitor, words)
    assert again.status_code == 200
    assert code not in again.content.decode()


# --- bytes on their way in -----------------------------------------------------------------------------------------


def test_no_upload_ever_touches_a_disk(company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an upload was about to be written to a disk")

    monkeypatch.setattr(temp, "NamedTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert send(visitor, filled(visitor), file("big.bin", b"x" * (9 * 1024 * 1024))).status_code == 201


def test_a_file_before_a_proven_form_is_not_even_held(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bytes] = []
    take = uploads.SealedOnArrival.receive_data_chunk

    def listen(handler: uploads.SealedOnArrival, raw: bytes, start: int) -> None:
        held.append(raw)
        take(handler, raw, start)

    monkeypatch.setattr(uploads.SealedOnArrival, "receive_data_chunk", listen)
    send(visitor, filled(visitor, served="made up"), file(content=b"x" * 100_000))
    assert held == []
    send(visitor, filled(visitor), file(content=b"x" * 100_000))
    assert sum(map(len, held)) == 100_000


def test_a_file_that_was_read_past_is_never_lost_in_silence(company: Company, visitor: Client) -> None:
    answer = visitor.post("/inquiry/", {"attachments": file(), **filled(visitor)})
    assert answer.status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize("lost", [1, 4, 12, 100])
def test_a_form_that_broke_off_on_its_way_is_not_stored_by_half(company: Company, visitor: Client, lost: int) -> None:
    parts = {**filled(visitor), "attachments": file(content=b"x" * 2000)}
    whole = encode_multipart("jikim-test", parts)
    kind = "multipart/form-data; boundary=jikim-test"
    assert visitor.post("/inquiry/", whole[:-lost], content_type=kind).status_code == (201 if lost == 1 else 400)
    assert nothing_is_stored() is (lost != 1)  # the last byte is a line end, which says nothing


def test_a_hundred_files_chosen_by_mistake_are_told_as_too_many(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor), *(file(f"{number}.txt") for number in range(100)))
    assert answer.status_code == 422
    assert mistakes(answer)["attachments"] == "파일이 너무 많습니다. 5개까지 다시 골라 주세요."
    assert WORDS["content"] in answer.content.decode()
    assert nothing_is_stored()


@pytest.mark.parametrize("path", ["/inquiry/", "/my/"])
def test_a_body_that_does_not_say_how_long_it_is_is_not_taken_for_an_empty_one(
    company: Company, visitor: Client, path: str
) -> None:
    answer = visitor.post(path, {}, headers={"transfer-encoding": "chunked", "content-length": ""})
    assert answer.status_code == 411
    assert "얼마나 긴지" in answer.content.decode()


def test_a_body_beyond_all_limits_is_refused_unread(company: Company, visitor: Client) -> None:
    page = visitor.post("/inquiry/", filled(visitor), headers={"content-length": str(200 * 1024 * 1024)})
    assert page.status_code == 413
    assert nothing_is_stored()


def test_words_beyond_all_limits_are_refused(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor, content="x" * (1024 * 1024 + 1)))
    assert answer.status_code == 413
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"not a form", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"\xff\xfe\xfd", "application/x-www-form-urlencoded"),
        (b"subject=%FF", "application/x-www-form-urlencoded; charset=utf-16"),
    ],
)
def test_what_is_no_form_is_answered_with_words(company: Company, visitor: Client, body: bytes, kind: str) -> None:
    answer = visitor.post("/inquiry/", body, content_type=kind)
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
    assert nothing_is_stored()
