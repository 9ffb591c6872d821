"""When something will be due, told before the day: what a list by date is made from, and what can be shown early.

Nothing but a word, a class, a hold or another policy changes it, so it holds until one of these comes.
"""

from collections.abc import Iterable
from datetime import date

from jikim.domain.destruction import Action, KeptValue, action_on, kept_action
from jikim.domain.policy import Policy
from jikim.domain.separation import Fate, HeldValue, RecordFacts, clock_of
from jikim.domain.spans import first_day_after


def next_due_on(
    values: Iterable[HeldValue],
    facts: RecordFacts,
    policy: Policy,
    *,
    later: tuple[Policy, ...] = (),
    kept: Iterable[KeptValue] = (),
) -> date | None:
    """Return the earliest day on which anything of a record moves or is destroyed; None while no end is in sight."""
    leaving = (clock_of(value, facts, policy, later).leaves_on for value in values)
    ending = (first_day_after(one.window) for one in kept)
    return min((day for day in (*leaving, *ending) if day is not None), default=None)


def foreseen(
    value: HeldValue, facts: RecordFacts, policy: Policy, *, on: date, until: date, later: tuple[Policy, ...] = ()
) -> Action | None:
    """Return what comes next for one live value by a day; the same action that the plan of its own day will list.

    None also for what awaits its class: whether it is destroyed or set aside, nobody can foresee.
    """
    clock = clock_of(value, facts, policy, later)
    if clock.leaves_on is None or clock.leaves_on > until or clock.fate(clock.leaves_on) == Fate.AWAIT_CLASS:
        return None
    return action_on(clock, value, facts.record_id, policy, max(on, clock.leaves_on), later)


def foreseen_end(kept: KeptValue, *, on: date, until: date) -> Action | None:
    """Return the destruction of one set-aside value if it comes by a day."""
    due_on = first_day_after(kept.window)
    return kept_action(kept, max(on, due_on)) if due_on <= until else None
