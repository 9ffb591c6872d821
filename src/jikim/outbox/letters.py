"""The letters people get, in Korean and English: that something waits, and a link to it. Nothing of what was written.

Each text is a file of its own: the subject on its first line, the letter below.
"""

import string
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from jikim.domain.delivery import LINK_HOURS, Letter
from jikim.domain.vocabulary import Language

WORDS = frozenset({"company", "link", "page", "hours"})  # what a text may ask for; a test holds every text to it


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready to be sent. The link in it lets in whoever has it, so nothing of it shows."""

    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: Language


def write(letter: Letter, language: Language, *, company: str, link: str, page: str) -> Written:
    """Write a letter.

    company: as the policy calls it
    link:    where it leads, with the proof of the mailbox in it
    page:    where the receipt code is asked for
    """
    subject, _, body = _text(letter, language).partition("\n")
    said = {"company": " ".join(company.split()), "link": link, "page": page, "hours": str(LINK_HOURS)}
    return Written(_filled(subject, said), _filled(body, said), language)


def _filled(words: str, said: dict[str, str]) -> str:
    return string.Template(words).substitute(said)


@cache
def _text(letter: Letter, language: Language) -> str:
    found = resources.files("jikim.outbox").joinpath("texts", f"{letter}.{language}.txt")
    return found.read_text(encoding="utf-8")
