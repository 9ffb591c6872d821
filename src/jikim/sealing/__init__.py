"""Sealing: every personal value is an envelope under a key of its own, and destroying is destroying that key.

`current()` is the running keyring; the composition root says how it is opened.
"""

from collections.abc import Callable
from threading import Lock

from jikim.domain.errors import Refused
from jikim.sealing.keyring import Keyring


class _Running:
    """The one keyring of this process, opened when first asked for."""

    def __init__(self) -> None:
        self.opening = Lock()
        self.keyring: Keyring | None = None
        self.opener: Callable[[], Keyring] | None = None
        self.closer: Callable[[Keyring], None] = lambda _keyring: None
        self.facts: tuple[tuple[str, ...], str] | None = None  # the classes of its media, its journal's key


_running = _Running()


def current() -> Keyring:
    """Return the running keyring; raises Refused before the composition root has named one."""
    with _running.opening:  # many threads may be the first to ask, and there is one socket
        if _running.keyring is None:
            if _running.opener is None:
                raise Refused("no keyring is running", hint="start through the `jikim` command")
            _running.keyring = _running.opener()
        return _running.keyring


def media() -> tuple[str, ...]:
    """Return the class letters of the media that the roots lie in, asked once; raises KeyringUnavailable until then."""
    return _facts()[0]


def log_key() -> str:
    """Return the key that certificates are verified with, asked once; raises KeyringUnavailable until then."""
    return _facts()[1]


def _facts() -> tuple[tuple[str, ...], str]:
    if _running.facts is None:
        hello = current().hello()
        _running.facts = hello.medium, hello.key
    return _running.facts


def close() -> None:
    """Let go of the keyring that is open, if any; the next `current()` opens one again."""
    keyring, _running.keyring, _running.facts = _running.keyring, None, None
    if keyring is not None:
        _running.closer(keyring)


def use(opener: Callable[[], Keyring], closer: Callable[[Keyring], None] = lambda _keyring: None) -> None:
    """Name how the keyring is opened, and how one is let go of; forgets the one that was open."""
    _running.keyring, _running.opener, _running.closer, _running.facts = None, opener, closer, None
