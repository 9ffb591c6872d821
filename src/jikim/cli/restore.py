"""`jikim restore`: let databases that were put back from a backup serve again."""

import argparse
import json

from jikim.cli import home
from jikim.cli.types import Parsers, command_of, prints_json

ABOUT = """\
Run this once after an older copy of a database was put back, with nothing serving the home. Until then Jikim does not
start: the journal knows of entries that the copy does not.

The keys stay as they are now (never put back a root or the folder of keys), so nothing that was destroyed can be read
again. This removes what the copy still holds of it, says of every record what became of it, and tells the journal.
Inquiries that came in after the copy was made are lost, and their keys are destroyed within days.
"""
OLDER_COPY = "jikim.E303"


def add(parsers: Parsers) -> None:
    restore = command_of(
        parsers, "restore", help="let databases that were put back from a backup serve again", about=ABOUT
    )
    prints_json(restore)
    restore.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Repair what an older copy says; exit 1 when values that a rule keeps are lost."""
    home.closed(but=[OLDER_COPY])
    from jikim import environment
    from jikim.procedures import restore
    from jikim.queries.told import knows_newest

    if all(knows_newest(alias) for alias in environment.aliases()):
        print("{}" if args.json else "no database is an older copy: there is nothing to restore")
        return 0
    done = restore.run()
    facts = {
        "backup_on": done.backup_on.isoformat(),
        "purged": done.purged,
        "set_aside": done.set_aside,
        "records": done.records,
        "lost": done.lost,
    }
    print(json.dumps(facts, indent=2) if args.json else _words(facts))
    return 1 if done.lost else 0


def _words(facts: dict[str, object]) -> str:
    lines = [
        f"the copy knows of nothing after {facts['backup_on']}",
        f"{facts['purged']} values were destroyed since, and their rows are gone again",
        f"{facts['set_aside']} values were set aside since; {facts['records']} records say so, or what became of them",
    ]
    if facts["lost"]:
        lines.append(
            f"{facts['lost']} values that a rule keeps are not in the separate database: put a newer copy back"
        )
    return "\n".join([*lines, "staff accounts are as they were then: look through them before you open the desk"])
