"""Asking, before anything is done with what a record holds, whether it is set aside: the one place all verbs pass.

A verb is done with a whole record, with values of some items, or with one value; what of it lies apart has a stub in
`live`. There is no other way to a value: `unseal` and the postman ask here.

Source: Privacy Policy, "Destruction procedure" (no other purpose than keeping it); PIPA art. 21(3).
"""

from collections.abc import Collection
from uuid import UUID

from jikim.domain import storage_only
from jikim.domain.destruction import SEPARATE
from jikim.domain.storage_only import Occasion, StorageOnly, Verb
from jikim.queries.policies import governing
from jikim.store.live.models import Inquiry, Stub


def permit(
    verb: Verb,
    record_id: UUID,
    *,
    items: Collection[str] | None = None,
    value_id: UUID | None = None,
    occasion: Occasion | None = None,
) -> None:
    """Let a verb pass for a record, or for these of its items or values; raises StorageOnly, and nothing was done."""
    apart = Stub.objects.filter(record_id=record_id)
    if items is not None:
        apart = apart.filter(item__in=items)
    if value_id is not None:
        apart = apart.filter(value_id=value_id)
    if apart.exists():
        allowed = governing(_number(record_id)).policy.retention.allowed
        storage_only.permit(verb, SEPARATE, occasion=occasion, allowed=allowed)


def refused(verb: Verb, record_id: UUID, *, occasion: Occasion | None = None) -> set[UUID]:
    """Return the values of a record that a verb may not touch, so that it is done with the others."""
    try:
        permit(verb, record_id, occasion=occasion)
    except StorageOnly:
        return set(Stub.objects.filter(record_id=record_id).values_list("value_id", flat=True))
    return set()


def _number(record_id: UUID) -> int:
    return Inquiry.objects.values_list("policy_number", flat=True).get(id=record_id)
