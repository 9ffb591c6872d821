"""What the form's scripts add: a slip told at once, a sending that is watched and can be stopped, and nothing lost."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.surfaces import Person
from tests.support.browser import Open
from tests.support.server import Served, serving

SUBJECT, WORDS = "교정 성적서", "다시 받을 수 있을까요?"


@pytest.fixture
def page(open_browser: Open) -> Page:
    return open_browser(breaks=True)


@pytest.fixture(scope="module")
def site(lived_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One company for all of these tests: none looks at what another sent."""
    home = tmp_path_factory.mktemp("helped") / "home"
    shutil.copytree(lived_home, home)
    home.chmod(0o700)
    with serving(home, "demo") as running:
        yield running


@pytest.fixture
def person(site: Served, page: Page) -> Person:
    page.goto(f"{site.url}/inquiry/")
    return Person(page, site.url, "ko")


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(9 * 1024 * 1024))
    return path


def press(page: Page) -> None:
    page.get_by_role("button", name="보내기", exact=True).click()


def everything_is_here(page: Page, *, files: int) -> bool:
    chosen: int = page.evaluate("document.querySelector('#attachments').files.length")
    return (page.input_value("#subject"), page.input_value("#content"), chosen) == (SUBJECT, WORDS, files)


def test_a_slip_is_told_as_soon_as_the_field_is_left_and_nothing_is_sent(
    person: Person, page: Page, tmp_path: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    empty = tmp_path / "empty.txt"
    empty.touch()
    for field, slip, told in (
        ("#email", "kim@", "이메일 주소"),
        ("#subject", "가" * 121, "120자"),
        ("#content", "제 번호는 900101-1234567", "주민등록번호"),
    ):
        page.locator(field).fill(slip)
        page.locator(field).blur()
        expect(page.locator(f"{field}-mistake")).to_contain_text(told)
        expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
    page.locator("#attachments").set_input_files(empty)
    expect(page.locator("#attachments-mistake")).to_contain_text("빈 파일입니다: “empty.txt”")
    press(page)
    expect(page.locator("#subject")).to_be_focused()
    page.locator("#email").fill("kim@example.kr")
    expect(page.locator("#email-mistake")).to_have_count(0)
    assert "POST" not in asked


def test_a_broken_connection_loses_nothing_and_the_same_form_is_stored_once(
    person: Person, page: Page, big: Path
) -> None:
    person.writes(SUBJECT, "kim@example.kr", WORDS, [big])
    person.agrees()
    page.context.set_offline(True)
    press(page)
    expect(page.locator("[role=alert]")).to_contain_text("연결이 끊겼습니다")
    assert everything_is_here(page, files=1)
    page.context.set_offline(False)
    code = person.sends()
    page.reload()
    assert page.locator("#receipt-code").inner_text() == code
    person.looks_after_it(code)
    expect(page.get_by_role("button", name="big.bin")).to_have_count(1)


def test_a_long_sending_is_watched_and_stopped(person: Person, page: Page, big: Path) -> None:
    person.writes(SUBJECT, "kim@example.kr", WORDS, [big])
    person.agrees()
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1024 * 1024}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", slow)
    press(page)
    expect(page.locator(".percent")).to_contain_text("%")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="멈추기").click()
    expect(page.locator("[role=alert]")).to_contain_text("아무것도 저장되지 않았습니다")
    assert everything_is_here(page, files=1)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_fails_takes_nothing_away(person: Person, page: Page, status: int) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=status, body="<!doctype html><main><h1>잠시</h1><p class=lede>나중에</p></main>")

    person.writes(SUBJECT, "kim@example.kr", WORDS)
    person.agrees()
    page.route("**/inquiry/", fail, times=1)
    press(page)
    expect(page.locator("[role=alert]")).to_contain_text("나중에")
    assert everything_is_here(page, files=0)
    assert person.sends()


def test_a_form_that_is_asked_again_keeps_words_and_files_and_not_the_consent(
    person: Person, page: Page, big: Path
) -> None:
    person.writes(SUBJECT, "kim@example.kr", WORDS, [big])
    person.agrees()
    page.locator("[name=served]").evaluate("field => { field.value = 'made up' }")
    press(page)
    expect(page.locator("[role=alert]")).to_contain_text("안내를 다시 읽고")
    assert everything_is_here(page, files=1)
    assert "파일은 다시" not in person.text
    person.agrees()
    assert person.sends()


def test_the_browser_works_while_its_person_writes_and_keeps_nothing(person: Person, page: Page) -> None:
    person.writes(SUBJECT, "kim@example.kr", WORDS)
    expect(page.locator("[name=work]")).not_to_have_value("")
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
    assert kept == [0, 0, 0]
    assert page.context.cookies() == []


def test_the_unseen_field_is_seen_by_nobody(person: Person, page: Page) -> None:
    expect(page.locator("[name=your-website]")).to_be_hidden()
    assert "비워 두세요" not in person.text
    assert "비워 두세요" not in str(page.locator("form.ask").aria_snapshot())


def test_the_proof_in_a_letter_leaves_the_address_before_anything_is_asked(person: Person, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{person.url}/my/by-mail/?lang=ko#a-proof")
    assert page.url == f"{person.url}/my/by-mail/?lang=ko"
    assert page.input_value("#address") == "a-proof"
    expect(page.locator("#by-hand")).to_be_hidden()
    page.get_by_role("button", name="내 문의 열기").click()
    expect(page.locator(".mistake")).to_contain_text("기간이 지났거나")
    assert not [address for address in asked if "a-proof" in address]


def test_files_of_a_form_that_comes_back_are_listed_and_not_sent_a_second_time(
    person: Person, page: Page, big: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.txt"
    small.write_text("small")
    person.writes(SUBJECT, "kim@example.kr", WORDS, [big, small])
    person.agrees()
    page.evaluate("document.querySelector('[name=your-website]').value = 'filled in by a program'")
    press(page)
    expect(page.locator("[role=alert]")).to_contain_text("30분 동안 여기에서 기다립니다")
    listed = page.locator(".held label")
    expect(listed).to_have_text(["big.bin · 9 MB", "small.txt · 5바이트"])
    assert page.evaluate("document.querySelector('#attachments').files.length") == 0
    listed.filter(has_text="small.txt").click()
    sent: list[int] = []
    page.on("request", lambda request: sent.append(int(request.all_headers().get("content-length", 0))))
    person.agrees()
    code = person.sends()
    assert max(sent) < 100_000, "the file did not go again"
    person.looks_after_it(code)
    expect(page.get_by_role("button", name="big.bin")).to_have_count(1)
    expect(page.get_by_role("button", name="small.txt")).to_have_count(0)
