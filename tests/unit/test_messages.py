"""Every word of our pages has its Korean, and what is compiled is what is written."""

import re

from tests.support import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[ds]")
LATIN = re.compile(r"[A-Za-z]{2,}")
LATIN_IN_KOREAN = {"JSON", "example", "com", "name", "jikim", "due"}  # a format, an example address, a command


def _korean() -> list[tuple[str, str]]:
    pairs = []
    for message in messages.catalogue():
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[0]
            pairs.append((english, messages.in_korean(message)))
    return pairs


def test_every_word_of_a_page_is_in_the_catalogue_and_no_other() -> None:
    said = {words if isinstance(words, str) else words[0] for words in messages.spoken()}
    assert len(said) > 100
    assert said == {english for english, _ in _korean()}


def test_no_word_waits_for_its_korean() -> None:
    assert [english for english, korean in _korean() if not korean.strip()] == []


def test_korean_keeps_the_facts_a_sentence_carries() -> None:
    for english, korean in _korean():
        assert set(PLACEHOLDER.findall(korean)) == set(PLACEHOLDER.findall(english)), english


def test_korean_is_korean() -> None:
    for english, korean in _korean():
        left = PLACEHOLDER.sub("", korean)
        assert set(LATIN.findall(left)) <= LATIN_IN_KOREAN, english


def test_what_is_compiled_is_what_is_written() -> None:
    assert messages.MO.read_bytes() == messages.compiled(messages.catalogue()), "run python -m tests.support.messages"
