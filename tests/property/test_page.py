"""Laws of the published page: every fact that holds is on it, no number that is no fact, and no fact can be markup."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import chain
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jikim import packs
from jikim.domain.period import SEOUL, Period
from jikim.domain.policy import Contact, Policy
from jikim.domain.terms import Text
from jikim.language import html
from jikim.language.telling.teller import BASES
from jikim.packs.pack import Body, Floor
from tests.support.pages import LANGUAGES, ON, SHIPPED, built, everything, policy, rendered

KR = packs.load("kr")
PERIODS = st.builds(Period, years=st.integers(0, 30), months=st.integers(0, 11), days=st.integers(0, 400)).filter(
    lambda period: period != Period()
)
MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    "</section></main>",
    "&lt;b&gt;",
)
MARKDOWN = ("| a | b |", "[x](javascript:alert(1))", "# one", "- two", "3. four", "~~~", "![](x)", "**", "<https://x>")
HOSTILE = st.one_of(st.sampled_from(MARKUP + MARKDOWN), st.text(min_size=1, max_size=40)).filter(
    lambda words: bool(" ".join(words.split()))
)
BARS = re.compile(r"(?<!\\)\|")
NUMBER = re.compile(r"\d+")
SHELL = '<!doctype html><html lang="ko"><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>'
ELEMENTS = {
    "a",
    "b",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "h2",
    "h3",
    "li",
    "nav",
    "ol",
    "p",
    "section",
    "span",
    "strong",
}
ELEMENTS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"aria-hidden", "aria-label", "aria-labelledby", "class", "data-label", "href", "id", "role", "scope"}
ATTRIBUTES |= {"tabindex"}
SCHEMES = ("#", "https://", "mailto:", "tel:")


def said(period: Period, language: str) -> str:
    """Say a period as the page must, written here once more so that two hands have to agree."""
    if language == "ko":
        units = ((period.years, "년"), (period.months, "개월"), (period.days, "일"))
        return " ".join(f"{number}{unit}" for number, unit in units if number)
    names = ((period.years, "year"), (period.months, "month"), (period.days, "day"))
    return " and ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in names if number)


def periods(told: Policy) -> set[Period]:
    """Return every period of a policy that holds for its company."""
    some: Iterator[Period | None] = chain(
        (told.retention.within, told.revision_lead, told.revision_lead_against),
        (rule.period for rule in told.retention.rules if rule.applies),
        *((purpose.period, purpose.quiet, purpose.inactive_after) for purpose in told.purposes),
        (limit for _, limit in told.rights.deadlines),
        (contact.target for contact in (told.officer, told.complaints, told.access_requests)),
        (period for group in told.cookies.groups for _, period in group.cookies),
    )
    return {period for period in some if period and period != Period()}


def words(told: Policy, language: str) -> set[str]:
    """Return every name, label, number and citation that people must be able to read."""
    bodies = [entry for ref in told.remedies if isinstance(entry := KR.find(ref[3:]), Body) and entry.in_force(ON)]
    rules = [rule for rule in told.retention.rules if rule.applies]
    floors = [entry for rule in rules if rule.law and isinstance(entry := KR.find(rule.law[3:]), Floor)]
    classes = {rule.records for rule in rules}
    texts = (
        told.controller.name,
        *(item.label for item in told.items),
        *(purpose.label for purpose in told.purposes),
        *(purpose.balancing for purpose in told.purposes),
        *(rule.reason for rule in rules),
        *(kind.label for kind in told.record_classes if kind.name in classes),
        *(text for who in told.sharing.processors for text in (who.label, who.task)),
        *(group.label for group in told.cookies.groups),
        *(change.summary for change in told.history),
        *(text for body in bodies for text in (body.name,)),
        *(floor.citation for floor in floors),
        *(text for contact in contacts(told) for text in (contact.name,)),
        told.officer.title,
        told.cookies.on_refusal,
    )
    plain = (
        *(way for contact in contacts(told) for way in (contact.email, contact.phone)),
        *(body.phone for body in bodies),
        *(name for group in told.cookies.groups for name, _ in group.cookies),
        *(BASES[purpose.basis][LANGUAGES.index(language)] for purpose in told.purposes if purpose.basis),
    )
    return {word for word in (*(text.say(language) for text in texts), *plain) if word}


def contacts(told: Policy) -> tuple[Contact, ...]:
    return told.officer, told.complaints, told.access_requests


def numbers_of(told: Policy, language: str) -> set[str]:
    """Return every number a page may show: of its texts, periods, days, versions and ages, and of what it cites."""
    cited = [KR.find(reference[3:]) for reference in (*told.laws, *told.retention.laws)]
    texts = [*words(told, language), *(text.say(language) for _, text in told.prose)]
    texts += [str(told.in_force_at.astimezone(SEOUL)), told.effective_stated, str(told.version)]
    texts += [f"{change.version} {change.effective}" for change in told.history] + [str(told.rights.minors_under)]
    texts += [entry.name.say(language) for entry in cited if entry]
    texts += [f"{period.years} {period.months} {period.days}" for period in periods(told)]
    numbers = {number for text in texts for number in NUMBER.findall(text)}
    return numbers | {str(int(number)) for number in numbers}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_fact_people_must_know_is_on_the_page(name: str, language: str) -> None:
    page = "\n".join(everything(policy(name), language)).lower()
    told = policy(name)
    assert not [word for word in words(told, language) if word.lower() not in page]
    assert not [period for period in periods(told) if said(period, language) not in page]


@given(st.lists(PERIODS, min_size=6, max_size=6), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_whatever_the_periods_are_the_page_says_each_of_them(some: list[Period], language: str) -> None:
    told = reckoned(policy(), some)
    page = "\n".join(everything(told, language))
    assert not [period for period in periods(told) if said(period, language) not in page]


def reckoned(told: Policy, some: list[Period]) -> Policy:
    """Return the policy with other periods."""
    within, quiet, idle, kept, limit, target = some
    purposes = tuple(replace(p, quiet=quiet, inactive_after=idle) for p in told.purposes if str(p.ends) != "collected")
    rules = tuple(replace(rule, period=kept) for rule in told.retention.rules)
    return replace(
        told,
        purposes=purposes,
        retention=replace(told.retention, within=within, rules=rules),
        rights=replace(told.rights, deadlines=(("access", limit),), actions=("access",)),
        complaints=replace(told.complaints, target=target),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_no_number_is_on_the_page_that_is_no_fact(name: str, language: str) -> None:
    told = policy(name)
    page = " ".join(everything(told, language)).replace("제3자", "")  # "a third party" is a word, not a number
    assert set(NUMBER.findall(page)) - numbers_of(told, language) == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_page_speaks_its_own_language(name: str) -> None:
    english = [run for run in everything(policy(name), "ko") if re.search(r"[a-z]+ [a-z]+ [a-z]+", run)]
    hangul = [run for run in everything(policy(name), "en") if re.search("[\u3131-\u318e\uac00-\ud7a3]", run)]
    assert (english, hangul) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
@given(words=HOSTILE)
@settings(deadline=None)
def test_no_word_of_a_policy_can_become_markup(language: str, words: str) -> None:
    told = spoiled(policy("example/1.toml"), words)
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        SHELL.format(html.fragment(built(told, language)))
    )
    found = list(parsed.find("body/main").iter())[2:]
    assert {element.tag for element in found} <= ELEMENTS
    assert {name for element in found for name in element.attrib} <= ATTRIBUTES
    assert all(element.attrib["href"].startswith(SCHEMES) for element in found if "href" in element.attrib)


@pytest.mark.parametrize("language", LANGUAGES)
@given(words=HOSTILE)
@settings(deadline=None)
def test_no_word_of_a_policy_can_break_a_table_or_open_a_clause_in_markdown(language: str, words: str) -> None:
    told = policy("example/1.toml")
    plain, spoilt = rendered(told, language), rendered(spoiled(told, words), language)
    assert [shape(line) for line in spoilt.splitlines()] == [shape(line) for line in plain.splitlines()]


def shape(line: str) -> tuple[str, int]:
    """Return what Markdown reads a line as, and into how many cells it falls."""
    opening = re.match(r"#+ |- |\d+[.)] |\||[-+=~]|$", line)
    return ("1. " if opening and opening[0][:1].isdigit() else opening[0] if opening else "", len(BARS.findall(line)))


def spoiled(thing: Any, words: str) -> Any:
    """Return the same value with every text in it replaced."""
    if isinstance(thing, Text):
        return Text.of({"ko": words, "en": words}) if thing else thing
    if isinstance(thing, tuple):
        return tuple(spoiled(part, words) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, type | Period):
        return replace(thing, **{each.name: spoiled(getattr(thing, each.name), words) for each in fields(thing)})
    return thing
