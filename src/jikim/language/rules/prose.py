"""Free words may explain, and not state: a number, a date, a law or a company in a text must be a fact of the file."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import chain

from jikim.language.draft import Draft
from jikim.language.findings import Code, Finding, code, rule
from jikim.language.rules import digits, english_numbers, korean_numbers, names
from jikim.language.rules.facts import Facts
from jikim.language.rules.reading import place
from jikim.language.rules.texts import texts
from jikim.packs.pack import Pack

_WHY = "duty:favourable-text"

NUMBER = code(
    "E-PROSE-NUMBER",
    "A text states a number that is no fact of the file.",
    source=_WHY,
    hint="take the number out: the page shows the facts; or state it as a fact",
)
DATE = code(
    "E-PROSE-DATE",
    "A text states a date that is no fact of the file.",
    source=_WHY,
    hint="take the date out, or state it as a fact",
)
LAW = code(
    "E-PROSE-LAW",
    "A text names a law that the file does not cite.",
    source=_WHY,
    hint="take the name out, or cite the law in policy.laws, retention.laws or a retention rule",
)
COMPANY = code(
    "E-PROSE-COMPANY",
    "A text names a company that the file does not name.",
    source=_WHY,
    hint="take the name out, or name the company as a processor",
)

_SHOWN = 40  # characters of what a text states; the path says where to read the rest


@rule(NUMBER, DATE, LAW, COMPANY)
def texts_state_only_facts(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    facts = Facts(draft, pack)
    for said in texts(draft):
        if said.is_name or said.is_override:
            continue
        for language, words in said.spoken.items():
            where = place(*said.path, language)
            for kind, stated in _statements(words, language, facts):
                yield kind.at(where, f"“{stated[:_SHOWN]}” is no fact of the file", pack)


def _statements(words: str, language: str, facts: Facts) -> Iterator[tuple[Code, str]]:
    """Walk what a text states and the file does not. What has been recognised is taken out before the next look."""
    text = facts.without_facts(unicodedata.normalize("NFKC", words))
    yield from ((LAW, law) for law in names.laws(text))
    text = names.without_laws(text)
    yield from ((COMPANY, company) for company in names.companies(text))
    days, text = digits.dates(names.without_companies(text))
    yield from ((DATE, day.words) for day in days if not facts.dates(day))
    worded = korean_numbers.amounts(text) if language == "ko" else english_numbers.amounts(text)
    for amount in dict.fromkeys(chain(digits.amounts(text), worded)):
        if not facts.states(amount):
            yield NUMBER, amount.words
