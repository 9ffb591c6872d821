"""Resident registration numbers, found before anything is stored: without a law that asks for one, it may not be kept.

Source: PIPA art. 24-2(1). The form of the number decides, never its check digit: numbers given since October 2020 have
random tails. A foreigner's number has the same form.
"""

import re
import unicodedata
from datetime import date

_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
# It begins with a digit, behind which it looks back: so the search goes from digit to digit and past all else.
_NUMBER = re.compile(rf"(\d(?<!\d\d)\d)(\d{{2}})(\d{{2}})(?:\s?[{_DASHES}]\s?)?([1-8])\d{{6}}(?!\d)", re.ASCII)
PATTERN = _NUMBER.pattern  # for whoever tells of one before it is sent; only has_resident_number decides
_CENTURY = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}
_REACH = 32  # letters, more than one number with its neighbours has: 18


def has_resident_number(words: str) -> bool:
    """Say whether a text holds a resident registration number, however its digits and dash were typed."""
    return any(_is_a_birthday(found) for found in _NUMBER.finditer(unicodedata.normalize("NFKC", words)))


class Passing:
    """Looks for one in a text that passes piece by piece; how the text is cut makes no difference."""

    def __init__(self) -> None:
        self._before, self._is_first = "", True
        self._found = False

    def feed(self, piece: str) -> None:
        """Look at a piece, together with the end of what passed before it."""
        text = self._before + (piece if piece.isascii() else unicodedata.normalize("NFKC", piece))
        # What touches the border of what is seen may have a digit beyond it, and is looked at with its neighbours.
        self._found = self._found or any(
            _is_a_birthday(match)
            for match in _NUMBER.finditer(text)
            if match.end() < len(text) and (match.start() or self._is_first)
        )
        self._is_first = self._is_first and len(text) <= _REACH
        self._before = text[-_REACH:]

    def has_number(self) -> bool:
        """Say whether one was in it, once all of it has passed."""
        last = (match for match in _NUMBER.finditer(self._before) if match.start() or self._is_first)
        return self._found or any(map(_is_a_birthday, last))


def _is_a_birthday(found: re.Match[str]) -> bool:
    year, month, day, tail = found.groups()
    try:
        date(_CENTURY[tail] + int(year), int(month), int(day))
    except ValueError:
        return False
    return True
