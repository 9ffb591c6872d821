"""How people come to the desk: the first by a link that makes an account, the others by signing in.

The link is as good as a password until it is used. A terminal shows it to whoever started the program; anywhere else
what is printed is kept, by a service manager or in a container's log, so there it goes to a file of its owner alone.
"""

import sys
from datetime import timedelta

from jikim import environment
from jikim.environment.files import write_whole

FILE = "desk-link"
VALID = timedelta(hours=24)


def lines() -> tuple[str, ...]:
    """Return what a greeting says of the desk; until there is a privacy officer, with a new link."""
    from jikim.actions import desk

    kept = environment.home() / FILE
    kept.unlink(missing_ok=True)  # a new link or none: the one before leads nowhere soon
    door = f"{environment.desk_url()}/desk/"
    try:
        link = f"{door}enter/{desk.issue_link(VALID)}/"
    except desk.OfficerThere:
        return (f"  desk     {door}",)
    if sys.stdout.isatty():
        return (f"  desk     {link}", "           (makes one account for the privacy officer, within 24 hours)")
    write_whole(kept, f"{link}\n".encode())
    return (
        f"  desk     {door}",
        f"           its first account: open the link in {kept} within 24 hours",
    )
