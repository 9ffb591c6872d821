"""Korean as people write it: the particle that fits the word before it.

Source: National Institute of Korean Language, Standard Language Regulations; the choice follows the word's last sound.
"""

import re
from collections.abc import Mapping

FIRST, LAST, FINALS, RIEUL = 0xAC00, 0xD7A3, 28, 8
_UNREAD = " \t\n\"'“”‘’.,!?·)]」』"

# The pairs by name: what follows a consonant, what follows a vowel. Another name is a KeyError.
PARTICLES: Mapping[str, tuple[str, str]] = {
    "이": ("이", "가"),
    "을": ("을", "를"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
}
# How Korean reads a digit or a Latin letter at the end of a word: "" ends in a vowel, ㄹ takes 로, another takes 으로.
_DIGITS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
_NAMES = {"l": "ㄹ", "r": "ㄹ", "m": "ㅁ", "n": "ㄴ"}  # 엘, 알, 엠, 엔; every other letter is named with a vowel
_ENDINGS = {"ng": "ㅇ", "ck": "ㄱ", "ic": "ㄱ", "le": "ㄹ", "me": "ㅁ", "ne": "ㄴ", "l": "ㄹ", "m": "ㅁ", "n": "ㄴ"}
_STOPS = {"p": "ㅂ", "b": "ㅂ", "k": "ㄱ", "t": "ㅅ"}
# A stop after one short vowel closes the syllable (넷, 랩, 북); after a consonant or a long vowel it does not (뱅크).
_CLOSED = re.compile("(?:^|[^aeiou])(?:[aeiou]|oo(?=k))[pbkt]$")
_LAST_WORD = re.compile("[A-Za-z]+$")
_BRACKETS = re.compile(r"(?:\s*\([^()]*\))+\s*$")


def final(word: str) -> str:
    """Return the consonant a word ends in when read aloud: "" for a vowel, "ㄹ" for ㄹ, any other letter otherwise.

    Brackets at the end are not read: a particle follows the word before them.
    """
    read = _unbracketed(word).rstrip(_UNREAD) or word.rstrip(_UNREAD)
    last = read[-1:]
    if FIRST <= ord(last or " ") <= LAST:
        number = (ord(last) - FIRST) % FINALS
        return "ㄹ" if number == RIEUL else "ㄱ" * bool(number)
    if latin := _LAST_WORD.search(read):
        return _latin(latin[0])
    return _DIGITS.get(last, "")


def with_particle(word: str, particle: str) -> str:
    """Return a word with its particle: `with_particle("이메일", "을")` is "이메일을"."""
    after_consonant, after_vowel = PARTICLES[particle]
    ending = final(word)
    closed = bool(ending) and not (particle == "으로" and ending == "ㄹ")
    return word + (after_consonant if closed else after_vowel)


def _unbracketed(word: str) -> str:
    return _BRACKETS.sub("", word)


def _latin(word: str) -> str:
    """Read a Latin word: an abbreviation by the name of its last letter, a name by the sound of its ending."""
    lowered = word.lower()
    if word.isupper():
        return _NAMES.get(lowered[-1], "")
    for length in (2, 1):
        if sound := _ENDINGS.get(lowered[-length:]):
            return sound
    return _STOPS.get(lowered[-1], "") if _CLOSED.search(lowered[-4:]) else ""
