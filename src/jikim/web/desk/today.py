"""The first page of the desk: what is late (nothing, if all is well), what waits, and what will be destroyed when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jikim.clock import policy_today
from jikim.domain.staff import Task, may
from jikim.queries import alarms, due, mail, overview
from jikim.queries.desk import DeskSession
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, errors, wording
from jikim.web.desk import tiles
from jikim.web.desk.door import door

WIDTH, HEIGHT, FLOOR, TOP = 720, 200, 168, 28  # of the plot, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the plot, in the plot's units."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    count: int
    month: date


@dataclass(frozen=True, slots=True)
class Ending:
    """One inquiry that ends, or has ended, without a class."""

    record_id: UUID
    number: str
    ends_on: date
    waits: bool  # for its class: it is over, and a law may keep some of it


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    numbers, found = overview.overview(), _alarms()
    unclassified = _unclassified(found)
    if found is None:
        errors.without_keyring(request)
    context = {
        "numbers": numbers,
        "alarms": found,
        "urgent": tuple(tiles.urgent(request, numbers, found, mail.post())),
        "running": tuple(tiles.running(request, numbers)),
        "ending": [one for one in unclassified if not one.waits],
        "waiting_for_class": [one for one in unclassified if one.waits],
        "vouches": may(session.roles, Task.HOLD),
        "bars": bars(numbers.ahead, asking.language(request)),
        "session": session,
        "here": "today",
    }
    return render(request, "desk/today.html", context)


def _alarms() -> alarms.Alarms | None:
    """Return what waits; None while the keyring, which keeps the yeses, cannot be asked."""
    try:
        return alarms.alarms()
    except KeyringUnavailable:
        return None


def _unclassified(found: alarms.Alarms | None) -> list[Ending]:
    some = found.unclassified if found else alarms.unclassified(due.plan(policy_today()))
    return [Ending(one.record_id, str(one.record_id)[:8], one.ends_on, one.waits) for one in some]


def bars(months: tuple[tuple[date, int], ...], language: str) -> tuple[Bar, ...]:
    """Draw the months as bars of one scale; an empty month keeps a line, so that zero is seen."""
    most = max((count for _, count in months), default=0) or 1
    step = WIDTH / max(len(months), 1)
    drawn = []
    for index, (month, count) in enumerate(months):
        height = max((FLOOR - TOP) * count / most, 2)
        left, width = step * index + step * 0.2, step * 0.6
        drawn.append(
            Bar(
                round(left, 1), round(FLOOR - height, 1), round(width, 1), round(height, 1), round(left + width / 2, 1),
                wording.month(month, language), count, month,
            )
        )  # fmt: skip
    return tuple(drawn)
