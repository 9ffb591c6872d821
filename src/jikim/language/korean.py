"""Korean as people write it: the particle that fits the word before it.

Source: National Institute of Korean Language, Standard Language Regulations; the choice follows the word's last sound.
"""

from collections.abc import Mapping

FIRST, LAST, FINALS, RIEUL = 0xAC00, 0xD7A3, 28, 8

# The pairs by name: what follows a consonant, what follows a vowel.
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
_LETTERS = {"l": "ㄹ", "r": "ㄹ", "m": "ㅁ", "n": "ㄴ"}
_ENDINGS = {
    "ck": "ㄱ",
    "ic": "ㄱ",
    "ng": "ㅇ",
    "le": "ㄹ",
    "me": "ㅁ",
    "ne": "ㄴ",
    "p": "ㅂ",
    "k": "ㄱ",
    "t": "ㅅ",
    "b": "ㅂ",
}


def final(word: str) -> str:
    """Return the consonant a word ends in when read aloud: "" for a vowel, "ㄹ" for ㄹ, any other letter otherwise."""
    for letter in reversed(word.rstrip()):
        if FIRST <= ord(letter) <= LAST:
            number = (ord(letter) - FIRST) % FINALS
            return "ㄹ" if number == RIEUL else "ㄱ" * bool(number)
        if letter in _DIGITS:
            return _DIGITS[letter]
        if letter.isascii() and letter.isalpha():
            return _latin(word.rstrip())
    return ""


def with_particle(word: str, particle: str) -> str:
    """Return a word with its particle: `with_particle("이메일", "을")` is "이메일을"."""
    after_consonant, after_vowel = PARTICLES[particle]
    ending = final(word)
    closed = bool(ending) and not (particle == "으로" and ending == "ㄹ")
    return word + (after_consonant if closed else after_vowel)


def _latin(word: str) -> str:
    """Read a Latin word: an abbreviation by the name of its last letter, a name by the sound of its ending."""
    tail = "".join(letter for letter in word if letter.isascii() and letter.isalpha())
    if tail.isupper():
        return _LETTERS.get(tail[-1].lower(), "")
    lowered = tail.lower()
    for length in (2, 1):
        if (sound := _ENDINGS.get(lowered[-length:])) is not None:
            return sound
    return _LETTERS.get(lowered[-1], "")
