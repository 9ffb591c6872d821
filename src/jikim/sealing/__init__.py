"""Sealing: every personal value is an envelope under a key of its own, and destroying is destroying that key.

`current()` is the running keyring; the composition root says how it is opened.
"""

from collections.abc import Callable

from jikim.domain.errors import Refused
from jikim.sealing.keyring import Keyring


class _Running:
    """The one keyring of this process, opened when first asked for."""

    def __init__(self) -> None:
        self.keyring: Keyring | None = None
        self.opener: Callable[[], Keyring] | None = None


_running = _Running()


def current() -> Keyring:
    """Return the running keyring; raises Refused before the composition root has named one."""
    if _running.keyring is None:
        if _running.opener is None:
            raise Refused("no keyring is running", hint="start through the `jikim` command")
        _running.keyring = _running.opener()
    return _running.keyring


def use(opener: Callable[[], Keyring]) -> None:
    """Name how the keyring is opened; forgets the one that was open."""
    _running.keyring, _running.opener = None, opener
