"""What a browser remembers by itself: the words of a person who goes back, and never a consent."""

from pathlib import Path

from tests.browser.surfaces import Person
from tests.support.browser import Open
from tests.support.server import Serve


def test_going_back_after_a_refusal_finds_the_words_and_no_consent(
    serve: Serve, demo_home: Path, open_browser: Open
) -> None:
    site = serve("demo", home=demo_home)
    page = open_browser(javascript=False)  # with scripts nobody leaves the form before it is taken
    person = Person(page, site.url, "ko")
    page.goto(f"{site.url}/inquiry/")
    person.writes("교정 성적서", "kim@example.kr", "가" * 400_000)  # more bytes than a form may have
    person.agrees()
    page.get_by_role("button", name="보내기", exact=True).click()
    assert page.locator("h1").inner_text() == "받을 수 있는 크기를 넘었습니다"
    page.go_back()
    assert page.input_value("[name=subject]") == "교정 성적서"
    assert page.input_value("[name=email]") == "kim@example.kr"
    assert len(page.input_value("[name=content]")) == 400_000
    assert not page.is_checked("[name=consent-inquiry]")
