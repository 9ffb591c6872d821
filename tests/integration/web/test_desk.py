"""The desk: a link opens it once, every opening is written down, nothing is resolved unseen."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jikim import clock, environment
from jikim.domain.delivery import MailState
from jikim.domain.terms import RecordState
from jikim.queries import inquiries
from jikim.queries.mail import Post
from jikim.store.live.models import AccessRecord, OutgoingMail
from jikim.web.desk import tiles
from tests.support.company import PDF, WORDS, Company
from tests.support.staff import PASSWORD, invited
from tests.support.web import enter

pytestmark = pytest.mark.usefixtures("stores")

BEHIND_THE_DOOR = [
    "", "inbox/", "take-in/", "due/", "holds/", "approvals/", "mail/", "certificates/", "access/",
    "people/", "account/",
]  # fmt: skip


def record(record_id: UUID, more: str = "") -> str:
    return f"/desk/records/{record_id}/{more}"


def state(record_id: UUID) -> RecordState:
    status = inquiries.status(record_id)
    assert status is not None
    return status.state


def tasks(record_id: UUID) -> list[str]:
    return list(AccessRecord.objects.filter(record_id=record_id).order_by("id").values_list("task", flat=True))


# --- the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BEHIND_THE_DOOR)
def test_nothing_behind_the_door_is_shown_to_a_stranger(company: Company, visitor: Client, path: str) -> None:
    assert visitor.get(f"/desk/{path}").status_code == 403


@pytest.mark.parametrize("verb", ["reply", "resolve", "reopen"])
def test_nothing_behind_the_door_is_done_for_a_stranger(company: Company, visitor: Client, verb: str) -> None:
    record_id = company.receives().record_id
    assert visitor.post(record(record_id, f"{verb}/"), {"words": "x"}).status_code == 403
    assert state(record_id) is RecordState.RECEIVED


def test_leaving_ends_the_session_here_and_in_the_browser(company: Company, handler: Client) -> None:
    token = handler.cookies["jikim_desk"].value
    assert handler.post("/desk/leave/").cookies["jikim_desk"]["max-age"] == 0
    again = Client()
    again.cookies["jikim_desk"] = token
    assert again.get("/desk/").status_code == 403


def test_an_untended_desk_closes(company: Company, handler: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.wall_now() + timedelta(minutes=16)
    monkeypatch.setattr("jikim.queries.desk.wall_now", lambda: later)
    assert handler.get("/desk/").status_code == 403


def test_only_forms_the_desk_served_are_taken(company: Company) -> None:
    strict = Client(enforce_csrf_checks=True)
    path = f"/desk/enter/{invited()}/"
    assert strict.post(path).status_code == 403
    page: Any = strict.get(path)
    assert page.cookies["jikim_form"]["path"] == "/desk/"
    words = {"name": "Han", "password": PASSWORD, "again": PASSWORD}
    assert strict.post(path, words).status_code == 403
    assert strict.post(path, {**words, "csrfmiddlewaretoken": str(page.context["csrf_token"])}).status_code == 302
    enter(strict)
    record_id = company.receives().record_id
    assert strict.post(record(record_id, "reply/"), {"words": "x"}).status_code == 403
    assert state(record_id) is RecordState.RECEIVED


# --- reading and answering -----------------------------------------------------------------------------------------


def test_the_inbox_says_neither_who_nor_what(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    text = handler.get("/desk/inbox/").content.decode()
    assert record(record_id) in text
    assert not [words for words in WORDS.values() if words in text]
    assert tasks(record_id) == []


def test_opening_is_written_down_and_said(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    text = handler.get(record(record_id)).content.decode()
    assert all(words in text for words in WORDS.values())
    assert "지금 연 것을 기록했습니다" in text
    assert tasks(record_id) == ["open"]


def test_a_look_without_reading_is_not_possible(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    assert handler.head(record(record_id)).status_code == 405
    assert tasks(record_id) == []


def test_answering_an_inquiry_does_not_show_the_visitors_trace(company: Company, handler: Client) -> None:
    text = handler.get(record(company.receives().record_id)).content.decode()
    assert "203.0.113.7" not in text


def test_a_file_is_handed_over_and_written_down(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    page: Any = handler.get(record(record_id))
    (attached, *_) = page.context["turns"][0].files
    answer = handler.post(record(record_id, f"file/{attached.value_id}/"), {"name": "보고서\r\nX: y.pdf"})
    assert answer.content == PDF.content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "X" not in answer.headers
    assert tasks(record_id) == ["open", "file"]


def test_an_answer_reaches_the_person(company: Company, handler: Client, visitor: Client) -> None:
    receipt = company.receives()
    assert handler.post(record(receipt.record_id, "reply/"), {"words": "내일 보내 드립니다."}).status_code == 302
    assert "내일 보내 드립니다." in visitor.post("/my/", {"code": receipt.code}).content.decode()


@pytest.mark.parametrize("words", ["", "   ", "가" * 8001])
def test_an_answer_that_cannot_be_sent_comes_back_with_its_words(company: Company, handler: Client, words: str) -> None:
    record_id = company.receives().record_id
    answer = handler.post(record(record_id, "reply/"), {"words": words})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert state(record_id) is RecordState.RECEIVED


# --- resolving -----------------------------------------------------------------------------------------------------


def test_every_class_says_what_it_keeps_before_it_is_chosen(company: Company, handler: Client) -> None:
    text = handler.get(record(company.receives().record_id, "resolve/")).content.decode()
    for words in ("법에 따라 3년", "법에 따라 5년", "보관하지 않음", "불만이나 분쟁을 해결한 날부터 셉니다"):
        assert words in text


def test_no_class_is_chosen_for_the_handler(company: Company, handler: Client) -> None:
    assert " checked" not in handler.get(record(company.receives().record_id, "resolve/")).content.decode()


def test_what_follows_is_shown_to_the_day_before_anything_changes(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    choice = {"class": "complaint-dispute", "start_event_on": "2026-10-05"}
    text = handler.post(record(record_id, "resolve/"), choice).content.decode()
    assert "2029년 10월 6일부터" in text  # three years after 5 October 2026, the first day after
    assert state(record_id) is RecordState.RECEIVED
    assert handler.post(record(record_id, "resolve/"), {**choice, "step": "confirm"}).status_code == 302
    assert state(record_id) is RecordState.RESOLVED


def test_what_was_shown_is_what_the_engine_then_does(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    choice = {"class": "contract-withdrawal", "start_event_on": "2026-10-01"}
    preview: Any = handler.post(record(record_id, "resolve/"), choice)
    shown = {keeping.label: keeping.destroyed for keeping in preview.context["keepings"]}
    handler.post(record(record_id, "resolve/"), {**choice, "step": "confirm"})
    after: Any = handler.get(record(record_id))
    assert {keeping.label: keeping.destroyed for keeping in after.context["keepings"]} == shown


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"class": "made-up"},
        {"class": "complaint-dispute"},  # a law counts it from a day
        {"class": "complaint-dispute", "start_event_on": "soon"},
        {"class": "complaint-dispute", "start_event_on": "2026-10-06"},  # tomorrow
        {"class": "complaint-dispute", "start_event_on": "2026-02-30"},
        {"class": "complaint-dispute", "start_event_on": "0026-10-05"},  # a year typed too short
    ],
)
def test_a_choice_without_its_facts_is_asked_again(company: Company, handler: Client, choice: dict[str, str]) -> None:
    record_id = company.receives().record_id
    for step in ({}, {"step": "confirm"}):
        assert handler.post(record(record_id, "resolve/"), {**choice, **step}).status_code == 422
    assert state(record_id) is RecordState.RECEIVED


def test_resolved_can_be_taken_back_while_the_quiet_days_run(company: Company, handler: Client) -> None:
    record_id = company.receives_and_resolves("general").record_id
    assert handler.post(record(record_id, "reopen/")).status_code == 302
    assert state(record_id) is RecordState.RECEIVED
    assert handler.post(record(record_id, "reopen/")).status_code == 422


def test_what_is_over_can_neither_be_answered_nor_resolved_again(company: Company, handler: Client) -> None:
    record_id = company.receives_and_resolves("general").record_id
    company.works_on(date(2026, 10, 14))
    enter(handler)
    assert handler.post(record(record_id, "reply/"), {"words": "x"}).status_code == 422
    choice = {"class": "general", "step": "confirm"}
    assert handler.post(record(record_id, "resolve/"), choice).status_code == 422
    offered = handler.get(record(record_id)).content.decode()
    assert "<textarea" not in offered
    assert "resolve/" not in offered


@pytest.mark.parametrize(("demo", "tone"), [(True, ""), (False, "is-late")])
def test_letters_without_a_server_are_late_where_there_is_somebody_to_write_to(
    monkeypatch: pytest.MonkeyPatch, demo: bool, tone: str
) -> None:
    monkeypatch.setattr(environment, "is_demo", lambda: demo)
    waiting = Post(
        waiting=2, oldest_due_at=None, no_server=True, stalled=False, troubles=(("no-server", 2),), failed=()
    )
    assert tiles._stays(waiting) == tone


@pytest.mark.parametrize(
    ("language", "told", "says"),
    [
        ("en", "A letter did not reach them", "that an answer can be read"),
        ("ko", "메일이 닿지 않았습니다", "답변이 도착했다는 것"),
    ],
)
def test_a_letter_that_came_to_nothing_leads_to_its_inquiry_so_that_somebody_calls(
    company: Company, handler: Client, language: str, told: str, says: str
) -> None:
    record_id, other = (company.receives().record_id for _ in range(2))
    company.answers(record_id)
    answer = OutgoingMail.objects.filter(record_id=record_id, letter="answer")
    assert answer.update(state=MailState.UNDELIVERABLE, trouble="recipient-550") == 1
    letters = handler.get(f"/desk/mail/?lang={language}").content.decode()
    assert f"/desk/records/{record_id}/" in letters
    assert says in letters
    assert str(other)[:8] not in letters
    opened = handler.get(f"/desk/records/{record_id}/?lang={language}").content.decode()
    assert told in opened
    assert "recipient-550" in opened
    assert told not in handler.get(f"/desk/records/{other}/?lang={language}").content.decode()


# --- the plan, the numbers, the certificates -----------------------------------------------------------------------


def test_zero_is_shown_because_it_is_the_good_news(company: Company, handler: Client) -> None:
    text = handler.get("/desk/").content.decode()
    assert '<li class="is-good"><a href="/desk/due/"><b>0</b>' in text
    assert "늦은 것이 없습니다" in text


def test_what_is_late_is_said_first(company: Company, handler: Client) -> None:
    company.receives_and_resolves("general")
    clock.travel_to(date(2026, 10, 20))
    page: Any = handler.get("/desk/")
    assert page.context["numbers"].overdue > 0
    assert 'class="is-late"' in page.content.decode()


def test_the_plan_of_any_day_is_shown_with_its_digest(company: Company, handler: Client) -> None:
    company.receives_and_resolves("general")
    page: Any = handler.get("/desk/due/", {"on": "2026-10-13"})
    assert page.context["plan"].actions
    assert page.context["plan"].digest in page.content.decode()
    today: Any = handler.get("/desk/due/")
    assert not today.context["plan"].actions


def test_certificates_are_listed_read_and_taken_away(company: Company, handler: Client) -> None:
    company.receives_and_resolves("general")
    company.works_on(date(2026, 10, 14))
    enter(handler)
    page: Any = handler.get("/desk/certificates/")
    view = page.context["lines"][0][0]
    assert handler.get(f"/desk/certificates/{view.certificate_id}/").status_code == 200
    taken = handler.get(f"/desk/certificates/{view.certificate_id}/", {"form": "json"})
    assert taken.json() == view.document["signed"]
    assert handler.get("/desk/certificates/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize("verb", ["", "resolve/"])
def test_a_record_that_is_not_there_is_not_found(company: Company, handler: Client, verb: str) -> None:
    assert handler.get(record(UUID("00000000-0000-4000-8000-000000000000"), verb)).status_code == 404


def test_a_day_too_long_ago_is_asked_again_in_words(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    choice = {"class": "complaint-dispute", "start_event_on": "1999-10-05", "step": "confirm"}
    answer = handler.post(record(record_id, "resolve/"), choice)
    assert "보관 기간이 이미 모두 끝났습니다" in answer.content.decode()
    assert state(record_id) is RecordState.RECEIVED
