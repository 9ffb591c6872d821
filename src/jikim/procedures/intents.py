"""Step 0 of every procedure: hold the record still, ask again whether it is due, write down what is about to happen.

An intent is durable before the first irreversible step and is deleted with the last one; whoever finds one finishes it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.clock import policy_now, policy_today
from jikim.domain.destruction import LIVE, Action, NotDestroyed
from jikim.domain.errors import Misused
from jikim.domain.leaf import TOLD_AS
from jikim.domain.separation import Fate, achieved_on
from jikim.domain.terms import Reason
from jikim.queries import due
from jikim.queries.facts import facts_of, leaving
from jikim.queries.policies import governing, later_than
from jikim.sealing.errors import StillWaiting
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import Inquiry, Intent, ItemValue
from jikim.store.separate.models import SeparateItem

MOST_VALUES = 100  # of one intent, as one certificate tells no more


def begin(record_id: UUID, wanted: Iterable[Action], *, on: date) -> Intent | None:
    """Write down what will be done to one record, as far as it is still due exactly so; None when nothing of it is.

    Values that were set aside under different classes are told by different journal entries, and each certificate rests
    on one: of several classes the first is begun, and of many values no more than one certificate tells. Calling again
    begins the rest.

    wanted: actions of one verb, one store and one reason
    raises: Misused when there is no such record, or actions are mixed; nothing was written
    """
    actions = tuple(wanted)
    if len({(action.verb, action.store, action.reason) for action in actions}) > 1:
        raise Misused(f"mixed actions for record {record_id}", hint="one verb, one store and one reason at a time")
    with transaction.atomic("live"):
        row = held(record_id)
        still_due, begun = set(due.plan_of(record_id, on).actions), leaving(record_id)
        agreed = [action for action in actions if action in still_due and action.value_id not in begun]
        if not agreed:
            return None
        record_class, alike = _of_one_class(row, agreed)
        body = _body(row, record_class, alike[:MOST_VALUES], on)
        return Intent.objects.create(record_id=record_id, reason=alike[0].reason, begun_at=policy_now(), body=body)


def held(record_id: UUID) -> Inquiry:
    """Return a record's row, locked until the transaction ends."""
    row = Inquiry.objects.select_for_update().filter(id=record_id).first()
    if row is None:
        raise Misused(f"there is no record {record_id}", hint="restore the live database whole")
    return row


def note(intent: Intent, **facts: object) -> None:
    """Add what a step found out; the first finding stands when a step is repeated."""
    intent.body = {**facts, **intent.body}
    Intent.objects.filter(id=intent.id).update(body=intent.body)  # no row: another run was faster, and has finished


def refuse_illegible(intent: Intent) -> None:
    """Refuse an intent that this program did not write; raises Misused, and it stays as it is."""
    try:
        legible = intent.body["verb"] in set(Fate) and bool(destruction(intent).kids and ids_of(intent))
    except (LookupError, TypeError, ValueError):
        legible = False
    if not legible:
        raise Misused(f"intent {intent.id} cannot be read", hint="look at who wrote it, and restore the database whole")


def values_of(intent: Intent) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = intent.body["values"]
    return listed


def ids_of(intent: Intent) -> list[UUID]:
    return [UUID(value["value"]) for value in values_of(intent)]


def items_of(intent: Intent) -> set[str]:
    return {str(value["item"]) for value in values_of(intent)}


def kids_of(intent: Intent) -> list[int]:
    return [int(value["kid"]) for value in values_of(intent)]


def destruction(intent: Intent) -> Destruction:
    """Return what the keyring is asked to destroy. It is named after the intent, so that asking twice asks once."""
    reason = TOLD_AS[Reason(intent.reason)]
    kids = {int(value["kid"]): bytes.fromhex(value["envelope_sha256"]) for value in values_of(intent)}
    return Destruction(intent.id, reason, intent.body["policy"]["sha256"], kids)


@contextmanager
def noting_the_wait(intent: Intent) -> Iterator[None]:
    """Write down since when a destruction waits for a copy that is away; raises StillWaiting as it came."""
    try:
        yield
    except StillWaiting:
        note(intent, waiting_since=policy_now().isoformat())
        raise


def refuse_living_keys(intent: Intent) -> int:
    """Ask the keyring about every key of an intent and return how many are destroyed.

    raises: NotDestroyed when one is not; the intent stays, and nothing was certified
    """
    states = sealing.current().states(kids_of(intent))
    left = sorted(kid for kid, state in states.items() if state is not KeyState.DESTROYED)
    if left:
        raise NotDestroyed(
            f"{len(left)} keys of record {intent.record_id} are not destroyed, the first is {left[0]}",
            hint="the next run tries again; if it stays, look at the keyring's file and disk",
        )
    return len(states)


def mark_achieved(row: Inquiry) -> None:
    """Keep the day the purpose ended, once something was done because of it; from then on nothing reopens it."""
    achieved = achieved_on(facts_of(row), governing(row.policy_number).policy, later_than(row.policy_number))
    if row.achieved_on is None and achieved is not None and achieved < policy_today():
        row.achieved_on = achieved


def _of_one_class(row: Inquiry, actions: list[Action]) -> tuple[str, list[Action]]:
    """Return the class of the first value, and all actions on values of that class."""
    if actions[0].store == LIVE:
        return row.record_class, actions
    rows = SeparateItem.objects.filter(value_id__in=[action.value_id for action in actions])
    classes = dict(rows.values_list("value_id", "record_class"))
    first = classes[actions[0].value_id]
    return first, [action for action in actions if classes[action.value_id] == first]


def _body(row: Inquiry, record_class: str, actions: list[Action], on: date) -> dict[str, object]:
    sealed = _sealed(actions)
    published = governing(row.policy_number)
    return {
        "verb": actions[0].verb,
        "store": actions[0].store,
        "on": on.isoformat(),
        "policy": {"id": published.policy.id, "version": published.number, "sha256": published.sha256},
        "record_class": record_class,
        "values": [{**action.facts(), **sealed[action.value_id]} for action in actions],
    }


def _sealed(actions: list[Action]) -> dict[UUID, dict[str, object]]:
    """Name each value's key and envelope now: the envelope is gone long before the certificate tells of it."""
    ids = [action.value_id for action in actions]
    rows: Iterable[tuple[UUID, int, bytes | memoryview]]
    if actions[0].store == LIVE:
        rows = ItemValue.objects.filter(id__in=ids).values_list("id", "kid", "envelope")
    else:
        rows = SeparateItem.objects.filter(value_id__in=ids).values_list("value_id", "kid", "envelope")
    return {
        value_id: {"kid": kid, "envelope_sha256": sha256(bytes(envelope)).hexdigest()}
        for value_id, kid, envelope in rows
    }
