"""Writing down attempts to come in without a right: as little as the policy in force names, else a count alone.

Source: Privacy Policy, "Retention and use period", records of unauthorized use. Where a rule keeps access logs for
them, the address and the time are sealed under a key of their own; their clock runs from that day and ends by itself.
"""

from uuid import UUID, uuid4

from jikim import sealing
from jikim.clock import policy_now, policy_today
from jikim.domain.destruction import LIVE
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.queries import policies
from jikim.sealing.keyring import Binding, SealRequest
from jikim.store.live.models import UnauthorizedUse

CLASS, VALUE = "unauthorized-use", "value"


def note(event: str, source: str) -> None:
    """Note one attempt; raises what the keyring raises, and then nothing was noted.

    event:  desk-source-shut | desk-account-shut
    source: the address it came from; "" when it cannot be told, and then it is only counted
    """
    published, use_id = policies.in_force(), uuid4()
    item = kept_item(published.policy) if published else ""
    row = UnauthorizedUse(id=use_id, on=policy_today(), event=event)
    if published and item and source:
        words = f"{source} · {policy_now().isoformat(timespec='seconds')}"
        (sealed,) = sealing.current().seal([SealRequest(place(use_id, item), words.encode())])
        row.policy_number, row.item, row.kid, row.envelope = published.number, item, sealed.kid, sealed.envelope
    row.save(force_insert=True)


def kept_item(policy: Policy) -> str:
    """Return the item under which a policy keeps who used its pages without a right; "" when it keeps none."""
    named = [name for rule in policy.retention.rules_for(CLASS) for name in rule.items]
    return next((name for name in named if policy.item(name).kind == ItemKind.ACCESS_LOG), "")


def place(use_id: UUID, item: str) -> Binding:
    return Binding(LIVE, use_id, use_id, item, VALUE)
