"""The person's page: the code opens it and nothing else does; it tells the whole life, and hands out certificates."""

import html
import json
from datetime import date
from hmac import compare_digest
from typing import Any

import pytest
from django.test import Client

from jikim.queries import certificates
from jikim.web.public import throttle
from tests.support.company import PDF, WORDS, Company

pytestmark = pytest.mark.usefixtures("stores")

NOBODYS = "00000-00000-00000-00000"


def shown(client: Client, code: str, path: str = "/my/", **words: str) -> Any:
    return client.post(path, {"code": code, **words})


def test_the_code_opens_the_conversation_and_its_life(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id, "바로 보내 드리겠습니다.")
    text = shown(visitor, receipt.code).content.decode()
    for words in (*WORDS.values(), PDF.name, "바로 보내 드리겠습니다.", "2026년 10월 5일"):
        assert words in text


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f"  {code} "])
def test_the_code_may_be_typed_as_people_type(company: Company, visitor: Client, typed: Any) -> None:
    assert shown(visitor, typed(company.receives().code)).status_code == 200


def test_a_wrong_code_and_no_code_get_the_same_answer(company: Company, visitor: Client) -> None:
    company.receives()
    answers = {shown(visitor, code).content for code in (NOBODYS, "", "?", "x" * 10_000)}
    assert len(answers) == 1


@pytest.fixture
def stranger(company: Company) -> Client:
    """A browser somewhere else, whose connection is told apart."""
    throttle.forget()
    return Client(headers={"accept-language": "ko"}, REMOTE_ADDR="198.51.100.7")


def test_many_wrong_codes_are_stopped_and_told_when_to_come_back(company: Company, stranger: Client) -> None:
    code = company.receives().code
    for _ in range(throttle.MOST_WRONG):
        assert shown(stranger, NOBODYS).status_code == 404
    stopped = shown(stranger, code)
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "600")
    assert shown(Client(REMOTE_ADDR="198.51.100.8"), code).status_code == 200
    throttle.forget()
    assert shown(stranger, code).status_code == 200


def test_behind_a_proxy_that_is_not_named_one_who_guesses_shuts_nobody_else_out(
    company: Company, visitor: Client
) -> None:
    code = company.receives().code
    answers = [shown(visitor, NOBODYS).status_code for _ in range(throttle.MOST_WRONG + 1)]
    assert answers[-2:] == [404, 429]
    assert shown(visitor, code).status_code == 200


def test_a_code_is_held_against_its_gate_in_constant_time(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def noted(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return compare_digest(one, other)

    monkeypatch.setattr("jikim.sealing.keyd.calls.grants.compare_digest", noted)
    assert shown(visitor, company.receives().code).status_code == 200
    assert compared == [64]


def test_the_code_stands_in_no_address(company: Company, visitor: Client) -> None:
    code = company.receives().code
    assert visitor.get("/my/", {"code": code}).content == visitor.get("/my/").content
    text = shown(visitor, code).content.decode()
    assert f"code={code}" not in text


def test_what_is_set_aside_is_listed_and_not_shown(company: Company, visitor: Client) -> None:
    receipt = company.receives_and_resolves("complaint-dispute")
    company.works_on(date(2026, 11, 2))
    text = shown(visitor, receipt.code).content.decode()
    assert WORDS["content"] not in text
    assert "따로 보관" in text
    assert "법에 따라 3년" in text


def test_a_conversation_that_nobody_can_read_any_more_is_said_to_be_gone_once(
    company: Company, visitor: Client
) -> None:
    receipt = company.receives_and_resolves("complaint-dispute")
    company.answers(receipt.record_id, "바로 보내 드리겠습니다.")
    company.works_on(date(2026, 11, 2))
    answer = shown(visitor, receipt.code)
    assert answer.context["turns"] == ()
    assert answer.content.decode().count("이 대화는 이제 여기서 읽을 수 없습니다") == 1


def test_a_person_gets_their_own_file_back(company: Company, visitor: Client) -> None:
    receipt = company.receives()
    (attached, *_) = shown(visitor, receipt.code).context["turns"][0].files
    answer = shown(visitor, receipt.code, "/my/file/", file=str(attached.value_id), name=attached.name)
    assert answer.content == PDF.content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    made_up = shown(visitor, receipt.code, "/my/file/", file=str(attached.value_id), name="a\r\nSet-Cookie: b=c")
    assert made_up.headers["Content-Disposition"] == 'attachment; filename="aSet-Cookie: b=c"'


def test_nobody_gets_anothers_file_or_certificate(company: Company, visitor: Client) -> None:
    mine, theirs = company.receives(), company.receives_and_resolves("general")
    (attached, *_) = shown(visitor, theirs.code).context["turns"][0].files
    assert shown(visitor, mine.code, "/my/file/", file=str(attached.value_id)).status_code == 404
    company.works_on(date(2026, 10, 14))
    certificate = str(certificates.of(theirs.record_id)[0].certificate_id)
    assert shown(visitor, mine.code, "/my/certificate/", certificate=certificate).status_code == 404


def test_a_certificate_can_be_read_and_taken_away(company: Company, visitor: Client) -> None:
    receipt = company.receives_and_resolves("general")
    company.works_on(date(2026, 10, 14))
    view = certificates.of(receipt.record_id)[0]
    asked = {"certificate": str(view.certificate_id)}
    page = shown(visitor, receipt.code, "/my/certificate/", **asked, form="page").content.decode()
    assert "python3 jikim_verify.py certificate-" in page
    assert view.document["log_key"] in html.unescape(page)
    assert str(view.certificate_id) in page
    assert 'name="form" value="json"' in page
    taken = shown(visitor, receipt.code, "/my/certificate/", **asked, form="json")
    assert json.loads(taken.content) == view.document["signed"]
    assert "attachment" in taken.headers["Content-Disposition"]


def test_a_destroyed_inquiry_still_tells_its_life(company: Company, visitor: Client) -> None:
    receipt = company.receives_and_resolves("general")
    company.works_on(date(2027, 2, 1))
    answer = shown(visitor, receipt.code)
    assert "파기" in answer.content.decode()
    assert answer.context["turns"] == ()
    assert [point.shape for point in answer.context["points"]][-1] == "is-past is-end"


@pytest.mark.parametrize("path", ["/my/certificate/", "/my/file/"])
def test_what_needs_the_code_cannot_be_had_by_a_link(company: Company, visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 405
