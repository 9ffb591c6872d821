"""`jikim doctor`: every fact this installation depends on, looked at once, with what to do where one is broken."""

import argparse
import os

from jikim import environment, sealing
from jikim.cli.types import Parsers, command_of, prints_json
from jikim.domain.errors import JikimError

ABOUT = """\
Look at every pragma, permission, role, place of a key and promise this installation depends on, and change nothing.
Each line is a fact: ok, warn (weaker than it could be) or fail (a promise does not hold). No line names a person.

Exit codes: 0 nothing failed, 1 something did, 3 there is no home to look at.
"""


def add(parsers: Parsers) -> None:
    command = command_of(parsers, "doctor", help="look at all that this installation depends on", about=ABOUT)
    prints_json(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look and print; raises NoHome and what the home's paper refuses."""
    from jikim.cli.doctor import screen

    environment.read_home()
    try:
        found = tuple(screen.look(_prepared()))
    finally:
        sealing.close()
    print(screen.as_json(found) if args.json else "\n".join(screen.as_text(found)))
    return 1 if screen.has_failed(found) else 0


def _prepared() -> JikimError | None:
    """Read the settings as every process does; returns why they cannot be, if so."""
    import django

    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikim.config.settings")
    try:
        django.setup()
    except JikimError as error:
        return error
    return None
