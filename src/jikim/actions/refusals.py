"""What a gate of our own stopped, told to the journal as a count. Source: Privacy Policy, "Cookies"."""

from django.db import transaction

from jikim.actions import journal
from jikim.clock import policy_today

LEAF = "gate-refusal"


def note(gate: str, count: int) -> None:
    """Write down that a gate refused so many times; raises what the database and the keyring raise."""
    with transaction.atomic("live"):
        journal.record("live", LEAF, {"on": policy_today().isoformat(), "gate": gate, "count": count})
