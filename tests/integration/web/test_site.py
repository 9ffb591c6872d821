"""The site around the pages: its languages, its policy at stable addresses, its errors, its guards."""

from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.html import escape

from jikim import clock, sealing
from jikim.language import load
from jikim.language.coverage import promises
from jikim.language.keepers import NOT_YET
from jikim.queries import policies
from jikim.store.live.models import PolicyText
from jikim.web import errors, links
from tests.support.company import Company
from tests.support.pages import POLICIES

pytestmark = pytest.mark.usefixtures("stores")


# --- languages -----------------------------------------------------------------------------------------------------


def test_the_browser_chooses_the_language_until_the_visitor_does(company: Company) -> None:
    english, korean = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "ko"})
    assert '<html lang="en">' in english.get("/").content.decode()
    assert '<html lang="ko">' in korean.get("/").content.decode()
    assert '<html lang="ko">' in english.get("/", {"lang": "ko"}).content.decode()


def test_a_chosen_language_travels_on_every_link(company: Company, visitor: Client) -> None:
    text = visitor.get("/", {"lang": "en"}).content.decode()
    for path in ("/inquiry/", "/my/", "/privacy/"):
        assert f'href="{path}?lang=en"' in text
        assert f'href="{path}"' not in text


def test_a_language_nobody_chose_stands_in_no_link(company: Company, visitor: Client) -> None:
    text = visitor.get("/").content.decode()
    assert 'href="/inquiry/"' in text
    assert "?lang=ko" not in text


@pytest.mark.parametrize("path", ["/", "/privacy/", "/privacy/2/", "/privacy/versions/", "/inquiry/", "/my/"])
def test_the_same_page_is_one_link_away_in_the_other_language(company: Company, visitor: Client, path: str) -> None:
    assert f'href="{path}?lang=en" lang="en" hreflang="en">English</a>' in visitor.get(path).content.decode()


def test_an_answer_that_is_shown_once_offers_no_link_that_would_lose_it(company: Company, visitor: Client) -> None:
    answer = visitor.post("/my/", {"code": company.receives().code})
    assert 'class="tongue"' not in answer.content.decode()


def test_a_cache_is_told_that_pages_differ_by_language(company: Company, visitor: Client) -> None:
    assert "Accept-Language" in visitor.get("/privacy/").headers["Vary"]


# --- the policy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_policy_is_shown_as_it_was_stored(company: Company, visitor: Client, language: str) -> None:
    text = visitor.get("/privacy/", {"lang": language}).content.decode()
    assert policies.text(2, language) in text
    assert PolicyText.objects.filter(language=language).count() == 1


def test_the_policy_says_its_version_its_instant_and_its_fingerprint(company: Company, visitor: Client) -> None:
    text = visitor.get("/privacy/").content.decode()
    sha256 = policies.all_versions()[0].sha256
    for words in ("제2판", "2026년 10월 2일 0시부터 시행", sha256, f"{sha256[:4]} {sha256[4:8]} {sha256[8:12]}"):
        assert words in text


def test_the_key_that_certificates_are_verified_with_stands_below_the_policy(company: Company, visitor: Client) -> None:
    text = visitor.get("/privacy/").content.decode()
    assert f"<code>{escape(sealing.log_key())}</code>" in text
    assert 'id="journal-key"' in text


def test_its_title_is_exactly_the_one_the_law_gives(company: Company, visitor: Client) -> None:
    assert "<h1>개인정보 처리방침</h1>" in visitor.get("/privacy/").content.decode()


def test_a_version_that_is_not_in_force_says_so(company: Company, visitor: Client) -> None:
    clock.travel_to(date(2026, 10, 1))
    assert "아직 시행하지 않은 판입니다" in visitor.get("/privacy/2/").content.decode()
    assert "시행 예정" in visitor.get("/privacy/versions/").content.decode()


def test_before_the_first_policy_is_in_force_nothing_is_asked_of_anyone(company: Company, visitor: Client) -> None:
    clock.travel_to(date(2026, 10, 1))
    for path in ("/", "/privacy/", "/inquiry/", "/my/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")
        assert "<form" not in answer.content.decode()
    assert visitor.post("/inquiry/", {"subject": "x"}).status_code == 503


