"""Ages in law. Source: Privacy Policy, "Children"; Civil Act art. 158."""

from datetime import date

import pytest

from jikim.domain.age import age_on, is_under
from jikim.domain.errors import Misused

AGES = [
    ("2012-09-15", "2026-09-14", 13),
    ("2012-09-15", "2026-09-15", 14),  # from 00:00 of the birthday
    ("2012-09-15", "2026-09-16", 14),
    ("2012-02-29", "2026-02-28", 13),  # no 29 February 2026: the fourteenth year ends with the 28th
    ("2012-02-29", "2026-03-01", 14),
    ("2012-02-29", "2028-02-28", 15),  # 2028 has one: the birthday is the birthday
    ("2012-02-29", "2028-02-29", 16),
    ("2012-03-01", "2026-02-28", 13),
    ("2012-12-31", "2026-12-30", 13),
    ("2026-09-15", "2026-09-15", 0),
]


@pytest.mark.parametrize(("birth", "on", "years"), AGES)
def test_age_is_counted_in_full_years_with_the_day_of_birth(birth: str, on: str, years: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(on)) == years


@pytest.mark.parametrize(("birth", "on", "years"), AGES)
def test_under_fourteen_ends_on_the_fourteenth_birthday(birth: str, on: str, years: int) -> None:
    assert is_under(date.fromisoformat(birth), 14, date.fromisoformat(on)) == (years < 14)


def test_a_day_of_birth_in_the_future_is_refused_and_not_shown() -> None:
    with pytest.raises(Misused) as refused:
        age_on(date(2030, 4, 17), date(2026, 9, 15))
    assert "2030" not in str(refused.value)
