"""Letting proven mailboxes lead to their records: after the commit, from what waits; each night, held against all rows.

An address goes to the key daemon sealed and never comes back. A subject is one inquiry until its mailbox is proven.
"""

import logging
from collections.abc import Iterator, Sequence
from uuid import UUID

from jikim import sealing
from jikim.actions.values import VALUE, binding_of
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyring import Sealed
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.store.live.models import ItemValue, WaitingMailbox

log = logging.getLogger(__name__)

A_ROUND = 500
TOGETHER = 64  # by one call of the key daemon, which takes no more at once


def enroll() -> int:
    """Enrol the addresses that wait, and return how many are done; those that a destruction keeps wait on.

    raises: KeyringUnavailable; what was not enrolled waits
    """
    waiting = list(WaitingMailbox.objects.order_by("kid").values_list("kid", flat=True)[:A_ROUND])
    done = 0
    for start in range(0, len(waiting), TOGETHER):
        kids = waiting[start : start + TOGETHER]
        try:
            _enroll(kids)
        except BatchUnderWay:
            break
        WaitingMailbox.objects.filter(kid__in=kids).delete()
        done += len(kids)
    return done


def reconcile() -> None:
    """Hold the index against every live address: what it lacks waits to be enrolled, what it has too much of leaves."""
    while enroll() == A_ROUND:
        pass
    found = sealing.current().reconcile(_rows())
    WaitingMailbox.objects.bulk_create((WaitingMailbox(kid=kid) for kid in found.missing), ignore_conflicts=True)
    if found.missing or found.stray:
        log.info("the index lacked %d addresses and had %d too many", len(found.missing), len(found.stray))


def _enroll(kids: Sequence[int]) -> None:
    """Enrol values; one without a row is none any more, and one that cannot be enrolled now never will be."""
    rows = list(ItemValue.objects.filter(kid__in=kids))
    found = sealing.current().enroll([(binding_of(row), Sealed(row.kid, bytes(row.envelope))) for row in rows])
    for row, why in zip(rows, found, strict=True):
        if why:
            log.info("key %d is not enrolled: %s", row.kid, why)


def _rows() -> Iterator[tuple[int, UUID]]:
    rows = ItemValue.objects.filter(item=MAILBOX, facet=VALUE).order_by("kid")
    return rows.values_list("kid", "record_id").iterator()
