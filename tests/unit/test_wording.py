"""Days, instants, lengths and sizes, as people say them in each language."""

from datetime import UTC, date, datetime

import pytest

from jikim.domain.period import Period
from jikim.web import wording


@pytest.mark.parametrize(("language", "said"), [("ko", "2026년 10월 2일"), ("en", "2 October 2026")])
def test_a_day_is_said_as_people_say_it(language: str, said: str) -> None:
    assert wording.day(date(2026, 10, 2), language) == said


@pytest.mark.parametrize(
    ("language", "instant", "said"),
    [
        ("ko", datetime(2026, 10, 1, 15, 0, tzinfo=UTC), "2026년 10월 2일 0시"),  # midnight in Seoul
        ("ko", datetime(2026, 10, 2, 4, 5, tzinfo=UTC), "2026년 10월 2일 13시 5분"),
        ("en", datetime(2026, 10, 1, 15, 0, tzinfo=UTC), "2 October 2026, 00:00 (Seoul)"),
    ],
)
def test_an_instant_is_said_in_seoul(language: str, instant: datetime, said: str) -> None:
    assert wording.instant(instant, language) == said


@pytest.mark.parametrize(
    ("period", "korean", "english"),
    [
        ("P3Y", "3년", "3 years"),
        ("P1Y", "1년", "1 year"),
        ("P1Y6M", "1년 6개월", "1 year 6 months"),
        ("P7D", "7일", "7 days"),
        ("P0D", "0일", "0 days"),
    ],
)
def test_a_length_of_time_is_said_in_words(period: str, korean: str, english: str) -> None:
    assert wording.period(Period.parse(period), "ko") == korean
    assert wording.period(Period.parse(period), "en") == english


@pytest.mark.parametrize(("language", "said"), [("ko", "3월"), ("en", "Mar")])
def test_a_month_is_short_enough_to_stand_under_a_bar(language: str, said: str) -> None:
    assert wording.month(date(2027, 3, 1), language) == said


@pytest.mark.parametrize(
    ("size", "said"), [(10485760, "10 MB"), (1572864, "1.5 MB"), (2048, "2 KB"), (3 * 1024**3, "3 GB")]
)
def test_a_size_is_said_as_the_limits_of_a_form(size: int, said: str) -> None:
    assert wording.size(size) == said


def test_thousands_stand_apart() -> None:
    assert wording.count(8000) == "8,000"
