"""The page as HTML, Markdown and plain data: valid, escaped, and the same words in each."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from jikim.cli.policy_show import plain
from jikim.domain.policy import Policy
from jikim.domain.terms import Text
from jikim.language import html, markdown
from jikim.language.telling.blocks import Table
from tests.support.pages import LANGUAGES, SHIPPED, built, everything, policy

NASTY = '<script>alert("1")</script> & | *bold* [link](x) `code` 가\'나'
X = "{http://www.w3.org/1999/xhtml}"


def parsed(told: Policy, language: str) -> Element:
    """Parse a fragment in a shell, refusing everything the standard calls an error."""
    shell = (
        f'<!doctype html><html lang="{language}"><title>t</title><main>{html.fragment(built(told, language))}</main>'
    )
    tree: Element = html5lib.HTMLParser(strict=True).parse(shell)
    return tree


def nasty() -> Policy:
    """The mended policy with markup in every text a company writes."""
    text, whole = Text.of({"ko": NASTY, "en": NASTY}), policy()
    return replace(
        whole,
        controller=replace(whole.controller, name=text),
        officer=replace(whole.officer, name=text, title=text, email='"><b>', phone="<i>"),
        items=tuple(replace(item, label=text) for item in whole.items),
        purposes=tuple(replace(purpose, label=text, balancing=text) for purpose in whole.purposes),
        record_classes=tuple(replace(kind, label=text) for kind in whole.record_classes),
        cookies=replace(whole.cookies, on_refusal=text),
        history=tuple(replace(change, summary=text) for change in whole.history),
        prose=(("safety", text),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_page_is_valid_to_a_strict_parser(name: str, language: str) -> None:
    assert len(list(parsed(policy(name), language).iter(f"{X}section"))) == len(built(policy(name), language).clauses)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_a_fact_is_shown_and_never_obeyed(language: str) -> None:
    tree = parsed(nasty(), language)
    assert not [tag for tag in ("script", "b", "i", "code") for found in tree.iter(X + tag) if "alert" in _text(found)]
    assert not list(tree.iter(f"{X}script"))
    assert '<script>alert("1")</script>' in _text(tree)
    assert not [
        link for link in tree.iter(f"{X}a") if "<" in _text(link) and link.get("href", "").startswith("javascript")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_anchor_is_unique_and_every_link_inside_the_page_leads_somewhere(language: str) -> None:
    tree = parsed(policy(), language)
    ids = [name for element in tree.iter() if (name := element.get("id"))]
    inside = [address[1:] for link in tree.iter(f"{X}a") if (address := link.get("href", "")).startswith("#")]
    assert len(ids) == len(set(ids))
    assert set(inside) <= set(ids)
    assert {part.id for part in built(policy(), language).clauses} <= set(inside)


def test_tables_name_their_columns_rows_and_themselves() -> None:
    tree = parsed(policy(), "ko")
    for table in tree.iter(f"{X}table"):
        heads = [head.get("scope") for head in table.iter(f"{X}th")]
        columns = len(list(table.iterfind(f"{X}thead/{X}tr/{X}th")))
        rows = list(table.iterfind(f"{X}tbody/{X}tr"))
        assert heads == ["col"] * columns + ["row"] * len(rows)
        assert all(len(row) == columns for row in rows)
        assert table.findtext(f"{X}caption")
    regions = [part for part in tree.iter(f"{X}div") if part.get("role") == "region"]
    assert len(regions) == len(list(tree.iter(f"{X}table")))
    assert all(part.get("tabindex") == "0" and part.get("aria-label") for part in regions)


def test_the_life_of_an_inquiry_is_a_list_with_its_end_marked() -> None:
    (line,) = [found for found in parsed(policy(), "ko").iter(f"{X}ol") if found.get("class") == "life"]
    assert [node.get("class") for node in line] == [None, None, None, None, "end"]


def test_a_period_is_marked_as_what_the_law_wants_noticed() -> None:
    marked = [_text(found) for found in parsed(policy(), "ko").iter(f"{X}strong") if found.get("class") == "important"]
    assert {"1년", "3년", "5년", "늦어도 5일 안에"} <= set(marked)


def test_the_fragment_carries_no_style_and_no_script() -> None:
    fragment = html.fragment(built(policy(), "ko"))
    assert not [word for word in ("style=", "<style", "<script", " on", "javascript:") if word in fragment]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_page_is_in_each_of_its_forms(language: str) -> None:
    page = built(policy(), language)
    forms = {
        "html": _text(parsed(policy(), language)),
        "markdown": re.sub(r"\]\([^)]*\)|[\\[*]", "", markdown.render(page)),
        "data": "".join(_strings(plain(page))),
    }
    said = [_squeezed(words) for words in everything(policy(), language)]
    shown = {form: _squeezed(text).replace(":", "") for form, text in forms.items()}
    missing = {form: [words for words in said if words.replace(":", "") not in text] for form, text in shown.items()}
    captions = [_squeezed(block.caption) for part in page.clauses for block in part.blocks if isinstance(block, Table)]
    # The shell around the fragment gives the title and the day; Markdown has no captions.
    assert missing["html"] == [words for words in said[:2] if words in missing["html"]]
    assert set(missing["markdown"]) <= set(captions)
    assert missing["data"] == []


def test_markdown_keeps_a_table_a_table_whatever_its_cells_say() -> None:
    marked = markdown.render(built(nasty(), "ko"))
    lines = [line for line in marked.splitlines() if line.startswith("|")]
    rows = [re.sub(r"\\.", "", line) for line in lines]  # what an escape hides
    assert lines
    assert not [row for row in rows if "<" in row]
    assert not [
        first for first, row in itertools.pairwise(rows) if set(row) == set("|-") and first.count("|") != row.count("|")
    ]


def test_plain_data_says_what_kind_each_block_is() -> None:
    data = plain(built(policy(), "en"))
    kinds = {block["kind"] for part in data["clauses"] for block in part["blocks"]}
    assert kinds == {"paragraph", "subheading", "bulletlist", "table", "definitions", "lifeline"}


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _strings(value: Any) -> Iterator[str]:
    """Walk the words of plain data in their order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (words for part in value for words in _strings(part))
    elif isinstance(value, dict):
        yield from (words for key, part in value.items() if key not in ("kind", "href") for words in _strings(part))


def _squeezed(text: str) -> str:
    return "".join(text.split())
