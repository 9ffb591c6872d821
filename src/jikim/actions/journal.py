"""Telling the journal: a pending entry in the caller's transaction, so that fact and entry stand or fall together.

The entry carries the proof of the role that told it, made here with the key that the keyring gave to that role alone.
What is only counted carries none: the worker tells the count of a day, once the day is over (`procedures.journal`).
"""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from jikim import sealing
from jikim.clock import policy_now
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, check_leaf, to_the_hour
from jikim.domain.leaf import COUNTED_EVENTS
from jikim.sealing.keyd.values import leaf_mac
from jikim.store.direct import insert


def record(alias: str, kind: str, body: Mapping[str, object]) -> None:
    """Write one journal entry beside the fact it tells, on the same database.

    alias:  live | separate | visits
    raises: Misused outside a transaction, or for a kind or field the journal does not know; NotYourLeaf for a kind that
            this process may not tell, KeyringUnavailable; nothing was written
    """
    record_all(alias, kind, [body])


def record_all(alias: str, kind: str, bodies: Iterable[Mapping[str, object]]) -> None:
    """Write an entry for each of several facts of one kind; raises as `record`, and none was written."""
    if not transaction.get_connection(alias).in_atomic_block:
        raise Misused(f"a {kind} entry outside a transaction", hint=f"wrap the fact in transaction.atomic({alias!r})")
    insert([_pending(alias, kind, body) for body in bodies])


def _pending(alias: str, kind: str, body: Mapping[str, object]) -> Model:
    check_leaf(kind, body)
    leaf = Leaf(kind, to_the_hour(policy_now()), dict(body))
    nonce = uuid4()
    role, mac = ("", b"") if kind in COUNTED_EVENTS else _proved(alias, nonce, leaf)
    pending: type[Model] = apps.get_model(alias, "PendingLeaf")
    return pending(kind=kind, body=leaf.body, at=leaf.at, role=role, nonce=nonce, mac=mac)


def _proved(alias: str, nonce: UUID, leaf: Leaf) -> tuple[str, bytes]:
    role, key = sealing.current().teller(leaf.kind)
    return role.value, leaf_mac(key, alias, role, nonce, leaf)
