"""Get a home ready for a command: opened, its tables up to date, checked. Django is met here and nowhere earlier."""

from jikim.environment import HomeKind


def open_and_migrate(kind: HomeKind) -> None:
    """Make the home if there is none and bring its databases up to date; raises what `store.start.ready` raises."""
    from jikim.store import start

    start.ready(kind, migrate=True)


def ready() -> None:
    """Use an existing home of either kind; raises NoHome when there is none."""
    from jikim.store import start

    start.ready()
