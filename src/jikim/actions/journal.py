"""Telling the journal: a pending entry in the caller's transaction, so that fact and entry stand or fall together."""

from collections.abc import Mapping

from django.apps import apps
from django.db import transaction

from jikim.clock import policy_now
from jikim.domain.errors import Misused
from jikim.domain.journal import check_leaf, to_the_hour


def record(alias: str, kind: str, body: Mapping[str, object]) -> None:
    """Write one journal entry beside the fact it tells, on the same database.

    alias:  live | separate | visits
    raises: Misused outside a transaction, or for a kind or field the journal does not know; nothing was written
    """
    if not transaction.get_connection(alias).in_atomic_block:
        raise Misused(f"a {kind} entry outside a transaction", hint=f"wrap the fact in transaction.atomic({alias!r})")
    check_leaf(kind, body)
    apps.get_model(alias, "PendingLeaf").objects.create(kind=kind, body=dict(body), at=to_the_hour(policy_now()))
