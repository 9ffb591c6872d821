"""Law as dated data, one file a country: statutes, floors, deadlines, mandatory contents, remedy bodies, holidays."""

from jikim.packs.days_off import holiday_names, holidays
from jikim.packs.reader import load, parse

__all__ = ["holiday_names", "holidays", "load", "parse"]
