"""Having somebody written to: the address is sealed anew for the postman, in the transaction of what the letter tells.

Source: Privacy Policy, "Purpose": an address is asked for to answer, and goes only where the policy in force lets it.
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db import transaction

from jikim import sealing
from jikim.actions import handling, stored
from jikim.actions.values import VALUE, Addressed, PlainValue
from jikim.clock import policy_today, wall_now
from jikim.domain.delivery import Letter, MailState
from jikim.domain.destruction import LIVE
from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.domain.processor import scope_of
from jikim.domain.storage_only import Verb
from jikim.domain.terms import ItemKind
from jikim.domain.vocabulary import SystemWork
from jikim.queries import policies
from jikim.queries.facts import leaving
from jikim.sealing.keyd.values import Move
from jikim.sealing.keyring import Binding, Sealed
from jikim.store.live.models import Inquiry, ItemValue, OutgoingMail

MAIL = "mail"


def queue(record: Inquiry, letter: Letter, *, grant: str = "") -> bool:
    """Have one letter written to the person of a record, beside the fact that it tells.

    grant:   of the person, where it is they who act
    returns: False when nobody is written to: the record holds no address, the policy in force lets none leave by mail,
             or the same letter waits already
    raises:  Misused outside a transaction on `live`, StorageOnly, and what the keyring raises; nothing was queued
    """
    if not transaction.get_connection(LIVE).in_atomic_block:
        raise Misused("a letter outside a transaction", hint="queue it in the transaction of what it tells")
    stored.permit(Verb.SHARE, record.id, items=_addresses(handling.policy_of(record), record.collection))
    address = _address(record)
    if address is None or not _may_leave(address.item) or _waits(record, letter):
        return False
    _written(record, letter, address, grant).save(force_insert=True)
    return True


def take_back(record: Inquiry, letter: Letter) -> bool:
    """Have a letter that waits not be sent, because it is true no more; returns whether one did wait."""
    waiting = OutgoingMail.objects.filter(record_id=record.id, letter=letter, state=MailState.WAITING)
    return waiting.update(state=MailState.DROPPED, ended_on=policy_today()) > 0


def first_address(policy: Policy, collection: str, values: Iterable[PlainValue]) -> Addressed | None:
    """Draw the receipt of a record that is about to be founded, with the value that it is sent to.

    policy:  the one in force
    returns: None when nobody is written to: no address, or the policy lets none leave by mail
    """
    items = _addresses(policy, collection)
    address = next((value for value in values if value.item in items and value.facet == VALUE), None)
    if address is None or not scope_of(policy).reaches(SystemWork.MAIL, address.item):
        return None
    return Addressed(uuid4(), address)


def first_letter(record: Inquiry, addressed: Addressed | None, sealed: Sealed | None) -> OutgoingMail | None:
    """Return the row of that receipt, to be saved with the record's own. sealed: its address, for the postman."""
    if addressed is None or sealed is None:
        return None
    return _row(addressed.letter_id, record, Letter.RECEIPT, addressed.value.item, sealed)


def _written(record: Inquiry, letter: Letter, address: ItemValue, grant: str) -> OutgoingMail:
    """Seal the address anew, for this letter alone, and return its row."""
    letter_id = uuid4()
    here = Binding(LIVE, record.id, address.id, address.item, VALUE)
    there = Binding(MAIL, record.id, letter_id, address.item, VALUE)
    move = Move(Sealed(address.kid, bytes(address.envelope)), here, there, "", policy_today())
    (sealed,) = sealing.current().reseal([move], grant=grant)
    return _row(letter_id, record, letter, address.item, sealed)


def _row(letter_id: UUID, record: Inquiry, letter: Letter, item: str, sealed: Sealed) -> OutgoingMail:
    return OutgoingMail(
        id=letter_id, record_id=record.id, letter=letter, language=record.language, item=item, due_at=wall_now(),
        kid=sealed.kid, envelope=sealed.envelope,
    )  # fmt: skip


def _address(record: Inquiry) -> ItemValue | None:
    """Return the newest address of the record that is not about to be destroyed; None when it holds none."""
    policy = handling.policy_of(record)
    items = _addresses(policy, record.collection)
    held = ItemValue.objects.filter(record_id=record.id, item__in=items, facet=VALUE).exclude(id__in=leaving(record.id))
    return held.order_by("-kid").first()  # kids only grow


def _addresses(policy: Policy, collection: str) -> list[str]:
    """Return the items of a collection that are addresses for mail."""
    asked = (policy.item(name) for name in policy.collection(collection).asked)
    return [item.name for item in asked if item.kind == ItemKind.EMAIL]


def _may_leave(item: str) -> bool:
    published = policies.in_force()
    return published is not None and scope_of(published.policy).reaches(SystemWork.MAIL, item)


def _waits(record: Inquiry, letter: Letter) -> bool:
    return OutgoingMail.objects.filter(record_id=record.id, letter=letter, state=MailState.WAITING).exists()
