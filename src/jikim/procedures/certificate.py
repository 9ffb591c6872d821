"""What is kept of a destruction: what was checked, under which policy, and the certificate the key daemon signed.

The signed certificate is proof by itself, for anybody; what stands around it is this program's account for the reader.
Nothing of it is about a person.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from jikim import environment
from jikim.clock import policy_now, policy_today
from jikim.domain.policy import Policy
from jikim.procedures import intents
from jikim.sealing.keyd.values import Hello
from jikim.store.live.models import Intent

FORMAT = "jikim-destruction-account/1"
LINE = ("item", "rule", "last_day", "keep_until", "destroy_by")


def write(intent: Intent, signed: Mapping[str, Any], hello: Hello, policy: Policy) -> dict[str, Any]:
    """Return what is kept of an intent whose steps d1 to d3 are done.

    signed: the certificate that the key daemon made of it
    hello:  who made it
    policy: the version that the intent names
    """
    body, today, values = intent.body, policy_today(), intents.values_of(intent)
    return {
        "format": FORMAT,
        "demo": environment.is_demo(),
        "medium": list(hello.medium),
        "log_key": hello.key,
        "signed": dict(signed),
        "certificate": str(intent.id),
        "record": str(intent.record_id),
        "reason": intent.reason,
        "record_class": body["record_class"],
        "store": body["store"],
        "policy": body["policy"],
        "method": {"electronic": policy.destruction.electronic, "then": list(policy.destruction.electronic_then)},
        "laws": _laws(policy, values),
        "destroyed_on": today.isoformat(),
        "in_time": all(today.isoformat() <= value["due_by"] for value in values),
        "times": _times(intent),
        "items": _lines(values),
        "values": len(values),
        "checks": {
            "values_before": len(values),
            "keys_destroyed": len(intents.kids_of(intent)),
            "keys_checked_destroyed": body["keys_checked"],
            "rows_left": body["rows_left"],
        },
        "limits": list(signed["limits"]),
    }


def _times(intent: Intent) -> dict[str, str]:
    """Instants of the policy clock; in a demo the keyring's own word is of another day, because it never travels."""
    told = ("keys_destroyed_at", "keys_checked_at", "rows_deleted_at", "keyring_said_at")
    return {
        "begun_at": intent.begun_at.isoformat(),
        **{name: intent.body[name] for name in told},
        "issued_at": policy_now().isoformat(),
    }


def _lines(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count the values of each item under each rule and window."""
    counts = Counter(tuple(value[part] for part in LINE) for value in values)
    lines = [{**dict(zip(LINE, line, strict=True)), "values": count} for line, count in counts.items()]
    return sorted(lines, key=lambda line: (line["item"], line["last_day"], line["rule"]))


def _laws(policy: Policy, values: list[dict[str, Any]]) -> dict[str, str]:
    """Return the law each rule rests on, by the pack's reference; rules of the company's own have none."""
    named = {value["rule"] for value in values}
    return {rule.name: rule.law for rule in policy.retention.rules if rule.name in named and rule.law}
