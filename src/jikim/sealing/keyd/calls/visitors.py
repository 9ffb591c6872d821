"""What the public side asks in order to tell sources of requests apart for a day, and no longer."""

from collections.abc import Callable
from datetime import date

from jikim.domain.journal import Role
from jikim.sealing.keyd.later import Later, later_if
from jikim.sealing.keyd.visitors import DailyKeys
from jikim.sealing.primitives import MacKey


class VisitorCalls:
    """The one call about visitors."""

    def __init__(self, keys: DailyKeys, is_busy: Callable[[], bool] = lambda: False) -> None:
        """Take what keeps the keys. is_busy: whether making one may have to wait for a destruction."""
        self._keys, self._is_busy = keys, is_busy

    def daily_key(self, _role: Role, day: date) -> MacKey | Later[MacKey]:
        return later_if(self._is_busy(), lambda: self._keys.key(day))
