"""The public holidays of a country, handed to the domain as plain days.

Lunar and declared days come from the `holidays` package, corrected by the pack. A day declared at short notice is
added to the pack or comes with a newer package; days beyond what is declared so far are computed, and may change.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

import holidays as almanac

from jikim.domain.errors import Misused
from jikim.domain.terms import Text
from jikim.packs.reader import load

_SPOKEN = {"ko": "ko", "en": "en_US"}  # our languages, and what the package calls them


def holidays(calendar: str, first_year: int, last_year: int) -> frozenset[date]:
    """Return every public holiday of these years, both included; Saturdays and Sundays are left to roll().

    raises: Misused for an unknown calendar, or for years that nobody has computed
    """
    return frozenset(holiday_names(calendar, first_year, last_year))


def holiday_names(calendar: str, first_year: int, last_year: int) -> Mapping[date, Text]:
    """Return the same days with what they are called."""
    named: dict[date, Text] = {}
    for year in range(first_year, last_year + 1):
        named |= _year(calendar, year)
    return named


@cache
def _year(calendar: str, year: int) -> Mapping[date, Text]:
    pack = load(calendar)
    spoken = {language: _said(calendar, year, theirs) for language, theirs in _SPOKEN.items()}
    named = {day: Text.of({language: said[day] for language, said in spoken.items()}) for day in spoken["ko"]}
    for correction in pack.holidays:
        if correction.day.year == year:
            named.pop(correction.day, None)
            if correction.is_holiday:
                named[correction.day] = correction.name
    return MappingProxyType(named)


def _said(calendar: str, year: int, language: str) -> dict[date, str]:
    country = almanac.country_holidays(calendar.upper(), language=language)
    if not country.start_year <= year <= country.end_year:
        raise Misused(
            f"no holidays of {calendar} are known for the year {year}",
            hint=f"stay between {country.start_year} and {country.end_year}, or leave the roll out",
        )
    return dict(almanac.country_holidays(calendar.upper(), years=year, language=language))
