"""Days, instants and sizes as people say them, in each language. Times are those of Seoul, where the policy lives."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from jikim.domain.period import SEOUL, Period

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNITS = ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB"))


def day(value: date, language: str) -> str:
    """Say a day: "2026년 10월 2일", "2 October 2026"."""
    if language == "ko":
        return f"{value.year}년 {value.month}월 {value.day}일"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: date, language: str) -> str:
    """Say a month under a bar: "10월", "Oct"."""
    return f"{value.month}월" if language == "ko" else MONTHS[value.month - 1][:3]


def instant(value: datetime, language: str) -> str:
    """Say an instant to the minute, in Seoul: "2026년 10월 2일 0시", "2 October 2026, 00:00 (Seoul)"."""
    there = value.astimezone(SEOUL)
    if language == "ko":
        minutes = f" {there.minute}분" if there.minute else ""
        return f"{day(there.date(), language)} {there.hour}시{minutes}"
    return f"{day(there.date(), language)}, {there:%H:%M} (Seoul)"


def period(value: Period, language: str) -> str:
    """Say a length of time: "3년", "6개월", "7일"; "3 years", "6 months", "7 days"."""
    parts = ((value.years, "년", "year"), (value.months, "개월", "month"), (value.days, "일", "day"))
    if language == "ko":
        return " ".join(f"{count}{korean}" for count, korean, _en in parts if count) or "0일"
    return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, _ko, word in parts if count) or "0 days"


def count(value: int) -> str:
    """Say a number with its thousands apart: "8,000", in both languages."""
    return f"{value:,}"


def size(value: int) -> str:
    """Say a size as the limits of a form do: "10 MB", "512 bytes"."""
    for unit, name in UNITS:
        if value >= unit:
            amount = value / unit
            return f"{amount:.0f} {name}" if amount == round(amount) else f"{amount:.1f} {name}"
    return _("%(count)d bytes") % {"count": value}
