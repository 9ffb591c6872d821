"""The composition root: which keyring runs, and which day it is."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.apps import AppConfig

from jikim import clock, environment, sealing
from jikim.sealing.file_store import attachments
from jikim.sealing.keyring import Keyring


class JikimConfig(AppConfig):
    name = "jikim.config"
    label = "config"

    def ready(self) -> None:
        from jikim.config import checks

        checks.register()
        sealing.use(_open_keyring)
        set_clock()


def set_clock() -> None:
    """Set the policy clock where a demo home says; in a real home, and without one, it is the wall clock."""
    if not environment.is_demo():
        clock.forbid_travel()
        return
    clock.allow_travel()
    clock.travel_by(timedelta(days=environment.read_home().offset_days))


def _open_keyring() -> Keyring:
    """Open the keys of this home in this very process."""
    from jikim.sealing.keyd.blueprint import Blueprint
    from jikim.sealing.keyd.house import House
    from jikim.sealing.keyd.local import local

    roots = environment.roots()
    named = "DEMO " if environment.is_demo() else ""
    origin = f"{named}{urlsplit(environment.base_url()).hostname}/jikim-journal"
    files = {alias: attachments(alias) for alias in ("live", "separate")}
    return local(House(Blueprint(environment.keys().folder, roots.groups, roots.anywhere, origin, files)))
