"""`jikim demo [--on DAY]`: a made-up company as it stands on any day, in a home apart from every real one.

Everything in it is made by the same actions that serve people; only the policy clock travels.
"""

import argparse
import os
import sys
from datetime import date

from jikim import clock
from jikim.cli import home
from jikim.cli.serve import add_address, claim, serve
from jikim.cli.types import Parsers, command_of, day
from jikim.domain.errors import Misused
from jikim.environment import HomeKind

DEFAULT_HOME = "var-demo"
DESCRIPTION = """\
Live a made-up company day by day, from its policy's first day to DAY, in a home of its own (JIKIM_HOME, by default
./var-demo; a real home is refused), then serve it. Only the policy clock travels, and only forward: run it again with a
later day, and see what became of what you sent. A demo writes to no mailbox outside JIKIM_MAIL_ALLOW."""


def add(parsers: Parsers) -> None:
    command = command_of(parsers, "demo", help="show a made-up company on any day", about=DESCRIPTION)
    command.add_argument("--on", type=day, metavar="DAY", help="the day to show (default: today)")
    command.add_argument("--no-serve", action="store_true", help="make it and stop there")
    add_address(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the demo home, or move an existing one forward, then serve it."""
    os.environ.setdefault("JIKIM_HOME", DEFAULT_HOME)
    address = None if arguments.no_serve else claim(arguments)
    home.open_and_migrate(HomeKind.DEMO, serves=address is not None)
    live_until(arguments.on or clock.policy_today())
    return serve(*address) if address else 0


def live_until(last: date) -> None:
    """Live every day up to `last` and leave the home's policy clock there.

    Where it stands there already it is shown as it is. raises: Misused for a day past, and for another story's home
    """
    from jikim.cli.demo_company import Company
    from jikim.queries import policies

    if policies.all_versions() and last == clock.policy_today():
        return
    company = Company(last)
    if last < company.today:
        raise Misused(
            f"this demo home already stands at {company.today}, and time does not run backwards",
            hint="leave --on out to see it as it stands, or choose a later day or another JIKIM_HOME",
        )
    for today in company.days():
        if today.day == 1 and sys.stdout.isatty():
            print(f"\r  living {today:%Y-%m} … ", end="", flush=True)
    print(f"{chr(13) * sys.stdout.isatty()}  lived until {last}.   ", flush=True)
