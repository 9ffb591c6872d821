"""Cohorts: keys whose values are due on one day hang from one edge, and go with it."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jikim.domain.errors import Misused

CODE = re.compile(r"(?:[a-z][a-z0-9_-]{0,39})?")  # a record class as the policy names it, or none; never free text


class CohortClass(StrEnum):
    """Who may open what hangs here; the key daemon's roles are told apart by it."""

    LIVE = "live"  # day: of creation
    SEPARATE = "separate"  # day: on which the last floor ends
    HOLD = "hold"
    MAIL = "mail"
    SYSTEM = "system"  # the index and its pages


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where new keys hang. A shelf that is full or closed goes on in another part, under another cohort number."""

    cohort_class: CohortClass
    category: str
    day: date

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.category):
            raise Misused(
                "a category is a code of the policy", hint="use the id of a record class, such as contract-5y"
            )
