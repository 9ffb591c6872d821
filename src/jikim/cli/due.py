"""`jikim due`: what is set aside and destroyed on a day, and carrying out exactly that."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

from jikim.cli import home
from jikim.cli.types import Parsers, command_of, day, prints_json
from jikim.domain.destruction import Action, Plan
from jikim.domain.separation import Fate

ABOUT = """\
Show the plan of a day: which values are set aside because a rule keeps them, which are destroyed, and a digest of
exactly that. Any day may be shown; a day to come is planned as if nothing were carried out until then.

With --carry-out the plan of today is carried out, if it still has that digest; otherwise nothing is done (exit 3).
"""
VERBS = {Fate.SET_ASIDE: "set aside", Fate.DESTROY: "destroy"}


def add(parsers: Parsers) -> None:
    due = command_of(parsers, "due", help="show what is due on a day, and carry exactly that out", about=ABOUT)
    which = due.add_mutually_exclusive_group()
    which.add_argument("--on", type=day, metavar="DAY", help="the day to show, YYYY-MM-DD (default: today)")
    which.add_argument("--carry-out", metavar="DIGEST", help="carry out the plan of today that has this digest")
    prints_json(due)
    due.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    home.ready()
    return carry_out(args.carry_out, as_json=args.json) if args.carry_out else show(args)


def show(args: argparse.Namespace) -> int:
    from jikim.clock import policy_today
    from jikim.queries import due

    today = policy_today()
    plan = due.plan(args.on or today)
    print(json.dumps(_facts(plan, today), indent=2) if args.json else "\n".join(_lines(plan, today)))
    return 0


def carry_out(digest: str, *, as_json: bool) -> int:
    """Carry out the plan of today; exit 1 when a record had to be left."""
    from jikim.clock import policy_today
    from jikim.procedures import due

    done = due.carry_out(digest, policy_today())
    if as_json:
        print(json.dumps(done.facts(), indent=2))
    else:
        print(f"{done.on}: {done.set_aside} values set aside, {done.destroyed} destroyed")
        for certificate in done.certificates:
            print(f"certificate {certificate}")
        for record in done.quarantined:
            print(f"left in quarantine: record {record}")
        for record in done.waiting:
            print(f"waits for a copy of the keys that is away: record {record}")
        for why, values in sorted(done.held_back.items()):
            print(f"{values} values wait ({why}); the desk shows for whom")
        if done.withheld:
            print(f"{done.withheld} values are due and held")
    return 1 if done.quarantined else 0


def _is_late(action: Action, today: date) -> bool:
    """Say whether work is late already; what is planned for a day to come is not late yet."""
    return action.due_by < today


def _facts(plan: Plan, today: date) -> dict[str, object]:
    return {
        "on": plan.on.isoformat(),
        "digest": plan.digest,
        "overdue": sum(_is_late(action, today) for action in (*plan.actions, *plan.awaiting)),
        "unplanned": [str(record) for record in plan.unplanned],
        "actions": [action.facts() for action in plan.actions],
        "awaiting": [action.facts() for action in plan.awaiting],
        "withheld": [one.action.facts() for one in plan.withheld],
    }


def _line(action: Action, today: date) -> str:
    """Say one action; {values} stands for how many values it is of."""
    kept = f"kept by {action.rule}, to be destroyed by {action.window.destroy_by}"
    why = kept if action.verb == Fate.SET_ASIDE else action.reason
    late = "  OVERDUE" if _is_late(action, today) else ""
    return f"  {VERBS[action.verb]:<10}{action.item} ({{values}})  by {action.due_by}  {why}{late}"


def _lines(plan: Plan, today: date) -> Iterator[str]:
    """Say the plan record by record: what happens to which items, why, and until when it may wait."""
    yield f"{plan.on}: {len(plan.of(Fate.SET_ASIDE))} values to set aside, {len(plan.of(Fate.DESTROY))} to destroy"
    for record, actions in plan.by_record():
        yield f"\nrecord {record}"
        counts = Counter(_line(action, today) for action in actions)
        yield from (line.format(values=values) for line, values in sorted(counts.items()))
    for record in sorted({action.record_id for action in plan.awaiting}):
        waiting = [action for action in plan.awaiting if action.record_id == record]
        late = "  OVERDUE" if any(_is_late(action, today) for action in waiting) else ""
        yield f"\nrecord {record} waits for a class: {len(waiting)} values that a law may keep{late}"
    for record, values in sorted(Counter(one.action.record_id for one in plan.withheld).items()):
        yield f"\nrecord {record} is held: {values} values that would be destroyed"
    for record in plan.unplanned:
        yield f"\nrecord {record} cannot be planned; see the log of the worker"
    yield f"\ndigest {plan.digest}"
