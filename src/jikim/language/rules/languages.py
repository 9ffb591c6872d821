"""Two languages, equally finished: nothing left unsaid in one of them, and each in its own letters."""

import re
from collections.abc import Iterator
from datetime import date

from jikim.domain.vocabulary import Language
from jikim.language import path as paths
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import place
from jikim.language.rules.texts import NEEDED, places, texts
from jikim.packs.pack import Pack

TRANSLATION = code(
    "E-TRANSLATION",
    "A text is missing in a language the policy is published in.",
    source="duty:clear-words",
    hint="write it in every language of policy.languages",
)
LABEL = code(
    "E-LABEL",
    "Something people see has no words at all.",
    source="duty:clear-words",
    hint="add the text named by the path, in every language",
)
SCRIPT = code(
    "W-SCRIPT",
    "A text is not in the letters of its language.",
    source="duty:clear-words",
    hint="check whether the translation was forgotten",
)

_HANGUL, _LATIN = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]"), re.compile("[A-Za-z]")


@rule(TRANSLATION)
def every_language_says_everything(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    languages = [language for language in Language if language in draft.words("policy.languages")]
    for said in texts(draft):
        for language in languages:
            if said.spoken and not said.is_override and not said.spoken.get(language, "").strip():
                message = f"nothing is said here in {language}"
                yield TRANSLATION.at(place(*said.path, language), message, pack)


@rule(LABEL)
def everything_shown_has_words(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for pattern in NEEDED:
        *table, text = paths.split(pattern)
        for path in places(draft, tuple(table)):
            if not draft.spoken((*path, text)):
                yield LABEL.at(place(*path, text), "nothing is said here in any language", pack)


@rule(SCRIPT)
def each_language_has_its_letters(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for said in texts(draft):
        for language, words in said.spoken.items():
            if message := _foreign(language, words, is_name=said.is_name):
                yield SCRIPT.at(place(*said.path, language), message, pack)


def _foreign(language: str, words: str, *, is_name: bool) -> str:
    """Return what is odd about the letters; a name may be written in Latin letters in Korean too."""
    if not words.strip():
        return ""
    if language == "ko" and not _HANGUL.search(words) and not (is_name and _LATIN.search(words)):
        return "Korean text without a letter of Hangul"
    if language == "en" and _HANGUL.search(words):
        return "English text with Korean letters in it"
    if language == "en" and not _LATIN.search(words):
        return "English text without a letter of the alphabet"
    return ""
