"""How many values each role has opened this hour. A hijacked process is slowed down before it has read everything."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from jikim import clock
from jikim.domain.journal import Role, to_the_hour
from jikim.sealing.errors import TooManyOpens

AN_HOUR: Mapping[Role, int] = {Role.PUBLIC: 20_000, Role.DESK: 20_000, Role.POSTMAN: 10_000, Role.CUSTODIAN: 10_000}


class Opens:
    """Counts by role, forgotten with the hour."""

    def __init__(self, an_hour: Mapping[Role, int] = AN_HOUR) -> None:
        self._an_hour = an_hour
        self._lock = Lock()
        self._hour: datetime | None = None
        self._counted: Counter[Role] = Counter()

    def count(self, role: Role, values: int) -> None:
        """Count values that are about to be opened; raises TooManyOpens, and then none may be."""
        with self._lock:
            hour = to_the_hour(clock.wall_now())
            if hour != self._hour:
                self._hour, self._counted = hour, Counter()
            if self._counted[role] + values > self._an_hour.get(role, 0):
                raise TooManyOpens(
                    f"the role {role} has opened {self._counted[role]} values this hour",
                    hint="find out what opens so much; the count begins anew with the next hour",
                )
            self._counted[role] += values

    def counted(self) -> Mapping[Role, int]:
        """Return this hour's counts."""
        return dict(self._counted)
