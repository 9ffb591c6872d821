"""What keeps a wrong clock, a wrong policy or a wrong program from destroying much before anybody looks.

    cap    a day's destructions beyond it wait for an approval
    jump   a clock more than 26 hours from what is known stops the job until somebody vouches for it
    dry    the first day under a new program or policy shows its plan and carries nothing out

They bind what the clocks bring. What a person asks for is done at once, and setting aside is never capped: it destroys
nothing.

Source: PIPA art. 29; Standard Guideline art. 10; Safety Measures Standard art. 13.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from jikim.domain.destruction import SEPARATE, Action, Plan
from jikim.domain.errors import Misused, Refused
from jikim.domain.separation import Fate
from jikim.domain.spans import ONE_DAY

JUMP = timedelta(hours=26)  # a day, and room for journal times that are whole hours
AHEAD = timedelta(days=21)  # how far what comes is looked at: the longest holidays and the working days before them
WORKING_DAYS = 3  # between showing a list and its last day: to ask, to sign, to think a day over

Load = Mapping[tuple[date, date], int]  # destructions by their first and last day


class ClockJumped(Refused):
    """The clock is too far from the last known time; nothing was moved or destroyed."""


class Wait(StrEnum):
    """Why something due is not done now."""

    DRY = "dry"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Rails:
    """The numbers of the cap."""

    least: int = 50  # values a day, however small the company
    percent: int = 2  # of all values alive
    times: int = 3  # the mean of the days that destroyed anything
    days: int = 30  # how far back that mean looks


RAILS = Rails()


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides: the program's build and the policies in force, as digests; and the day they decided first."""

    build: str
    policies: tuple[str, ...]
    since: date

    def same(self, other: "Ground") -> bool:
        return (self.build, self.policies) == (other.build, other.policies)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A plan parted: what goes now, and what waits and why. Every action of the plan is in exactly one of them."""

    going: tuple[Action, ...]
    waiting: tuple[tuple[Action, Wait], ...]
    free: int  # destructions among `going` that no approval covers; they use up the day's cap


def cap(alive: int, freely: Iterable[int], rails: Rails = RAILS) -> int:
    """Return how many values a day may destroy without an approval.

    alive:  values that exist, live and set aside
    freely: for each of the last days, how many were destroyed without an approval
    """
    days = [count for count in freely if count > 0]
    mean_times = rails.times * sum(days) // len(days) if days else 0
    return max(rails.least, alive * rails.percent // 100, mean_times)


def admit(
    plan: Plan, *, left: int, approved: Collection[Action] = frozenset(), dry: Collection[Action] = frozenset()
) -> Admitted:
    """Part a day's plan; what is most urgent goes first.

    left:     what the day's cap still allows, after what went today already
    approved: what approvals cover; it goes in any case, and leaves the cap alone
    dry:      what is only shown today
    """
    going, waiting, free = [], [], 0
    for action in sorted(plan.actions, key=lambda one: (one.due_by, one.due_on, one.key)):
        if action in approved:
            going.append(action)
        elif action in dry:
            waiting.append((action, Wait.DRY))
        elif action.verb != Fate.DESTROY:
            going.append(action)
        elif free < left:
            going.append(action)
            free += 1
        else:
            waiting.append((action, Wait.APPROVAL))
    return Admitted(tuple(going), tuple(waiting), free)


def load_of(actions: Iterable[Action]) -> Counter[tuple[date, date]]:
    return Counter((action.due_on, action.due_by) for action in actions if action.verb == Fate.DESTROY)


def falls_behind(load: Load, *, on: date, left: int, cap: int) -> bool:
    """Say whether the cap alone would make anything late, day after day from `on`, the most urgent first."""
    waiting: Counter[date] = Counter()
    ahead = sorted(load.items(), reverse=True)
    day, room = on, left
    while ahead or waiting:
        while ahead and ahead[-1][0][0] <= day:
            (_, by), count = ahead.pop()
            waiting[by] += count
        for by in sorted(waiting):
            done = min(room, waiting[by])
            waiting[by] -= done
            room -= done
        waiting = +waiting
        if waiting and min(waiting) <= day:
            return True
        day, room = day + ONE_DAY, cap
    return False


def to_approve(
    foreseen: Iterable[Action], *, on: date, left: int, cap: int, holidays: frozenset[date]
) -> tuple[Action, ...]:
    """Return the list to show for approval; empty while the cap alone does everything in time.

    Nothing is listed before its day to be shown, unless it is set aside: a further word would change it, and with it
    take the approval away.

    foreseen: what is due, or will be within AHEAD, and no approval lists yet
    """
    destroyed = (action for action in foreseen if action.verb == Fate.DESTROY)
    shown = [one for one in destroyed if one.store == SEPARATE or show_from(one, holidays) <= on]
    if not falls_behind(load_of(shown), on=on, left=left, cap=cap):
        return ()
    return tuple(sorted(shown, key=lambda action: action.key))


def show_from(action: Action, holidays: frozenset[date]) -> date:
    """Return the day from which an action must be shown: three working days, one to spare, lie before its last day."""
    day, found = action.due_by, 0
    while found < WORKING_DAYS:
        day -= ONE_DAY
        found += is_working_day(day, holidays)
    return min(day, action.due_on)


def sign_by(action: Action, holidays: frozenset[date]) -> date:
    """Return the last working day on which a signature still comes in time, the day to think it over included."""
    day = action.due_by - ONE_DAY
    while not is_working_day(day, holidays):
        day -= ONE_DAY
    return day


def is_working_day(day: date, holidays: frozenset[date]) -> bool:
    return day.isoweekday() < 6 and day not in holidays


def refuse_jump(now: datetime, *, known: Iterable[datetime]) -> None:
    """Hold the clock against the times that are known: the journal's newest, and what somebody vouched for.

    known:  aware instants; none on the very first run
    raises: ClockJumped when the newest is more than 26 hours away, before or after; nothing was done
    """
    times = list(known)
    if any(instant.utcoffset() is None for instant in (now, *times)):
        raise Misused("a clock without a time zone", hint="give aware instants, in UTC")
    newest = max(times, default=now)
    if abs(now - newest) > JUMP:
        raise ClockJumped(
            f"the clock says {_hour(now)}, the last known time is {_hour(newest)}",
            hint="check the clock of this machine; if it is right, the officer says so at the desk",
        )


def stand(before: Ground | None, build: str, policies: Iterable[str], on: date) -> Ground:
    """Return the ground a run stands on: the one before when nothing changed, else a new one since today."""
    now = Ground(build, tuple(sorted(policies)), on)
    return before if before is not None and before.same(now) else now


def dry(plan: Plan, ground: Ground, is_foreseen: Callable[[Action], bool]) -> frozenset[Action]:
    """Return what is only shown today: everything, on the first day of a new ground.

    What must be gone by today still goes, if the ground before had decided exactly the same.

    is_foreseen: whether the ground before had shown an action for the coming days
    """
    if plan.on > ground.since:
        return frozenset()
    return frozenset(action for action in plan.actions if action.due_by > plan.on or not is_foreseen(action))


def _hour(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:00} UTC"
