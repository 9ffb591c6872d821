"""The index by which a proven mailbox leads to a person's records. A mailbox goes in sealed and never comes out."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from jikim.domain.errors import Misused, Refused
from jikim.domain.journal import Role
from jikim.sealing.errors import KeyDestroyed, KeyUnknown, UnknownFormat, WrongBinding
from jikim.sealing.index.index import Index
from jikim.sealing.index.slices import Reconciled, Row
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.later import Lane, Later, later_if
from jikim.sealing.keyd.table import Asked
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyring import Binding, Sealed
from jikim.sealing.tree.errors import KeyRetired

# The value is on its way out, or somebody else's: it will not open another time either.
UNOPENED = (KeyDestroyed, KeyRetired, KeyUnknown, WrongBinding, UnknownFormat)


class IndexCalls:
    """The worker's calls about the index, and what grants ask of it."""

    def __init__(self, index: Index, vault: Vault, is_busy: Callable[[], bool] = lambda: False) -> None:
        """Take the index and what opens. is_busy: whether pages may have to wait for a destruction."""
        self._index, self._vault, self._is_busy = index, vault, is_busy

    def enroll(self, _role: Role, places: Asked) -> Later[tuple[str, ...]]:
        if any((one.store, one.item, one.facet) != (roles.LIVE, MAILBOX, "value") for one, _sealed in places):
            raise Misused("this is no mailbox in the live store", hint=f"enroll values of the item {MAILBOX} only")
        return Later(lambda: self._enroll(places), Lane.WAITER)

    def reconcile(self, _role: Role, asked: tuple[Sequence[Row], int, bool]) -> Reconciled | Later[Reconciled]:
        rows, first, last = asked
        return later_if(self._is_busy(), lambda: self._index.compare(rows, after=first - 1, last=last))

    def others(self, record_id: UUID) -> Sequence[UUID]:
        """Return the records that share a record's mailbox; none where the index cannot be read."""
        with suppress(Refused):
            return self._index.same_mailbox(record_id)
        return ()

    def _enroll(self, places: Asked) -> tuple[str, ...]:
        why: dict[int, str] = {}
        opened = zip(places, self._opened(places, why), strict=True)
        refused = self._index.enroll(
            [
                (sealed.kid, binding.record_id, words.decode("utf-8", "replace"))
                for (binding, sealed), words in opened
                if words is not None
            ]
        )
        why |= {kid: type(error).__name__ for kid, error in refused.items()}
        return tuple(why.get(sealed.kid, "") for _binding, sealed in places)

    def _opened(self, places: Asked, why: dict[int, str]) -> Sequence[bytes | None]:
        """Open values together; where one of them does not open, each alone."""
        try:
            return self._vault.open_together(places)
        except UNOPENED:
            return [self._opened_or_not(binding, sealed, why) for binding, sealed in places]

    def _opened_or_not(self, binding: Binding, sealed: Sealed, why: dict[int, str]) -> bytes | None:
        try:
            return self._vault.open(binding, sealed)
        except UNOPENED as error:
            why[sealed.kid] = type(error).__name__
            return None
