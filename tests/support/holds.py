"""Made-up holds over the first of the made-up actions, and the two people who may decide on them."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from jikim.domain.hold import Hold, HoldReason, Person
from jikim.domain.staff import StaffRole
from tests.support.plans import DAY, action

OFFICER = Person(UUID(int=71), frozenset({StaffRole.OFFICER}))
HANDLER = Person(UUID(int=72), frozenset({StaffRole.HANDLER}))
RECORD, VALUE = action(1).record_id, action(1).value_id
LIVING = frozenset({VALUE, action(2).value_id})
BEFORE = DAY - timedelta(days=10)


def hold(**changes: object) -> Hold:
    made = Hold(
        UUID(int=90), RECORD, frozenset({VALUE}), HoldReason.LAWSUIT, HANDLER.id, OFFICER.id, BEFORE, date(2027, 1, 31)
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # one field of each type
