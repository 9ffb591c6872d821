"""Numbers written in digits, and dates. Part of a name (IPv6, AES-256), 제3자 and 1:1 are no numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jikim.language.rules.amount import Amount

_UNITS = {
    "year": "년|해|years?|yrs?",
    "month": "개월|달|months?",
    "week": "주일|주간|주|weeks?",
    "workday": "영업일|근무일|(?:business|working)[ -]days?",  # no period of the language counts them
    "day": "일|날|days?",
    "hour": "시간|hours?|hrs?",
    "minute": "분|minutes?|mins?",
    "second": "초|seconds?|secs?",
    "age": "세|살",
    "character": "글자|문자|자|characters?|letters?|chars?",
    "file": "개|files?",
    "other": "명|회|번|원|건|곳|가지|배|%|퍼센트|times|people|percent|won",
    "kilobyte": "KB|KiB|킬로바이트|kilobytes?",
    "megabyte": "MB|MiB|메가바이트|megabytes?",
    "gigabyte": "GB|GiB|기가바이트|gigabytes?",
    "byte": "바이트|bytes?",
}
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
_NUMBER = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*)(?:[\s)-]{{0,2}}(?:{_UNIT})(?![A-Za-z])(?P<old>[\s-]+(?:old|of age))?)?",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"제\s?[3삼]\s?자|(?<!\d)1\s?[:대]\s?1(?!\d)|2단계\s?인증|\b2FA\b|\b\d[DGK]\b"
    r"|[A-Za-z]+\d+[A-Za-z\d]*|\b[A-Z]{2,}[- ]\d+"
)

_YEAR = r"(?P<y>(?:19|20)\d{2})"
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
_MONTHS += ["November", "December"]
_MONTH = "|".join(_MONTHS)
_SINO_MONTHS = ["일", "이", "삼", "사", "오", "유", "칠", "팔", "구", "시", "십일", "십이"]
_NTH = r"(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}\s?[-./]\s?(?P<m>\d{{1,2}})(?:\s?[-./]\s?(?P<d>\d{{1,2}}))?(?!\d)",
        rf"(?<!\d){_YEAR}\s?년(?!간)(?:\s?(?P<m>\d{{1,2}})월(?:\s?(?P<d>\d{{1,2}})일)?)?",
        r"(?<!\d)(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?",
        rf"(?<![가-힣])(?P<sino>{'|'.join(reversed(_SINO_MONTHS))})월\s?[일이삼사오육칠팔구십]+일",
        rf"\b(?P<d>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<month>{_MONTH})\b(?:,?\s+{_YEAR})?",
        rf"\b(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}}){_NTH}\b(?!\d)(?:,?\s+{_YEAR})?",
        rf"\b(?P<month>{_MONTH})\s+{_YEAR}\b",
        r"\b(?P<month>January|February|April|June|July|August|September|October|November|December)\b",
        rf"(?<![\d.,]){_YEAR}(?![\d,]|[\s-]?(?:{'|'.join(_UNITS.values())})(?![A-Za-z]))",
    )
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date that a text states; parts it leaves out are 0."""

    words: str
    year: int
    month: int
    day: int


def dates(text: str) -> tuple[tuple[Day, ...], str]:
    """Find every date, and return the text without them, so that their parts are not found as numbers too."""
    found: list[Day] = []
    for pattern in _DATES:
        found.extend(map(_day, pattern.finditer(text)))
        text = pattern.sub(" ", text)
    return tuple(found), text


def _day(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    named, sino = parts.get("month"), parts.get("sino")
    month = _MONTHS.index(named) + 1 if named else _SINO_MONTHS.index(sino) + 1 if sino else int(parts.get("m") or 0)
    day = -1 if sino else int(parts.get("d") or 0)  # a day in words: stated, and left unread
    return Day(match[0].strip(), int(parts.get("y") or 0), month, day)


def amounts(text: str) -> Iterator[Amount]:
    """Find every number in digits, with what it counts."""
    for match in _NUMBER.finditer(_NO_NUMBER.sub(" ", text)):
        written = match["number"].replace(",", "")
        unit = next((unit for unit in _UNITS if match[unit]), "")
        yield Amount(match[0].strip(), int(written) if written.isdecimal() else None, "age" if match["old"] else unit)
