"""The composition root: which keyring runs, and which day it is."""

from datetime import timedelta

from django.apps import AppConfig

from jikim import clock, environment, sealing
from jikim.cli.keyring import close_keyring, open_keyring


class JikimConfig(AppConfig):
    name = "jikim.config"
    label = "config"

    def ready(self) -> None:
        from jikim.config import checks

        checks.register()
        sealing.use(open_keyring, close_keyring)
        set_clock()


def set_clock() -> None:
    """Set the policy clock where a demo home says; in a real home, and without one, it is the wall clock."""
    if not environment.is_demo():
        clock.forbid_travel()
        return
    clock.allow_travel()
    clock.travel_by(timedelta(days=environment.read_home().offset_days))
