"""Windows set against each other: united so that none is cut short, or cut where a promise became shorter.

Source: PIPA arts. 15(2), 21(1); Standard Guideline art. 10.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from jikim.domain.period import Period, Window, window

ONE_DAY = timedelta(days=1)
NO_TIME = Period()


def longest(windows: tuple[Window, ...]) -> Window:
    """Unite windows so that none is cut short: the latest of every edge."""
    if len(windows) == 1:
        return windows[0]
    floors = [span.keep_until for span in windows if span.keep_until is not None]
    return Window(
        last_day=max(span.last_day for span in windows),
        keep_until=max(floors, default=None),
        destroy_by=max(span.destroy_by for span in windows),
    )


def ending(last: date) -> Window:
    """Return the window of what was needed until a day, and no longer."""
    return window(last, NO_TIME, holidays=frozenset(), roll=False)


def shortened(told: Window | None, cuts: Iterable[tuple[date, date]]) -> Window | None:
    """Cut a window where revisions end it sooner; none of them reaches back behind its own first day.

    told: without a floor, for a law's is never cut; None where no end was in sight
    cuts: for each revision the last day under it, and the day it takes effect
    """
    for end, effective_on in cuts:
        last = max(end, effective_on - ONE_DAY)
        if told is None or last < told.last_day:
            told = ending(last)
    return told


def end_of(span: Window) -> date:
    """Return the last day on which a value may not be destroyed."""
    return max(span.last_day, span.keep_until or span.last_day)


def first_day_after(span: Window) -> date:
    return end_of(span) + ONE_DAY
