"""What holds for every page in every state: valid, in one language, strict headers, no cookie outside the desk."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pytest
from django.test import Client

from jikim.web.middleware import HEADERS
from tests.support.company import Company
from tests.support.web import LANGUAGES, Surface, desk_surfaces, public_surfaces

pytestmark = pytest.mark.usefixtures("stores")

Pages = Callable[[str], list[Surface]]

HANGUL = re.compile(r"[가-힣]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
ADDRESSES = re.compile(r"[\w.+-]+@[\w.-]+|(?:www\.|https?://)?[\w-]+(?:\.[\w-]+)+|[\w-]*[0-9][\w-]*|jikim_\w+")
NAMES = {  # what Korean people, too, write in Latin letters
    "English", "JSON", "SHA", "IP", "MB", "KB", "ECRM", "Chrome", "Edge", "Firefox", "Safari", "Whale", "Samsung",
    "Internet", "Windows", "ko", "en", "due", "pdf", "png", "made", "up", "Global", "Privacy", "Control", "GPC",
    "Wrong", "lens", "It", "does", "not", "fit", "the", "tracker", "We", "will", "send", "another", "one", "jikim",
    "report", "photo", "Han", "Sol",
}  # fmt: skip


@pytest.fixture(params=["public", "desk"])
def pages(request: pytest.FixtureRequest, company: Company, visitor: Client, handler: Client) -> Pages:
    """Take every page of one side, in a language."""

    def take(language: str) -> list[Surface]:
        if request.param == "public":
            return list(public_surfaces(company, visitor, language))
        return list(desk_surfaces(company, handler, language))

    return take


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_valid_html_in_the_language_it_says(pages: Pages, language: str) -> None:
    shown = pages(language)
    assert len(shown) > 15
    for surface in shown:
        html5lib.HTMLParser(strict=True).parse(surface.text)
        assert f'<html lang="{language}">' in surface.text, surface.name
        assert surface.answer.headers["Content-Language"] == language, surface.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_leads_to_the_policy_and_stands_out_from_it(pages: Pages, language: str) -> None:
    title = {"ko": "개인정보 처리방침", "en": "Privacy Policy"}[language]
    for surface in pages(language):
        footer = surface.text.partition("<footer")[2]
        assert f'<a class="policy-link" href="/privacy/?lang={language}">{title}</a>' in footer, surface.name


def test_no_korean_page_carries_a_word_that_was_not_translated(pages: Pages) -> None:
    for surface in pages("ko"):
        left = set(LATIN.findall(ADDRESSES.sub(" ", _words(surface)))) - NAMES
        assert left == set(), surface.name


def test_no_english_page_carries_a_korean_word(pages: Pages) -> None:
    """Apart from what people wrote themselves, and the names of languages."""
    for surface in pages("en"):
        written = ("교정", "성적서", "다시", "받을", "수", "있을까요", "한국어")
        assert set(HANGUL.findall(_words(surface))) <= set(written), surface.name


def test_no_page_has_a_script_or_a_style_inside_or_anything_from_elsewhere(pages: Pages) -> None:
    for surface in pages("ko"):
        tree = html5lib.parse(surface.text, namespaceHTMLElements=False)
        assert [element.tag for element in tree.iter() if element.tag in ("style", "iframe", "object")] == []
        scripts = list(tree.iter("script"))
        assert not [script for script in scripts if "".join(script.itertext()).strip()], surface.name
        assert all(script.attrib["src"].startswith("/static/") for script in scripts), surface.name
        for element in tree.iter():
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}, surface.name
            loaded = element.attrib.get("src", "") or (element.tag == "link" and element.attrib.get("href", "")) or "/"
            assert loaded.startswith("/"), surface.name


def test_every_answer_has_the_strict_headers_and_personal_ones_are_never_stored(pages: Pages) -> None:
    for surface in pages("ko"):
        headers = surface.answer.headers
        at_desk = surface.answer.wsgi_request.path.startswith("/desk/")
        expected = HEADERS | ({"Referrer-Policy": "same-origin"} if at_desk else {})
        assert {name: headers[name] for name in expected} == expected, surface.name
        public = surface.answer.wsgi_request.path.startswith("/privacy/")
        assert headers["Cache-Control"] == ("public, no-cache" if public else "no-store"), surface.name


def test_nothing_in_an_address_or_a_title_says_what_a_person_wrote(pages: Pages) -> None:
    for surface in pages("ko"):
        tree = html5lib.parse(surface.text, namespaceHTMLElements=False)
        title = "".join(tree.find(".//title").itertext())
        addresses = [element.attrib.get(name, "") for element in tree.iter() for name in ("href", "action")]
        for word in ("kim@example.kr", "교정", "Wrong lens"):
            assert word not in title
            assert not [address for address in addresses if word in address], surface.name


def test_every_field_has_a_label_and_every_label_a_field(pages: Pages) -> None:
    for surface in pages("ko"):
        tree = html5lib.parse(surface.text, namespaceHTMLElements=False)
        fields = [field for field in _fields(tree) if field.attrib.get("type") != "hidden"]
        labelled = {label.attrib["for"] for label in tree.iter("label")}
        assert {field.attrib["id"] for field in fields} == labelled, surface.name
        for field in fields:
            described = field.attrib.get("aria-describedby", "").split()
            assert [name for name in described if tree.find(f".//*[@id='{name}']") is None] == [], surface.name


def test_no_id_stands_twice_on_a_page(pages: Pages) -> None:
    for surface in pages("ko"):
        tree = html5lib.parse(surface.text, namespaceHTMLElements=False)
        ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), surface.name


def test_the_public_side_sets_no_cookie_at_all(company: Company, visitor: Client) -> None:
    for surface in public_surfaces(company, visitor, "ko"):
        if not surface.answer.wsgi_request.path.startswith("/desk/"):
            assert not surface.answer.cookies, surface.name


def _fields(tree: Any) -> Iterator[Any]:
    for tag in ("input", "textarea", "select"):
        yield from tree.iter(tag)


def _words(surface: Surface) -> str:
    tree = html5lib.parse(surface.text, namespaceHTMLElements=False)
    for drawn in [*tree.iter("code"), *tree.iterfind(".//b[@class='code']")]:  # letters that chance has put together
        drawn.text = ""
    return " ".join(tree.find(".//body").itertext())
