"""Sealing and opening single values with the tree's keys: the one place where a value and its key meet."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date

from jikim import clock
from jikim.domain.errors import JikimError
from jikim.domain.period import legal_day
from jikim.sealing.errors import WrongBinding
from jikim.sealing.formats import Header, open_envelope, seal_envelope
from jikim.sealing.keyring import Binding, Sealed, SealRequest
from jikim.sealing.kids import cohort_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.tree import Tree

VERSION = 1
CLASSES: Mapping[str, CohortClass] = {
    "live": CohortClass.LIVE,
    "separate": CohortClass.SEPARATE,
    "mail": CohortClass.MAIL,
    "index": CohortClass.SYSTEM,
}


class Vault:
    """Values in, envelopes out, and back."""

    def __init__(self, tree: Tree, allocator: Allocator) -> None:
        self._tree, self._allocator = tree, allocator

    def seal(self, requests: Sequence[SealRequest], category: str = "", day: date | None = None) -> tuple[Sealed, ...]:
        """Seal values of one store under keys of their own. category, day: of their cohort; day: today if not given."""
        if not requests:
            return ()
        (store,) = {request.binding.store for request in requests}
        shelf = Shelf(CLASSES[store], category, day or legal_day(clock.wall_now()))
        kids = self._allocator.allocate(shelf, len(requests))
        keys = self._tree.keys(kids)
        return tuple(_sealed(kid, keys[kid], request) for kid, request in zip(kids, requests, strict=True))

    def open(self, binding: Binding, sealed: Sealed) -> bytes:
        """Return a value; raises WrongBinding, UnknownFormat, and as `Tree.key` does."""
        (value,) = self.open_together([(binding, sealed)])
        return value

    def open_together(self, places: Sequence[tuple[Binding, Sealed]]) -> list[bytes]:
        """Return values, all of them or none; raises as `open`. What their keys hang from is looked at once."""
        with ExitStack() as held:
            keys = self._tree.keys(sealed.kid for _binding, sealed in places)
            for key in keys.values():
                held.enter_context(key)
            self._refuse_other_stores(places)
            return [_opened(keys[sealed.kid], binding, sealed) for binding, sealed in places]

    def _refuse_other_stores(self, places: Sequence[tuple[Binding, Sealed]]) -> None:
        """Refuse a key that hangs where those of another store do."""
        found: dict[int, tuple[str] | None] = {}
        for binding, sealed in places:
            cohort = cohort_of(sealed.kid)
            if cohort not in found:
                found[cohort] = self._tree.store.row("SELECT class FROM cohort WHERE no = ?", cohort)
            if found[cohort] != (CLASSES.get(binding.store),):
                raise WrongBinding(
                    f"key {sealed.kid} is none of the store {binding.store}",
                    hint="nothing was opened; find out how a row came to stand in another store",
                )


def _opened(key: Key, binding: Binding, sealed: Sealed) -> bytes:
    try:
        return open_envelope(key, sealed.kid, binding, sealed.envelope)
    except JikimError as error:
        error.__context__ = None  # the frames of a failure would keep the key lent, and so from being wiped
        raise error.with_traceback(None)  # noqa: B904  # the same error, without those frames


def _sealed(kid: int, key: Key, request: SealRequest) -> Sealed:
    with key:
        return Sealed(kid, seal_envelope(key, Header(kid, VERSION), request.binding, request.plaintext))