def test_an_unknown_version_is_not_found(company: Company, visitor: Client) -> None:
    assert visitor.get("/privacy/99/").status_code == 404


def test_only_a_demo_says_what_is_not_kept_yet(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "아직 지키지 못하는 것" not in visitor.get("/privacy/").content.decode()
    assert "체험판" not in visitor.get("/").content.decode()
    monkeypatch.setattr("jikim.environment.is_demo", lambda: True)
    assert "아직 지키지 못하는 것" in visitor.get("/privacy/").content.decode()
    assert "처리방침의 시계는 2026년 10월 5일" in visitor.get("/").content.decode()


def test_a_version_admits_only_the_promises_it_makes_itself(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (POLICIES / "example" / "1.toml").read_text(encoding="utf-8")
    monkeypatch.setattr("jikim.environment.is_demo", lambda: True)
    monkeypatch.setattr("jikim.queries.policies.source", lambda number: words)
    shown: Any = visitor.get("/privacy/")
    admitted = {promise.name for promise in shown.context["not_yet"]}
    assert admitted == {promise.name for promise in promises(load.parse(words.encode(), "example"))}
    assert 0 < len(admitted) < len(NOT_YET)


def test_every_page_says_how_well_this_installation_effaces_keys(company: Company, visitor: Client) -> None:
    assert "이 설치에서는 열쇠를 완전히 지울 수 없어" in visitor.get("/").content.decode().partition("<footer")[2]


# --- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("status", "page"),
    [
        (400, errors.bad_request),
        (403, errors.forbidden),
        (404, errors.not_found),
        (405, lambda request: errors.wrong_verb(request, "POST")),
        (411, errors.no_length),
        (413, errors.too_large),
        (429, lambda request: errors.too_many(request, 10)),
        (500, errors.failed),
        (503, errors.not_ready),
    ],
)
def test_an_error_says_what_happened_and_the_next_step_in_the_readers_language(
    status: int, page: Any, language: str
) -> None:
    request = RequestFactory().get("/", headers={"accept-language": language})
    answer = page(request)
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}">' in text
    assert 'class="policy-link"' in text
    assert {"ko": f"오류 {status}", "en": f"Error {status}"}[language] in text


@pytest.mark.parametrize("path", ["/my/certificate/", "/my/file/", "/desk/leave/"])
def test_an_address_that_only_a_button_reaches_is_no_empty_page(company: Company, visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "주소만으로는 열 수 없습니다" in answer.content.decode()


def test_a_failure_shows_nothing_of_itself(
    company: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("kim@example.kr")

    monkeypatch.setattr("jikim.actions.returning.by_code", fail)
    answer = Client(raise_request_exception=False).post("/my/", {"code": "x"})
    assert answer.status_code == 500
    assert "kim@example.kr" not in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()


def test_even_a_broken_database_gets_a_page(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr("jikim.queries.policies.in_force", fail)
    answer = Client(raise_request_exception=False, headers={"accept-language": "ko"}).get("/privacy/")
    assert answer.status_code == 500
    assert "저희 쪽에 문제가 생겼습니다" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/inquiry", "/privacy/2"])
def test_an_address_without_its_last_stroke_is_led_on(company: Company, visitor: Client, path: str) -> None:
    assert visitor.get(path).headers["Location"] == f"{path}/"


def test_a_stranger_host_is_refused(company: Company, visitor: Client) -> None:
    assert visitor.get("/", headers={"host": "evil.example"}).status_code == 400


# --- guards --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["jikim.css", "mark.svg"])
def test_static_files_are_served_with_the_same_headers(company: Company, visitor: Client, name: str) -> None:
    answer, content = _file(visitor, links.asset(name))
    assert content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_typeface_is_our_own(company: Company, visitor: Client) -> None:
    _, css = _file(visitor, links.asset("jikim.css"))
    addresses = [part.partition('"')[0] for part in css.decode().split('url("')[1:]]
    assert addresses == ["fonts/pretendard-regular.woff2", "fonts/pretendard-semibold.woff2"]
    for address in addresses:
        assert _file(visitor, f"/static/{address}")[1].startswith(b"wOF2")


def _file(client: Client, path: str) -> tuple[Any, bytes]:
    answer: Any = client.get(path)
    content = b"".join(answer.streaming_content)
    answer.close()
    return answer, content
