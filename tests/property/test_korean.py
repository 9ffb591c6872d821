"""Laws of Korean particles, against how Unicode itself takes a syllable apart."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikim.domain.terms import Text
from jikim.language.korean import PARTICLES, with_particle
from tests.support.pages import built, renamed, spoken

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
NAMES = st.text(SYLLABLES, min_size=1, max_size=8)
READ_ALOUD = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
# The last syllable of each Latin letter's name.
LETTERS_READ_ALOUD = dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "이비시디이프지치이이이엘엠엔오피큐알스티유이유스이트", strict=True)
)
FINAL_JAMO, FINAL_RIEUL = range(0x11A8, 0x11C3), 0x11AF


def sound(syllable: str) -> int:
    """Return the final jamo of a syllable, 0 for a vowel, by Unicode's own decomposition."""
    last = ord(unicodedata.normalize("NFD", syllable)[-1])
    return last if last in FINAL_JAMO else 0


def fitting(read: str, particle: str) -> str:
    closed, open_ = PARTICLES[particle]
    final = sound(read[-1])
    return closed if final and not (particle == "으로" and final == FINAL_RIEUL) else open_


@given(NAMES, st.sampled_from(sorted(PARTICLES)))
def test_a_particle_fits_the_last_sound_of_any_korean_name(name: str, particle: str) -> None:
    assert with_particle(name, particle) == name + fitting(name, particle)


@given(NAMES, st.sampled_from(sorted(READ_ALOUD)), st.sampled_from(sorted(PARTICLES)))
def test_a_digit_at_the_end_is_read_aloud(name: str, digit: str, particle: str) -> None:
    assert with_particle(name + digit, particle) == name + digit + fitting(READ_ALOUD[digit], particle)


@given(st.text(st.sampled_from(sorted(LETTERS_READ_ALOUD)), min_size=2, max_size=5), st.sampled_from(sorted(PARTICLES)))
def test_an_abbreviation_is_read_letter_by_letter(letters: str, particle: str) -> None:
    assert with_particle(letters, particle) == letters + fitting(LETTERS_READ_ALOUD[letters[-1]], particle)


@given(NAMES, NAMES)
def test_what_stands_in_brackets_after_a_name_is_not_read(name: str, aside: str) -> None:
    assert with_particle(f"{name}({aside})", "은") == f"{name}({aside}){fitting(name, '은')}"


@given(st.text(max_size=20), st.sampled_from(sorted(PARTICLES)))
def test_any_word_keeps_its_letters_and_takes_one_of_the_two(word: str, particle: str) -> None:
    assert with_particle(word, particle) in {word + form for form in PARTICLES[particle]}


@given(NAMES)
def test_the_page_opens_with_the_particle_of_the_company_it_names(name: str) -> None:
    opening = spoken(built(renamed(Text.of({"ko": name, "en": name})), "ko").opening)
    assert opening[0].startswith(name + fitting(name, "은") + " ")


@pytest.mark.parametrize("pair", sorted(PARTICLES.values()))
def test_no_particle_is_shown_as_a_choice(pair: tuple[str, str]) -> None:
    assert not any(re.search(r"[(/)]", form) for form in pair)
