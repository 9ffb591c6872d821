"""Whose yes to a destruction counts: the passkeys that the key daemon keeps, and how many people stand behind them."""

from uuid import UUID

from jikim import sealing
from jikim.clock import wall_now
from jikim.domain.passkey import Passkey, people
from jikim.queries import staff


def passkeys() -> tuple[Passkey, ...]:
    """Return the passkeys that approve, or will; raises what the keyring raises."""
    return tuple(one for one in sealing.current().passkeys() if one.retired_at is None)


def counting(account_id: UUID) -> tuple[Passkey, ...]:
    """Return an account's passkeys that count now."""
    now = wall_now()
    return tuple(one for one in passkeys() if one.account_id == account_id and one.counts(now))


def waiting() -> tuple[Passkey, ...]:
    """Return the passkeys that do not count yet: everybody is told of them, so that a stranger's is noticed."""
    now = wall_now()
    return tuple(one for one in passkeys() if one.waits(now))


def works_alone() -> bool:
    """Say whether one yes and a day to think are enough: neither accounts nor passkeys are those of two people.

    Both are asked, because others write to the table of accounts, and nobody but the key daemon to its passkeys.
    """
    return len(staff.who_approves()) < 2 and people(sealing.current().passkeys(), wall_now()) < 2


def lacking() -> frozenset[UUID]:
    """Return the accounts that may approve and have no passkey that counts."""
    now = wall_now()
    return staff.who_approves() - {one.account_id for one in passkeys() if one.counts(now)}
