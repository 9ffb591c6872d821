"""While the key daemon does not answer, people are told to come back, keep what they typed, and nothing is stored."""

from collections.abc import Callable

import pytest
from django.test import Client

from jikim.sealing.file_store import attachments
from jikim.sealing.keyd.local import LocalChannel
from jikim.sealing.keyring import KeyringUnavailable
from jikim.store.live.models import Inquiry, Message
from tests.support.company import Company
from tests.support.web import file, filled, send

pytestmark = pytest.mark.usefixtures("stores")

Gone = Callable[[], None]


@pytest.fixture
def asked() -> list[str]:
    """Every call that is tried once nobody answers any more. A client tries each of them for two seconds."""
    return []


@pytest.fixture
def nobody_answers(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> Gone:
    """Call it, and the key daemon is gone."""

    def exchange(self: LocalChannel, call_id: str, frame: bytes) -> bytes:
        asked.append(call_id)
        raise KeyringUnavailable("nobody answers", hint="wait")

    return lambda: monkeypatch.setattr(LocalChannel, "exchange", exchange)


def test_an_inquiry_is_not_lost_with_its_words_and_files(
    company: Company, visitor: Client, asked: list[str], nobody_answers: Gone
) -> None:
    before = set(attachments("live").names())
    words = filled(visitor)
    nobody_answers()
    answer = send(visitor, words, file())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    page = answer.content.decode()
    assert all(words[name] in page for name in ("subject", "email", "content"))
    assert [one.name for one in answer.context["form"].fields[-1].held] == ["report.pdf"]
    assert "checked" not in page.partition('name="consent-inquiry"')[2].partition(">")[0]
    assert len(asked) == 1
    assert not Inquiry.objects.exists()
    assert set(attachments("live").names()) == before


def test_an_answer_of_the_desk_is_given_back_to_be_copied(
    company: Company, handler: Client, nobody_answers: Gone
) -> None:
    record_id = company.receives().record_id
    nobody_answers()
    answer = handler.post(f"/desk/records/{record_id}/reply/", {"words": "We will send <another> one."})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "We will send &lt;another&gt; one." in answer.content.decode()
    assert Message.objects.count() == 1


def test_opening_says_to_come_back_and_asks_once(
    company: Company, visitor: Client, handler: Client, asked: list[str], nobody_answers: Gone
) -> None:
    receipt = company.receives()
    nobody_answers()
    for answer in (visitor.post("/my/", {"code": receipt.code}), handler.get(f"/desk/records/{receipt.record_id}/")):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "잠시 뒤에 다시 시도해 주세요" in answer.content.decode()
    assert len(asked) == 2


def test_pages_that_need_no_key_stay_open(
    company: Company, visitor: Client, asked: list[str], nobody_answers: Gone
) -> None:
    visitor.get("/")  # as in a process that has served people before
    nobody_answers()
    for path in ("/", "/privacy/", "/inquiry/", "/my/"):
        assert visitor.get(path).status_code == 200
    assert asked == []


def test_the_desk_keeps_its_numbers_while_nobody_answers(
    company: Company, handler: Client, nobody_answers: Gone
) -> None:
    company.receives()
    nobody_answers()
    for path in ("", "due/"):
        assert handler.get(f"/desk/{path}").status_code == 200


def test_what_is_taken_in_by_hand_is_given_back_while_nobody_answers(
    company: Company, handler: Client, nobody_answers: Gone
) -> None:
    page = handler.get("/desk/take-in/")
    words = {
        "this-form": page.context["form"], "came-by": "letter", "on-ground": "contract", "arrived-on": "2026-10-05",
        "written-in": "ko", "content": "It does not fit.",
    }  # fmt: skip
    nobody_answers()
    answer = handler.post("/desk/take-in/", words)
    assert answer.status_code == 503
    assert "It does not fit." in answer.content.decode()
    assert not Inquiry.objects.exists()
