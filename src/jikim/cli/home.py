"""Get a home ready for a command: opened, migrated, checked. Django is met here and nowhere earlier."""

import os

from jikim import environment
from jikim.domain.errors import Refused
from jikim.environment import HomeKind

SETTINGS = "jikim.config.settings"


class StartRefused(Refused):
    """Something this installation depends on does not hold; nothing was started."""


def open_and_migrate(kind: HomeKind) -> None:
    """Make the home if there is none, bring its databases up to date, and run the start-up refusals.

    raises: whatever refuses (wrong kind, too new, too old, unusable home; StartRefused); the home is then as it was
    """
    environment.open_home(kind)
    _set_up()
    _migrate()
    environment.stamp()
    refuse_what_must_not_start()


def ready() -> None:
    """Use an existing home of either kind; raises NoHome when there is none."""
    environment.open_home(environment.read_home().kind)
    _set_up()
    refuse_what_must_not_start()


def refuse_what_must_not_start() -> None:
    """Run the system checks; raises StartRefused naming every fact that does not hold."""
    from django.core import checks

    found = [problem for problem in checks.run_checks(databases=environment.ALIASES) if problem.is_serious()]
    if found:
        facts = "\n".join(f"  {problem.id}: {problem.msg}" for problem in found)
        hints = "; ".join(sorted({str(problem.hint) for problem in found if problem.hint}))
        raise StartRefused(
            f"this installation must not start:\n{facts}", hint=hints or "mend what is named, then start again"
        )


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def _migrate() -> None:
    from django.core.management import call_command

    for alias in environment.ALIASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False, skip_checks=True)
