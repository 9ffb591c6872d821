"""The key daemon in this very process: for fast tests, and for one-shot commands where no daemon runs.

The frames, the role table and the service are the daemon's own; only sockets and threads are missing.
"""

from contextlib import suppress

from jikim.domain.errors import JikimError
from jikim.domain.journal import Role
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.later import Deferred
from jikim.sealing.keyd.together import Together


class LocalChannel:
    """One role's way to a house: what the daemon would do meanwhile is done at once."""

    def __init__(self, house: House, role: Role) -> None:
        self._house, self._role = house, role

    def exchange(self, _call_id: str, frame: bytes) -> bytes:
        """Return the reply."""
        found = self._house.service.handle(self._role, frame)
        reply = found.run() if isinstance(found, Deferred) else found
        if self._house.schedule.is_asked:
            with suppress(JikimError):  # the asker was told "accepted"; what went wrong is met at the next run
                self._house.service.flush()
        return reply

    def close(self) -> None:
        """Do nothing: the house is closed by whoever opened it."""


def local(house: House) -> Together:
    """Return everybody's keyring on a house."""
    callers = (Role.PUBLIC, Role.DESK, Role.WORKER, Role.POSTMAN, Role.CUSTODIAN)
    return Together({role: Client(LocalChannel(house, role), role) for role in callers})
