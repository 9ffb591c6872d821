"""How a frame gets to the key daemon and its reply back. A channel belongs to one role."""

from typing import Protocol

PATIENCE = 2.0  # seconds: a restart of the daemon takes a tenth of that
LONG_PATIENCE = 600.0  # once the daemon has said that it works on it


class Channel(Protocol):
    """The way to the key daemon."""

    def exchange(self, call_id: str, frame: bytes) -> bytes:
        """Return the reply to a frame; raises KeyringUnavailable when patience ends."""
