"""Somebody comes back: by code or by the letter's link, writes more, closes, or says that it was not answered."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jikim import clock, sealing
from jikim.actions.inquiries import Receipt
from jikim.actions.values import binding_of
from jikim.domain.terms import RecordState
from jikim.queries.overview import overview
from jikim.sealing.keyring import KeyringUnavailable, Sealed
from jikim.store.live.models import Inquiry, ItemValue, Message, PendingLeaf
from jikim.web.public import throttle
from tests.support.company import WORDS, Company
from tests.support.web import file

pytestmark = pytest.mark.usefixtures("stores")

MORE = "하나 더 여쭙니다."


def shown(client: Client, receipt: Receipt) -> Any:
    return client.post("/my/", {"code": receipt.code})


def adds(client: Client, receipt: Receipt, words: str = MORE, *files: Any, **changed: str) -> Any:
    served = shown(client, receipt).context["form"].served
    return client.post(
        "/my/more/", {"code": receipt.code, "served": served, "content": words, **changed, "attachments": list(files)}
    )


def row(receipt: Receipt) -> Inquiry:
    return Inquiry.objects.get(id=receipt.record_id)


def link(record_id: UUID) -> str:
    """Return the proof that the postman writes into a letter."""
    inquiry = Inquiry.objects.get(id=record_id)
    everybody: Any = sealing.current()
    return str(everybody.link(record_id, Sealed(inquiry.gate_kid, bytes(inquiry.gate_envelope))))


def told(kind: str) -> int:
    return PendingLeaf.objects.filter(kind=kind).count()


def pass_time(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    """Let so much time pass for everybody: also for who counts by days, as midnight may lie between."""
    later = clock.wall_now() + span
    for module in ("jikim.clock", "jikim.web.public.throttle"):
        monkeypatch.setattr(f"{module}.wall_now", lambda: later)


# --- more words ----------------------------------------------------------------------------------------------------


def test_more_words_and_files_are_sealed_and_read_back(company: Company, visitor: Client) -> None:
    receipt, before = company.receives(), told("intake")
    answer = adds(visitor, receipt, MORE, file("그림.png", b"\x89PNG"))
    assert answer.status_code == 201
    _first, second = answer.context["turns"]
    assert [said.words for said in second.said] == [MORE]
    assert [attached.name for attached in second.files] == ["그림.png"]
    assert told("intake") == before + 1
    assert not [value for value in ItemValue.objects.all() if MORE.encode() in bytes(value.envelope)]


def test_a_file_of_a_later_message_comes_back_byte_for_byte(company: Company, visitor: Client) -> None:
    receipt, content = company.receives(), bytes(range(256)) * 300
    (attached,) = adds(visitor, receipt, MORE, file("all.bin", content)).context["turns"][-1].files
    again = visitor.post("/my/file/", {"code": receipt.code, "file": str(attached.value_id), "name": "all.bin"})
    assert again.content == content


@pytest.mark.parametrize("before", ["answered", "resolved"])
def test_more_words_wait_for_an_answer_and_cancel_what_was_to_end_it(
    company: Company, visitor: Client, before: str
) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    if before == "resolved":
        company.resolves(receipt.record_id)
    adds(visitor, receipt)
    found = row(receipt)
    assert (found.state, found.resolved_on, found.record_class) == (RecordState.RECEIVED, None, "")
    company.works_on(clock.policy_today() + timedelta(days=30))
    assert row(receipt).achieved_on is None


def test_a_form_for_more_is_taken_once(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    words = {"code": receipt.code, "served": shown(visitor, receipt).context["form"].served, "content": MORE}
    first, again = visitor.post("/my/more/", words), visitor.post("/my/more/", words)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "두 번 저장하지 않았습니다" in again.content.decode()
    assert "두 번 저장하지" not in visitor.post("/my/more/", {**words, "show": "receipt"}).content.decode()
    assert Message.objects.filter(record_id=receipt.record_id).count() == 2


@pytest.mark.parametrize(
    ("words", "files", "field"),
    [
        ("", [], "content"),
        ("가" * 8001, [], "content"),
        ("제 번호는 900101-1234567입니다", [], "content"),
        (MORE, [file(content=b"")], "attachments"),
        (MORE, [file(content=b"x" * (10 * 1024 * 1024 + 1))], "attachments"),
        (MORE, [file(f"{number}.txt") for number in range(6)], "attachments"),
    ],
)
def test_what_does_not_fit_is_told_and_what_was_typed_stays(
    company: Company, visitor: Client, words: str, files: list[Any], field: str
) -> None:
    receipt = company.receives()
    answer = adds(visitor, receipt, words, *files)
    assert answer.status_code == 422
    assert set(answer.context["form"].mistakes) == {field}
    assert words in answer.content.decode()
    assert Message.objects.count() == 1


def test_a_page_that_stood_open_for_hours_is_asked_again(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives()
    served, later = shown(visitor, receipt).context["form"].served, clock.wall_now() + timedelta(hours=3)
    monkeypatch.setattr("jikim.web.public.going_on.wall_now", lambda: later)
    answer = visitor.post("/my/more/", {"code": receipt.code, "served": served, "content": MORE})
    assert answer.status_code == 409
    assert MORE in answer.content.decode()
    assert Message.objects.count() == 1


def test_a_form_served_for_one_inquiry_adds_to_no_other(company: Company, visitor: Client) -> None:
    mine, theirs = company.receives(), company.receives()
    served = shown(visitor, theirs).context["form"].served
    assert adds(visitor, mine, MORE, served=served).status_code == 409
    assert Message.objects.count() == 2


def test_nobody_adds_without_the_code(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    assert adds(visitor, receipt, MORE, code="00000-00000-00000-00000").status_code == 404
    assert Message.objects.count() == 1


def test_while_the_keyring_is_away_the_words_are_given_back(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives()
    served = shown(visitor, receipt).context["form"].served

    def away(*_: object, **__: object) -> None:
        raise KeyringUnavailable("nobody answers", hint="wait")

    monkeypatch.setattr("jikim.sealing.keyd.together.Together.grant", away)
    answer = visitor.post("/my/more/", {"code": receipt.code, "served": served, "content": MORE})
    assert answer.status_code == 503
    assert MORE in answer.content.decode()
    assert Message.objects.count() == 1


def test_what_was_typed_while_the_link_ran_out_is_given_back_to_be_copied(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives()
    opened = visitor.post("/my/by-mail/", {"address": link(receipt.record_id)})
    proof = {"grant": opened.context["person"].grant, "record": receipt.record_id.hex}
    words = {**proof, "served": opened.context["form"].served, "content": f"{MORE} <b>"}
    pass_time(monkeypatch, timedelta(minutes=31))
    answer = visitor.post("/my/more/", words)
    assert answer.status_code == 404
    assert f"{MORE} &lt;b&gt;</textarea>" in answer.content.decode()
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(throttle.MOST_WRONG):
        stranger.post("/my/by-mail/", {"address": "x"})
    shut = stranger.post("/my/more/", words)
    assert shut.status_code == 429
    assert MORE in shut.content.decode()
    assert Message.objects.count() == 1


def test_who_sends_too_much_from_one_connection_keeps_the_words(company: Company, visitor: Client) -> None:
    receipt, crowd = company.receives(), Client(REMOTE_ADDR="198.51.100.9")
    for _ in range(throttle.MOST_WORKED):
        throttle.sent_forms.count("198.51.100.9")
    answer = adds(crowd, receipt)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert MORE in answer.content.decode()
    assert answer.context["form"].served
    assert Message.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 10, 14), date(2026, 11, 20), date(2027, 2, 1)])
def test_after_its_end_nothing_is_added_and_nothing_offered(company: Company, visitor: Client, day: date) -> None:
    receipt = company.receives()
    served = shown(visitor, receipt).context["form"].served
    company.resolves(receipt.record_id)
    company.works_on(day)
    assert "form" not in shown(visitor, receipt).context
    words = {"code": receipt.code, "served": served, "content": MORE}
    assert visitor.post("/my/more/", words).status_code == 409
    for path, more in (("/my/close/", {}), ("/my/answered/", {"answered": "no"})):
        answer = visitor.post(path, {"code": receipt.code, **more})
        assert answer.status_code == 409
        assert "바뀐 것이 없습니다" in answer.content.decode()


# --- closing and opening again ---------------------------------------------------------------------------------------


def test_a_person_closes_their_own_inquiry_and_it_ends_by_itself(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    answer = visitor.post("/my/close/", {"code": receipt.code})
    assert "문의를 마쳤습니다" in answer.content.decode()
    assert (row(receipt).state, row(receipt).resolved_on) == (RecordState.RESOLVED, clock.policy_today())
    visitor.post("/my/close/", {"code": receipt.code})
    assert told("resolve") == 1
    company.works_on(date(2026, 10, 13))
    company.resolves(receipt.record_id)
    company.works_on(date(2027, 2, 1))
    assert row(receipt).state == RecordState.DESTROYED


def test_what_a_person_closed_is_named_at_the_desk_until_it_has_a_class(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    visitor.post("/my/close/", {"code": receipt.code})
    assert overview().ending_unclassified == 1
    company.resolves(receipt.record_id, "complaint-dispute", clock.policy_today())
    assert overview().ending_unclassified == 0
    company.works_on(date(2026, 11, 20))
    assert row(receipt).state == RecordState.SET_ASIDE


@pytest.mark.parametrize("before", ["answered", "resolved"])
def test_no_opens_it_again_in_one_click_and_cancels_the_clock(company: Company, visitor: Client, before: str) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    if before == "resolved":
        company.resolves(receipt.record_id)
    answer = visitor.post("/my/answered/", {"code": receipt.code, "answered": "no"})
    assert "다시 열었고" in answer.content.decode()
    assert (row(receipt).state, row(receipt).resolved_on) == (RecordState.RECEIVED, None)
    assert told("reopen") == 1
    company.works_on(clock.policy_today() + timedelta(days=30))
    assert row(receipt).achieved_on is None
    company.answers(receipt.record_id)
    assert row(receipt).state == RecordState.ANSWERED


def test_yes_closes_it(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    assert 'value="yes"' in shown(visitor, receipt).content.decode()
    visitor.post("/my/answered/", {"code": receipt.code, "answered": "yes"})
    assert row(receipt).state == RecordState.RESOLVED


def test_the_question_is_asked_once_there_is_an_answer(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    assert "답변이 되었나요?" not in shown(visitor, receipt).content.decode()
    company.answers(receipt.record_id)
    assert "답변이 되었나요?" in shown(visitor, receipt).content.decode()


@pytest.mark.parametrize("path", ["/my/more/", "/my/close/", "/my/answered/"])
def test_what_changes_something_is_never_reached_by_a_link(company: Company, visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 405


# --- by the letter's link ------------------------------------------------------------------------------------------


def test_the_letters_link_opens_the_inquiry_and_everything_on_it(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    answer = visitor.post("/my/by-mail/", {"address": link(receipt.record_id)})
    assert WORDS["content"] in answer.content.decode()
    grant = answer.context["person"].grant
    proof = {"grant": grant, "record": receipt.record_id.hex}
    served = answer.context["form"].served
    assert visitor.post("/my/more/", {**proof, "served": served, "content": MORE}).status_code == 201
    (attached, *_) = answer.context["turns"][0].files
    assert visitor.post("/my/file/", {**proof, "file": str(attached.value_id), "name": "a"}).status_code == 200
    assert visitor.post("/my/close/", proof).status_code == 200
    assert row(receipt).state == RecordState.RESOLVED


@pytest.mark.parametrize("written", ["{}", "  {}\n", "http://127.0.0.1:8000/my/by-mail/?lang=ko#{}"])
def test_the_address_may_be_copied_whole(company: Company, visitor: Client, written: str) -> None:
    address = written.format(link(company.receives().record_id))
    assert visitor.post("/my/by-mail/", {"address": address}).status_code == 200


def test_opening_the_address_proves_nothing_yet_so_that_a_scanner_of_mail_opens_nothing(
    company: Company, visitor: Client
) -> None:
    page = visitor.get("/my/by-mail/", {"address": link(company.receives().record_id)}).content.decode()
    assert WORDS["content"] not in page
    assert '<form class="ask" method="post"' in page


def test_a_link_that_is_over_or_made_up_opens_nothing_and_is_counted(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = link(company.receives().record_id)
    for made_up in ("", "x", good[:-2] + "AA", good * 100):
        assert visitor.post("/my/by-mail/", {"address": made_up}).status_code == 404
    pass_time(monkeypatch, timedelta(hours=25))
    answer = visitor.post("/my/by-mail/", {"address": good})
    assert answer.status_code == 404
    assert "기간이 지났거나" in answer.content.decode()
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(throttle.MOST_WRONG):
        stranger.post("/my/by-mail/", {"address": "x"})
    assert stranger.post("/my/by-mail/", {"address": good}).status_code == 429


def test_what_a_link_became_ends_after_half_an_hour(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives()
    grant = visitor.post("/my/by-mail/", {"address": link(receipt.record_id)}).context["person"].grant
    pass_time(monkeypatch, timedelta(minutes=31))
    answer = visitor.post("/my/", {"grant": grant, "record": receipt.record_id.hex})
    assert answer.status_code == 404
    assert WORDS["content"] not in answer.content.decode()


def test_a_link_opens_no_record_but_its_own(company: Company, visitor: Client) -> None:
    mine, theirs = company.receives(), company.receives()
    grant = visitor.post("/my/by-mail/", {"address": link(mine.record_id)}).context["person"].grant
    assert visitor.post("/my/", {"grant": grant, "record": theirs.record_id.hex}).status_code == 404
    assert visitor.post("/my/close/", {"grant": grant, "record": theirs.record_id.hex}).status_code == 404
    assert row(theirs).state == RecordState.RECEIVED


def test_the_inquiries_of_one_mailbox_are_offered_together(company: Company, visitor: Client) -> None:
    one, other = company.receives(), company.receives()
    everybody: Any = sealing.current()
    for receipt in (one, other):
        value = ItemValue.objects.get(record_id=receipt.record_id, item="email")
        everybody.enroll([(binding_of(value), Sealed(value.kid, bytes(value.envelope)))])
    answer = visitor.post("/my/by-mail/", {"address": link(one.record_id)})
    assert {person.record_id for person, _ in answer.context["rows"]} == {one.record_id, other.record_id}
    assert WORDS["content"] not in answer.content.decode()
    grant = answer.context["rows"][0][0].grant
    assert visitor.post("/my/", {"grant": grant, "record": other.record_id.hex}).status_code == 200


def test_no_proof_stands_in_an_address(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    proof = link(receipt.record_id)
    answer = visitor.post("/my/by-mail/", {"address": proof})
    text = answer.content.decode()
    assert proof not in text
    grant = answer.context["person"].grant
    assert f"?{grant}" not in text
    assert f"/{grant}" not in text
    assert f'value="{grant}"' in text
    assert "Location" not in answer.headers
