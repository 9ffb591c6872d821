"""A company in a home of its own whose days are carried out by processes that are killed before a numbered step.

`python -m tests.support.dying begin` takes two inquiries in and resolves them. `… day DAY [STEP]` carries that day out,
killed by SIGKILL before that step (or not at all); before it begins it prints where each value can still be read.
"""

import json
import os
import signal
import sys
from datetime import date, timedelta
from types import ModuleType

from jikim.cli import home
from jikim.environment import HomeKind

KEPT, NOT_KEPT = ("content", "email", "subject"), ("attachments", "access_log")


def begin() -> None:
    from jikim import clock
    from jikim.actions import policies
    from jikim.language import load
    from jikim.procedures import journal
    from jikim.queries.desk import session
    from tests.support.company import BEGINS, POLICIES, Company
    from tests.support.staff import signed_in

    _travel(BEGINS - timedelta(days=7))
    policies.publish(load.read(POLICIES / "utracs" / "2.toml"), by="test")
    clock.travel_to(BEGINS)
    found = session(signed_in())
    assert found is not None
    company = Company(found.id)
    company.receives_and_resolves("complaint-dispute")
    company.receives_and_resolves("general")
    journal.submit()


def day(on: date, step: str) -> None:
    from jikim.procedures import destroy, due, journal, separate

    _travel(on)
    sys.stdout.write(json.dumps(_standing()) + "\n")
    sys.stdout.flush()
    for procedure in (separate, destroy):
        _kill_before(procedure, step)
    due.run(on)
    journal.submit()
    sys.stdout.write(json.dumps(_standing()) + "\n")


def _travel(on: date) -> None:
    from jikim import clock, environment

    clock.allow_travel()
    clock.travel_to(on)
    environment.travel(clock.days_ahead())


def _kill_before(procedure: ModuleType, name: str) -> None:
    def killed(_work: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for index, step in enumerate(procedure.STEPS):
        if step.__name__ == name:
            procedure.STEPS = (*procedure.STEPS[:index], killed, *procedure.STEPS[index:])  # type: ignore[attr-defined]
            return


def _standing() -> dict[str, object]:
    """Say of each inquiry in which stores its values can be read, and what was certified."""
    from jikim.store.live.models import Certificate, Inquiry, Intent
    from tests.support.company import copies

    rows = Inquiry.objects.order_by("record_class")  # complaint-dispute before general
    return {
        "copies": [{item: copies(row.id, item) for item in (*KEPT, *NOT_KEPT)} for row in rows],
        "states": [str(row.state) for row in rows],
        "certificates": [Certificate.objects.filter(record_id=row.id).count() for row in rows],
        "intents": Intent.objects.count(),
    }


if __name__ == "__main__":
    home.open_and_migrate(HomeKind.DEMO)
    verb, *words = sys.argv[1:]
    if verb == "begin":
        begin()
    else:
        day(date.fromisoformat(words[0]), words[1] if len(words) > 1 else "")
