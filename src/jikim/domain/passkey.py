"""The passkeys that may approve a destruction: from when each counts, and how many people stand behind them.

A new one waits two days, in which everybody at the desk is told of it, unless somebody whose passkey counts already
vouches for it. So who takes the desk over has no passkey of their own at once.

Source: Standard Guideline art. 10(3), (4); Safety Measures Standard arts. 5(1), 6(1), annex (a second person).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from jikim.domain.errors import Refused

WAIT = timedelta(hours=48)  # less than the three working days that a list is shown before its last day


class AssertionRefused(Refused):
    """No passkey that counts said yes to this; nothing was approved and nobody vouched for."""


class Purpose(StrEnum):
    """What a passkey is asked to say yes to."""

    APPROVE = "approve"  # a plan, by its digest
    VOUCH = "vouch"  # another passkey, by its id


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an approver. All instants are aware."""

    id: UUID
    account_id: UUID
    enrolled_at: datetime
    counts_from: datetime
    retired_at: datetime | None = None  # it approves nothing any more

    def counts(self, at: datetime) -> bool:
        return self.retired_at is None and self.counts_from <= at

    def waits(self, at: datetime) -> bool:
        return self.retired_at is None and at < self.counts_from


def people(passkeys: Iterable[Passkey], at: datetime) -> int:
    """Return how many may approve. Who was retired is counted for as long as a new one waits.

    Else whoever took the desk over could make a company of two one of one, whose single yes is enough after a day.
    """
    kept = (one for one in passkeys if one.retired_at is None or at < one.retired_at + WAIT)
    return len({one.account_id for one in kept if one.counts_from <= at})
