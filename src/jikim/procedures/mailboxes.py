"""Letting proven mailboxes lead to their records: after the commit, from what waits; each night, held against all rows.

An address goes to the key daemon sealed and never comes back. A subject is one inquiry until its mailbox is proven.
"""

import logging
from collections.abc import Iterator
from uuid import UUID

from jikim import sealing
from jikim.actions.values import VALUE, binding_of
from jikim.domain.mailbox import NoMailbox
from jikim.sealing.errors import UnknownFormat
from jikim.sealing.index.errors import NotEnrolled
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyring import KeyDestroyed, KeyUnknown, Sealed, WrongBinding
from jikim.sealing.tree.errors import BatchUnderWay, KeyRetired
from jikim.store.live.models import ItemValue, WaitingMailbox

log = logging.getLogger(__name__)

A_ROUND = 500
# None of these is any other the next time: the words are no address, or the value is on its way out or somebody else's.
FINAL = (NoMailbox, NotEnrolled, KeyDestroyed, KeyRetired, KeyUnknown, WrongBinding, UnknownFormat)


def enroll() -> int:
    """Enrol the addresses that wait, and return how many are done; those that a destruction keeps wait on.

    raises: KeyringUnavailable; what was not enrolled waits
    """
    done: list[int] = []
    for row in WaitingMailbox.objects.order_by("kid")[:A_ROUND]:
        try:
            _enroll(row.kid)
        except BatchUnderWay:
            break
        done.append(row.kid)
    WaitingMailbox.objects.filter(kid__in=done).delete()
    return len(done)


def reconcile() -> None:
    """Hold the index against every live address: what it lacks waits to be enrolled, what it has too much of leaves."""
    while enroll() == A_ROUND:
        pass
    found = sealing.current().reconcile(_rows())
    WaitingMailbox.objects.bulk_create((WaitingMailbox(kid=kid) for kid in found.missing), ignore_conflicts=True)
    if found.missing or found.stray:
        log.info("the index lacked %d addresses and had %d too many", len(found.missing), len(found.stray))


def _enroll(kid: int) -> None:
    row = ItemValue.objects.filter(kid=kid).first()
    if row is None:
        return
    try:
        sealing.current().enroll(binding_of(row), Sealed(row.kid, bytes(row.envelope)))
    except FINAL as error:
        log.info("key %d is not enrolled: %s", kid, type(error).__name__)


def _rows() -> Iterator[tuple[int, UUID]]:
    rows = ItemValue.objects.filter(item=MAILBOX, facet=VALUE).order_by("kid")
    return rows.values_list("kid", "record_id").iterator()
