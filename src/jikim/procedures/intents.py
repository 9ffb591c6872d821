"""Step 0 of every procedure: hold the records still, ask again what is due, write down what is about to happen.

An intent is durable before the first irreversible step and is deleted with the last one; whoever finds one finishes it.
Many records are begun in one commit; each intent tells of one record alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from jikim import sealing
from jikim.clock import policy_now, policy_today
from jikim.domain.destruction import LIVE, SEPARATE, Action, NotDestroyed
from jikim.domain.errors import Misused
from jikim.domain.leaf import TOLD_AS
from jikim.domain.separation import Fate, achieved_on
from jikim.domain.terms import Reason
from jikim.queries import due, versions
from jikim.queries.facts import InquiryDays, days_of, facts_of, leaving
from jikim.queries.versions import Versions
from jikim.sealing.errors import StillWaiting
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyState
from jikim.store.direct import among, insert, update
from jikim.store.live.models import Inquiry, Intent, ItemValue, Quarantine
from jikim.store.separate.models import SeparateItem

MOST_VALUES = 100  # of one intent, as one certificate tells no more


def begin(wanted: Iterable[Action], *, on: date) -> list[Intent]:
    """Write down what will be done to some records, as far as it is still due exactly so.

    An intent tells of one record, one verb, store and reason, one record class, and of no more values than one
    certificate tells; what differs in any of these begins in another.

    raises: Misused when there is no such record; nothing was written
    """
    actions = tuple(wanted)
    with transaction.atomic("live"):
        record_ids = {action.record_id for action in actions}
        hold(record_ids)
        rows = days_of(record_ids)
        still_due = {action.value_id: action for action in due.plan_from(rows, on).actions}
        begun = leaving(*rows)
        agreed = [one for one in actions if still_due.get(one.value_id) == one and one.value_id not in begun]
        return _written(agreed, rows, on)


def held(record_ids: Collection[UUID]) -> dict[UUID, Inquiry]:
    """Return the rows of records, locked until the transaction ends, in one order for everybody: no two wait in a ring.

    raises: Misused when there is no such record
    """
    found = Inquiry.objects.select_for_update().filter(id__in=record_ids).order_by("id")
    rows = {row.id: row for row in found}
    _refuse_missing(set(record_ids).difference(rows))
    return rows


def hold(record_ids: Collection[UUID]) -> None:
    """Lock the rows of records as `held` does, without reading them."""
    locked = Inquiry.objects.select_for_update().filter(id__in=record_ids).order_by("id").values_list("id", flat=True)
    _refuse_missing(set(record_ids).difference(locked))


def standing(some: Sequence[Intent]) -> list[Intent]:
    """Return the intents that nobody has ended yet; ask while their records are held."""
    left = set(among(Intent, "id", [intent.id for intent in some], ["id"]))
    return [intent for intent in some if (intent.id,) in left]


def end(some: Sequence[Intent]) -> None:
    """Forget intents that are carried out; a record of which none is left is no longer in quarantine."""
    Intent.objects.filter(id__in=[intent.id for intent in some]).delete()
    records = {intent.record_id for intent in some}
    left = {record_id for (record_id,) in among(Intent, "record_id", records, ["record_id"])}
    Quarantine.objects.filter(record_id__in=records - left).delete()


def note(some: Iterable[Intent], **facts: object) -> None:
    """Add what a step found out, for the step that keeps it; the first finding stands when a step is repeated."""
    for intent in some:
        intent.body = {**facts, **intent.body}


def keep(some: Sequence[Intent]) -> None:
    """Make durable what was noted, in one order for everybody; of an intent that another run has ended nothing."""
    ordered = sorted(some, key=lambda intent: intent.id)
    update(ordered, ["body"])


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
def noting_the_wait(some: Sequence[Intent]) -> Iterator[None]:
    """Write down since when destructions wait for a copy that is away; raises StillWaiting as it came."""
    try:
        yield
    except StillWaiting:
        new = [intent for intent in some if "waiting_since" not in intent.body]
        note(new, waiting_since=policy_now().isoformat())
        keep(new)
        raise


def refuse_living_keys(some: Sequence[Intent]) -> None:
    """Ask the keyring about every key of some intents, and note how many of each are destroyed.

    raises: NotDestroyed when one is not; the intents stay, and nothing was certified
    """
    states = sealing.current().states([kid for intent in some for kid in kids_of(intent)])
    for intent in some:
        left = sorted(kid for kid in kids_of(intent) if states[kid] is not KeyState.DESTROYED)
        if left:
            raise NotDestroyed(
                f"{len(left)} keys of record {intent.record_id} are not destroyed, the first is {left[0]}",
                hint="the next run tries again; if it stays, look at the keyring's file and disk",
            )
        note([intent], keys_checked=len(kids_of(intent)), keys_checked_at=policy_now().isoformat())


def mark_achieved(row: Inquiry, known: Versions) -> None:
    """Keep the day the purpose ended, once something was done because of it; from then on nothing reopens it."""
    if row.achieved_on is None:
        number = row.policy_number
        achieved = achieved_on(facts_of(row), known.policy(number), known.later[number])
        row.achieved_on = achieved if achieved is not None and achieved < policy_today() else None


def _refuse_missing(record_ids: set[UUID]) -> None:
    if record_ids:
        raise Misused(f"there is no record {min(record_ids)}", hint="restore the live database whole")


def _written(agreed: list[Action], rows: Mapping[UUID, InquiryDays], on: date) -> list[Intent]:
    """Write the intents of what was agreed upon."""
    classes, sealed, known = _classes(agreed, rows), _sealed(agreed), versions.now()

    def alike(action: Action) -> tuple[UUID, str, str, str, str]:
        return action.record_id, action.verb, action.store, action.reason, classes[action.value_id]

    made = []
    for (record_id, _, _, reason, record_class), group in groupby(sorted(agreed, key=alike), key=alike):
        same = list(group)
        for start in range(0, len(same), MOST_VALUES):
            part = same[start : start + MOST_VALUES]
            body = _body(record_class, part, rows[record_id].policy_number, known, on)
            body["values"] = [{**action.facts(), **sealed[action.value_id]} for action in part]
            made.append(Intent(record_id=record_id, reason=reason, begun_at=policy_now(), body=body))
    insert(made)
    return made


def _classes(actions: list[Action], rows: Mapping[UUID, InquiryDays]) -> dict[UUID, str]:
    """Return the class of each value: its record's, or the one it was set aside under."""
    apart = [action.value_id for action in actions if action.store == SEPARATE]
    found = dict(among(SeparateItem, "value_id", apart, ("value_id", "record_class")))
    return {action.value_id: found.get(action.value_id, rows[action.record_id].record_class) for action in actions}


def _body(record_class: str, actions: list[Action], number: int, known: Versions, on: date) -> dict[str, object]:
    published = known.of(number)
    return {
        "verb": actions[0].verb,
        "store": actions[0].store,
        "on": on.isoformat(),
        "policy": {"id": published.policy.id, "version": published.number, "sha256": published.sha256},
        "record_class": record_class,
    }


def _sealed(actions: list[Action]) -> dict[UUID, dict[str, object]]:
    """Name each value's key and envelope now: the envelope is gone long before the certificate tells of it."""
    live = [action.value_id for action in actions if action.store == LIVE]
    apart = [action.value_id for action in actions if action.store == SEPARATE]
    rows = [
        *among(ItemValue, "id", live, ("id", "kid", "envelope")),
        *among(SeparateItem, "value_id", apart, ("value_id", "kid", "envelope")),
    ]
    return {value_id: {"kid": kid, "envelope_sha256": sha256(envelope).hexdigest()} for value_id, kid, envelope in rows}
