"""Numbers written as English words: ten days, a fortnight, within a year. "One of" and "third party" are none."""

import re
from collections.abc import Iterator

from jikim.language.rules.amount import Amount

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_VALUES = {word: value for value, word in enumerate((_ONES + " eighteen nineteen").split(), start=1)}
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
_FROM_THIRD = {word: value for value, word in enumerate(_ORDINALS.split(), start=3)}
_FROM_THIRD |= {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30}
_UNITS = (
    r"(?:business|working)[\s-]+day",
    "year",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "character",
    "file",
    "byte",
)

_WORD = "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True))
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})s?\b(?P<age>[\s-]+(?:old|of age))?"
_CARDINAL = re.compile(
    rf"\b(?P<number>(?:{_WORD})(?:[\s-]+(?:and[\s-]+)?(?:{_WORD}))*)\b(?:\s*\(\d+\))?(?:[\s-]+{_UNIT})?", re.IGNORECASE
)
_NO_NUMBER = re.compile(r"[\s-]+(?:factor|step|way)\b", re.IGNORECASE)  # two-factor, two-way
_ARTICLE = re.compile(
    rf"\b(?:within|for|after|until|than|of|in|every|up to|at least|at most|once)\s+an?\s+{_UNIT}", re.IGNORECASE
)
_ORDINAL = re.compile(rf"\b(?P<ordinal>{'|'.join(_FROM_THIRD)})\b(?![\s-]+part(?:y|ies))", re.IGNORECASE)
_WHOLE = {
    "fortnight": (14, "day"),
    "decade": (10, "year"),
    "dozen": (12, "other"),
    "twice": (2, "other"),
    "thrice": (3, "other"),
}
_SINGLE = re.compile(rf"\b(?P<single>{'|'.join(_WHOLE)})s?\b", re.IGNORECASE)
_HALF = re.compile(r"\bhalf(?:[\s-]+an?)?[\s-]+year\b", re.IGNORECASE)


def amounts(text: str) -> Iterator[Amount]:
    """Find every number written as words."""
    for found in _CARDINAL.finditer(text):
        unit = "age" if found["age"] else (found["unit"] or "").lower()
        alone = found["number"].lower() == "one" and not unit
        if not alone and not _NO_NUMBER.match(text, found.end("number")):
            yield Amount(found[0], _cardinal(found["number"]), unit)
    for found in _ARTICLE.finditer(text):
        yield Amount(found[0], 1, found["unit"].lower())
    for found in _ORDINAL.finditer(text):
        yield Amount(found[0], _FROM_THIRD[found["ordinal"].lower()], "")
    for found in _SINGLE.finditer(text):
        yield Amount(found[0], *_WHOLE[found["single"].lower()])
    for found in _HALF.finditer(text):
        yield Amount(found[0], 6, "month")


def _cardinal(words: str) -> int:
    """Read "one hundred and eighty" as 180."""
    whole = part = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            whole, part = whole + (part or 1) * _SCALES[word], 0
        else:
            part += _VALUES.get(word, 0)
    return whole + part
