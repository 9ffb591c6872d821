"""Every page in every state is open to everyone: axe finds nothing, nothing scrolls sideways, keys alone suffice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.surfaces import Handler, Person
from tests.support.browser import Open
from tests.support.server import Serve, Served

VIEWS = [  # language, colours, width
    pytest.param("ko", "light", 1180, id="Korean on a desk"),
    pytest.param("ko", "dark", 360, id="Korean on a phone at night"),
    pytest.param("en", "dark", 1180, id="English on a desk at night"),
    pytest.param("en", "light", 360, id="English on a phone"),
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

EXAMPLE_WORDS = {"name": "김지킴", "email": "kim@example.kr", "message": "교정을 맡기고 싶습니다."}

State = tuple[str, Page]


@pytest.mark.parametrize(("language", "colours", "width"), VIEWS)
def test_nobody_is_kept_out_of_any_state(
    serve: Serve, demo_home: Path, open_browser: Open, language: str, colours: str, width: int
) -> None:
    site = serve("demo", home=demo_home)
    page = viewed(open_browser, language, colours, width)
    seen = []
    for state, shown in (*public_states(page, site, language), *desk_states(page, site, language)):
        seen.append(state)
        assert violations(shown) == [], state
        assert sideways(shown) == 0, state
    assert len(seen) == 44


@pytest.mark.parametrize(("language", "colours", "width"), VIEWS[1:3])
def test_nobody_is_kept_out_of_a_new_house_under_the_example_policy(
    serve: Serve, open_browser: Open, language: str, colours: str, width: int
) -> None:
    """What a first run shows: another policy, nothing in it yet, and every page that says so."""
    site = serve()
    page = viewed(open_browser, language, colours, width)
    seen = []
    for state, shown in new_house_states(page, site, language):
        seen.append(state)
        assert violations(shown) == [], state
        assert sideways(shown) == 0, state
    assert len(seen) == 26


def viewed(open_browser: Open, language: str, colours: str, width: int) -> Page:
    """Open a browser in one of the views."""
    return open_browser(
        language={"ko": "ko-KR", "en": "en-GB"}[language],
        color_scheme=colours,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )


def test_a_page_that_keeps_people_out_would_be_noticed(open_browser: Open) -> None:
    page = open_browser(viewport={"width": 360, "height": 800})
    page.set_content('<html lang="ko"><title>.</title><main><h1>.</h1><input><p style="width: 50rem">wide</p></main>')
    assert [line.partition(":")[0] for line in violations(page)] == ["label"]
    assert sideways(page) > 0


def public_states(page: Page, site: Served, language: str) -> Iterator[State]:
    person = Person(page, site.url, language)
    for path in ("/", "/privacy/", "/privacy/versions/", "/privacy/1/", "/inquiry/", "/my/", "/nothing/"):
        page.goto(site.url + path)
        yield path, page
    page.goto(f"{site.url}/inquiry/")
    page.locator("form.ask").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    yield "a form with mistakes", page
    person.writes("A question", "kim@example.kr", "What about it?")
    yield "a form filled in", page
    person.agrees()
    code = person.sends()
    yield "a receipt", page
    person.looks_after_it("nothing like a code")
    yield "a wrong code", page
    person.looks_after_it(code)
    yield "a person's page", page
    person.adds("One more thing")
    yield "more words", page
    page.locator("#content").fill("900101-1234567")
    page.locator("#content").blur()
    yield "more words with a mistake", page
    person.looks_after_it(code)
    person.closes_it()
    yield "closed by the person", page
    page.goto(f"{site.url}/my/by-mail/")
    yield "a letter's link", page
    page.locator("#address").fill("made up")
    page.locator("form.ask button").click()
    yield "a link that is over", page


def new_house_states(page: Page, site: Served, language: str) -> Iterator[State]:
    person, handler = Person(page, site.url, language), Handler(page, site.desk_url, language)
    handler.enters(site.link("/desk/enter/"))
    yield "the first page of an empty desk", page
    for path in ("inbox/", "due/", "approvals/", "approvers/", "mail/", "access/", "people/", "certificates/"):
        page.goto(f"{site.desk_url}/desk/{path}")
        yield f"empty: {path}", page
    for path in ("/", "/privacy/", "/privacy/versions/", "/inquiry/"):
        page.goto(site.url + path)
        yield path, page
    page.locator("form.ask").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.locator(".mistake").first.wait_for()
    yield "a form with mistakes", page
    page.get_by_label(person.words["of age"]).check()
    for field, words in EXAMPLE_WORDS.items():
        page.locator(f"#{field}").fill(words)
    page.locator("#topic").select_option("repair")
    yield "a form filled in", page
    page.locator("#phone").fill("call me")
    page.locator("#phone").blur()
    yield "a telephone number that is none", page
    page.locator("#phone").fill("02-123-4567")
    person.agrees()
    code = person.sends()
    yield "a receipt", page
    person.looks_after_it(code)
    yield "a person's page", page
    person.closes_it()
    yield "closed by the person", page
    page.goto(f"{site.desk_url}/desk/")
    yield "today, with one that waits for its class", page
    page.goto(f"{site.desk_url}/desk/inbox/?folder=resolved")
    yield "resolved", page
    page.locator("tbody a").click()
    yield "a record closed by its person", page
    page.locator("form.ask a").click()
    yield "giving it a class", page
    for path in ("mail/", "due/?on=2027-06-01", "holds/"):
        page.goto(f"{site.desk_url}/desk/{path}")
        yield f"later: {path}", page


def desk_states(page: Page, site: Served, language: str) -> Iterator[State]:
    handler = Handler(page, site.desk_url, language)
    page.goto(f"{site.desk_url}/desk/")
    yield "a closed desk", page
    page.goto(f"{site.desk_url}/desk/enter/")
    yield "signing in", page
    page.goto(site.link("/desk/enter/"))
    yield "an invitation", page
    handler.names_themselves()
    yield "a second factor", page
    handler.shows_a_code()
    yield "recovery codes", page
    page.goto(f"{site.desk_url}/desk/")
    yield "today", page
    handler.opens_the_newest()
    yield "a record", page
    page.get_by_role("link", name=handler.words["resolve"], exact=True).click()
    yield "resolving", page
    page.get_by_label(handler.words["complaint"]).check()
    page.get_by_label(handler.words["event"]).fill("2026-11-20")
    page.get_by_role("button", name=handler.words["what follows"]).click()
    yield "what follows", page
    yield from taking_in_states(page, site, handler)
    for path in (
        "holds/",
        "approvals/",
        "approvers/",
        "mail/",
        "inbox/",
        "due/?on=2027-06-01",
        "access/",
        "access/?on=2020-01-01",
        "people/",
        "account/",
        "account/app/",
        "certificates/",
    ):
        page.goto(f"{site.desk_url}/desk/{path}")
        yield path, page
    page.locator("tbody th a").first.click()
    yield "a certificate", page


def taking_in_states(page: Page, site: Served, handler: Handler) -> Iterator[State]:
    page.goto(f"{site.desk_url}/desk/take-in/")
    yield "taking in", page
    page.locator("form.ask").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.locator(".mistake").first.wait_for()
    yield "taking in with mistakes", page
    handler.takes_in_a_letter("교정 성적서")
    yield "taken in", page
    page.locator("main .buttons a").first.click()
    yield "a record by hand", page
    handler.holds_the_first_item("2026-12-20")
    yield "a record held", page


def violations(page: Page) -> list[str]:
    """Return what axe finds, in words."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][:1]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    beyond: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return beyond


def test_the_whole_form_can_be_sent_with_keys_alone(serve: Serve, demo_home: Path, open_browser: Open) -> None:
    site = serve("demo", home=demo_home)
    page = open_browser()
    page.goto(f"{site.url}/inquiry/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for words in (None, "교정 성적서", "kim@example.kr", "다시 받을 수 있을까요?", None, None):
        page.keyboard.press("Tab")
        if words is None:
            if page.evaluate("document.activeElement.type") != "file":
                page.keyboard.press("Space")
        else:
            page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#receipt-code").inner_text()


def test_the_printed_receipt_holds_the_code_and_no_controls(serve: Serve, demo_home: Path, open_browser: Open) -> None:
    site = serve("demo", home=demo_home)
    page = open_browser()
    person = Person(page, site.url, "ko")
    page.goto(f"{site.url}/inquiry/")
    person.writes("교정 성적서", "kim@example.kr", "다시 받을 수 있을까요?")
    person.agrees()
    person.sends()
    page.emulate_media(media="print")
    assert page.locator("#receipt-code").is_visible()
    assert not page.locator("header nav").is_visible()
    assert page.locator("footer .policy-link").is_visible()
