"""Letters say that something waits, in both languages, and nothing of what people wrote."""

import re
from importlib import resources

import pytest

from jikim.domain.delivery import LINK_HOURS, Letter
from jikim.domain.vocabulary import Language
from jikim.outbox import letters
from jikim.outbox.letters import WORDS, Written

LINK = "https://privacy.example/my/by-mail/?lang=ko#token"
PAGE = "https://privacy.example/my/?lang=ko"
EVERY = [pytest.param(letter, language, id=f"{letter}-{language}") for letter in Letter for language in Language]


def written(letter: Letter, language: Language, company: str = "물푸레계측") -> Written:
    return letters.write(letter, language, company=company, link=LINK, page=PAGE)


@pytest.mark.parametrize(("letter", "language"), EVERY)
def test_every_letter_is_written_in_both_languages_with_the_link_and_the_way_that_stays(
    letter: Letter, language: Language
) -> None:
    found = written(letter, language)
    assert LINK in found.body.splitlines()
    assert PAGE in found.body.splitlines()
    assert f"{LINK_HOURS}" in found.body
    assert "물푸레계측" in found.subject
    assert "\n" not in found.subject
    assert "$" not in found.subject + found.body
    assert bool(re.search("[가-힣]", found.body.replace("물푸레계측", ""))) == (language is Language.KOREAN)


@pytest.mark.parametrize(("letter", "language"), EVERY)
def test_a_letter_can_ask_for_nothing_about_the_person(letter: Letter, language: Language) -> None:
    text = resources.files("jikim.outbox").joinpath("texts", f"{letter}.{language}.txt").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{?(\w+)", text, re.ASCII))
    assert asked == WORDS


def test_there_is_no_text_without_a_letter() -> None:
    found = {entry.name for entry in resources.files("jikim.outbox").joinpath("texts").iterdir()}
    assert found == {f"{letter}.{language}.txt" for letter in Letter for language in Language}


@pytest.mark.parametrize("company", ["$link", "${page}", "A\r\nBcc: eve@example.kr", "  물푸레\n계측 "])
def test_a_companys_name_stays_a_name(company: str) -> None:
    found = written(Letter.RECEIPT, Language.ENGLISH, company)
    assert found.subject == f"[{' '.join(company.split())}] We have received your inquiry"


def test_nothing_of_a_letter_shows_when_it_is_printed() -> None:
    assert "token" not in repr(written(Letter.RECEIPT, Language.KOREAN))
