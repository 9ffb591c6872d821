"""What is left of letters that were sent, or never will be: the keys of their addresses go, then they are forgotten.

    l0  drop the letters of records that have ended
    l1  destroy the keys of addresses that no letter needs any more
    l2  empty the envelopes; forget what was sent, and after a while what failed

When an address itself is destroyed, the copies of it go in the same change of root (`procedures.destroy`, d1 and d3).

For the worker. Every step may be repeated. Source: Privacy Policy, "Retention and use period"; PIPA art. 21(1): the
copy of an address has achieved its purpose once its letter has left.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from jikim import sealing
from jikim.clock import policy_today
from jikim.domain.delivery import MailState
from jikim.domain.destruction import NotDestroyed
from jikim.domain.leaf import DestroyReason
from jikim.domain.terms import RecordState
from jikim.procedures import intents
from jikim.queries import versions
from jikim.sealing.errors import StillWaiting
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import Inquiry, Intent, OutgoingMail

log = logging.getLogger(__name__)

A_ROUND = 50  # letters
SHOWN_FOR = timedelta(days=30)  # a letter that failed, for the desk to see
ENDED = (RecordState.SET_ASIDE, RecordState.DESTROYED)
FORGOTTEN_AT_ONCE = (MailState.SENT, MailState.DROPPED)


def clear() -> int:
    """Destroy the keys of addresses that no letter needs any more, and return how many are gone.

    raises: what the keyring raises, but not StillWaiting: what waits for a copy is asked for again at the next call
    """
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING).values_list("record_id", flat=True)
    drop(Inquiry.objects.filter(id__in=waiting, state__in=ENDED).values_list("id", flat=True))
    over = OutgoingMail.objects.exclude(state=MailState.WAITING).exclude(kid=None)
    destroyed = _destroy(_known(list(over.order_by("-ended_on", "kid")[:A_ROUND])))
    _forget()
    return destroyed


def drop(record_ids: Iterable[UUID]) -> None:
    """l0: let no waiting letter of these records leave; one in the postman's hands may just have left."""
    OutgoingMail.objects.filter(state=MailState.WAITING, record_id__in=list(record_ids)).update(
        state=MailState.DROPPED, ended_on=policy_today()
    )


def copies(ends: Sequence[Intent]) -> list[Destruction]:
    """Let no letter to what is destroyed leave any more, and return what destroys the copies of its address."""
    rows = _to(ends)
    if waiting := [row.id for row in rows if row.state == MailState.WAITING]:
        still = OutgoingMail.objects.filter(id__in=waiting, state=MailState.WAITING)
        still.update(state=MailState.DROPPED, ended_on=policy_today())
    return _requests(_known(rows))


def empty(ends: Sequence[Intent]) -> None:
    """Empty the letters whose copies are destroyed; raises NotDestroyed while one lives, and then all stay."""
    rows = _known(_to(ends))
    if not rows:
        return
    states = sealing.current().states([row.kid for row in rows if row.kid is not None])
    alive = [row for row in rows if row.kid is not None and states[row.kid] is not KeyState.DESTROYED]
    if alive:
        raise NotDestroyed(
            f"record {alive[0].record_id} has a letter whose address lives", hint="the next run tries again"
        )
    OutgoingMail.objects.filter(id__in=[row.id for row in rows]).update(kid=None, envelope=b"")


def _to(ends: Sequence[Intent]) -> list[OutgoingMail]:
    """Return the letters that hold a copy of an address which these intents destroy."""
    items = {(intent.record_id, item) for intent in ends for item in intents.items_of(intent)}
    mine = OutgoingMail.objects.filter(record_id__in={record_id for record_id, _ in items}).exclude(kid=None)
    return [row for row in mine if (row.record_id, row.item) in items]


def _known(rows: list[OutgoingMail]) -> list[OutgoingMail]:
    """Leave out keys that this keyring never made: one of them would keep the others from being destroyed."""
    if not rows:
        return []
    states = sealing.current().states([row.kid for row in rows if row.kid is not None])
    for row in rows:
        if row.kid is not None and states[row.kid] is KeyState.UNKNOWN:
            log.error("the keyring does not know key %d of letter %s", row.kid, row.id)
    return [row for row in rows if row.kid is not None and states[row.kid] is not KeyState.UNKNOWN]


def _destroy(rows: list[OutgoingMail]) -> int:
    """l1 and l2. The row's own id is the request's, so that asking again asks for the same."""
    if not rows:
        return 0
    try:
        sealing.current().destroy(_requests(rows))
    except StillWaiting:
        return 0
    return OutgoingMail.objects.filter(id__in=[row.id for row in rows]).update(kid=None, envelope=b"")


def _requests(rows: Sequence[OutgoingMail]) -> list[Destruction]:
    if not rows:
        return []
    numbers = dict(Inquiry.objects.filter(id__in={row.record_id for row in rows}).values_list("id", "policy_number"))
    known = versions.now()
    return [_request(row, known.of(numbers[row.record_id]).sha256) for row in rows]


def _request(row: OutgoingMail, policy: str) -> Destruction:
    envelopes = {row.kid or 0: sha256(bytes(row.envelope)).digest()}
    return Destruction(row.id, DestroyReason.RETENTION_EXPIRED, policy, envelopes)


def _forget() -> None:
    over = OutgoingMail.objects.filter(kid=None)
    over.filter(state__in=FORGOTTEN_AT_ONCE).delete()
    over.filter(ended_on__lt=policy_today() - SHOWN_FOR).delete()
