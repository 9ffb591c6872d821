"""Lines for a terminal: wrapped at 100 columns, Korean letters counted as two, colour only where a person sees it."""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

COLUMNS = 100
_PIECE = re.compile(r"\S+\s*")


class Ink(StrEnum):
    NONE = ""
    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    BLUE = "34"


def indented(words: str, *, by: int = 0, label: str = "", ink: Ink = Ink.NONE) -> Iterator[str]:
    """Wrap words; a label stands before the first line, and the others align behind it.

    What no terminal should be told (control characters of a file) is shown as a question mark.
    """
    clean = "".join(char if char.isprintable() else "?" for char in label + words)
    inner = " " * (by + len(label))
    for number, line in enumerate(wrapped(clean, COLUMNS - by, COLUMNS - len(inner))):
        yield (inner if number else " " * by) + inked(line, ink)


def wrapped(words: str, first: int, later: int) -> Iterator[str]:
    """Break at spaces; a word longer than a line is broken where the line ends."""
    line, room = "", first
    for piece in _PIECE.findall(words) or [""]:
        if line and width(line + piece.rstrip()) > room:
            yield line.rstrip()
            line, room = "", later
        for char in piece:
            if width(line + char) > room and not char.isspace():
                yield line
                line, room = "", later
            line += char
    yield line.rstrip()


def width(words: str) -> int:
    """Return the columns a terminal needs: two for a Korean letter."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def inked(words: str, ink: Ink) -> str:
    """Colour words for a person at a terminal; NO_COLOR (https://no-color.org) and pipes get none."""
    seen = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[{ink}m{words}\x1b[0m" if ink and seen else words
