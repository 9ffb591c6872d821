"""Made-up actions of a plan, for tests of what may be done with a plan."""

from datetime import date, timedelta
from uuid import UUID

from jikim.domain.destruction import LIVE, Action
from jikim.domain.period import Window
from jikim.domain.separation import Fate
from jikim.domain.terms import Reason

DAY = date(2026, 10, 20)


def action(
    number: int, *, on: date = DAY, by: date | None = None, verb: Fate = Fate.DESTROY, store: str = LIVE
) -> Action:
    last = by or on + timedelta(days=4)
    window = Window(on - timedelta(days=1), None, last)
    reason = Reason.PURPOSE_ACHIEVED if verb == Fate.DESTROY else Reason.KEPT_BY_RULE
    ids = UUID(int=number // 5), UUID(int=number)
    return Action(*ids, store, "content", "value", verb, reason, "", on, last, window)


def many(count: int, *, on: date = DAY, by: date | None = None) -> list[Action]:
    return [action(number, on=on, by=by) for number in range(count)]
