"""Having somebody written to: the address is sealed anew for the postman, in the transaction of what the letter tells.

Source: Privacy Policy, "Purpose": an address is asked for to answer, and goes only where the policy in force lets it.
"""

from uuid import uuid4

from django.db import transaction

from jikim import sealing
from jikim.actions import handling
from jikim.clock import policy_today, wall_now
from jikim.domain.delivery import Letter, MailState
from jikim.domain.destruction import LIVE
from jikim.domain.errors import Misused
from jikim.domain.processor import scope_of
from jikim.domain.terms import ItemKind
from jikim.domain.vocabulary import SystemWork
from jikim.queries import policies
from jikim.queries.facts import leaving
from jikim.sealing.keyd.values import Move
from jikim.sealing.keyring import Binding, Sealed
from jikim.store.live.models import Inquiry, ItemValue, OutgoingMail

MAIL, VALUE = "mail", "value"


def queue(record: Inquiry, letter: Letter) -> bool:
    """Have one letter written to the person of a record, beside the fact that it tells.

    returns: False when nobody is written to: the record holds no address, the policy in force lets none leave by mail,
             or the same letter waits already
    raises:  Misused outside a transaction on `live`, and what the keyring raises; nothing was queued
    """
    if not transaction.get_connection(LIVE).in_atomic_block:
        raise Misused("a letter outside a transaction", hint="queue it in the transaction of what it tells")
    address = _address(record)
    if address is None or not _may_leave(address.item) or _waits(record, letter):
        return False
    mail_id = uuid4()
    here = Binding(LIVE, record.id, address.id, address.item, VALUE)
    there = Binding(MAIL, record.id, mail_id, address.item, VALUE)
    move = Move(Sealed(address.kid, bytes(address.envelope)), here, there, "", policy_today())
    (sealed,) = sealing.current().reseal([move])
    OutgoingMail.objects.create(
        id=mail_id, record_id=record.id, letter=letter, language=record.language, item=address.item, due_at=wall_now(),
        kid=sealed.kid, envelope=sealed.envelope,
    )  # fmt: skip
    return True


def _address(record: Inquiry) -> ItemValue | None:
    """Return the newest address of the record that is not about to be destroyed; None when it holds none."""
    policy = handling.policy_of(record)
    asked = (policy.item(name) for name in policy.collection(record.collection).asked)
    items = [item.name for item in asked if item.kind == ItemKind.EMAIL]
    held = ItemValue.objects.filter(record_id=record.id, item__in=items, facet=VALUE).exclude(id__in=leaving(record.id))
    return held.order_by("-kid").first()  # kids only grow


def _may_leave(item: str) -> bool:
    published = policies.in_force()
    return published is not None and scope_of(published.policy).reaches(SystemWork.MAIL, item)


def _waits(record: Inquiry, letter: Letter) -> bool:
    return OutgoingMail.objects.filter(record_id=record.id, letter=letter, state=MailState.WAITING).exists()
