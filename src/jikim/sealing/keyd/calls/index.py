"""The index by which a proven mailbox leads to a person's records. A mailbox goes in sealed and never comes out."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from jikim.domain.errors import Misused, Refused
from jikim.domain.journal import Role
from jikim.sealing.index.index import Index
from jikim.sealing.index.slices import Reconciled, Row
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.later import Lane, Later, later_if
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyring import Binding, Sealed


class IndexCalls:
    """The worker's calls about the index, and what grants ask of it."""

    def __init__(self, index: Index, vault: Vault, is_busy: Callable[[], bool] = lambda: False) -> None:
        """Take the index and what opens. is_busy: whether pages may have to wait for a destruction."""
        self._index, self._vault, self._is_busy = index, vault, is_busy

    def enroll(self, _role: Role, place: tuple[Binding, Sealed]) -> Later[None]:
        binding, sealed = place
        if (binding.store, binding.item, binding.facet) != (roles.LIVE, MAILBOX, "value"):
            raise Misused("this is no mailbox in the live store", hint=f"enroll values of the item {MAILBOX} only")
        return Later(lambda: self._enroll(binding, sealed), Lane.WAITER)

    def reconcile(self, _role: Role, asked: tuple[Sequence[Row], int, bool]) -> Reconciled | Later[Reconciled]:
        rows, first, last = asked
        return later_if(self._is_busy(), lambda: self._index.compare(rows, after=first - 1, last=last))

    def others(self, record_id: UUID) -> Sequence[UUID]:
        """Return the records that share a record's mailbox; none where the index cannot be read."""
        with suppress(Refused):
            return self._index.same_mailbox(record_id)
        return ()

    def _enroll(self, binding: Binding, sealed: Sealed) -> None:
        words = self._vault.open(binding, sealed).decode("utf-8", "replace")
        self._index.enroll(sealed.kid, binding.record_id, words)
