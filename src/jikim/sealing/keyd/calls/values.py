"""Founding records, sealing, opening. What a role may touch is checked before any key is looked for."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.sealing.errors import KeyDestroyed, KeyUnknown, UnknownFormat, WrongBinding
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.grants import Grants, Kind
from jikim.sealing.keyd.later import Later, later_if
from jikim.sealing.keyd.opens import Opens
from jikim.sealing.keyd.table import Asked
from jikim.sealing.keyd.values import GATE, Founded, NewValue, gate_of
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyring import Binding, KeyState, Sealed, SealRequest
from jikim.sealing.tree.errors import KeyRetired
from jikim.sealing.tree.tree import Tree

FACETS = frozenset({"value", "name", "bytes"})
GONE = {
    KeyDestroyed: KeyState.DESTROYED,
    KeyRetired: KeyState.RETIRED,
    KeyUnknown: KeyState.UNKNOWN,
}

Sealing = tuple[Sealed, ...] | Later[tuple[Sealed, ...]]


class ValueCalls:
    """The calls by which values come in and are read."""

    def __init__(
        self,
        tree: Tree,
        vault: Vault,
        grants: Grants,
        opens: Opens,
        checkpoint: Callable[[], str],
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what seals, what limits, and what tells how the journal stands.

        is_busy: whether sealing may have to wait for a destruction
        """
        self._is_busy, self._checkpoint = is_busy, checkpoint
        self._tree, self._vault, self._grants, self._opens = tree, vault, grants, opens

    def found(self, role: Role, asked: tuple[str, Sequence[NewValue]]) -> Founded | Later[Founded]:
        return later_if(self._is_busy(), lambda: self._found(role, *asked))

    def _found(self, role: Role, digest: str, values: Sequence[NewValue]) -> Founded:
        record_id = uuid4()
        places = [Binding(roles.LIVE, record_id, value.value_id, value.item, value.facet) for value in values]
        _refuse_facets(places)
        requests = [SealRequest(place, value.plaintext) for place, value in zip(places, values, strict=True)]
        addresses = [_address(record_id, value) for value in values if value.letter is not None]
        if len(addresses) > 1:
            raise Misused(f"{len(addresses)} letters for a new record", hint="mark one value as the address of one")
        gate, *sealed = self._vault.seal([SealRequest(gate_of(record_id), digest.encode()), *requests])
        grant = self._grants.make(Kind.GRANT, [record_id]) if role in roles.WITH_GRANT else ""
        checkpoint = self._checkpoint()
        return Founded(record_id, gate, tuple(sealed), grant, checkpoint, *self._vault.seal(addresses))

    def seal(self, role: Role, asked: tuple[Sequence[SealRequest], str]) -> Sealing:
        requests, grant = asked
        places = [request.binding for request in requests]
        roles.refuse_stores(role, (place.store for place in places), roles.SEALS)
        _refuse_facets(places)
        self._refuse_strangers(role, places, grant)
        return later_if(self._is_busy(), lambda: self._vault.seal(requests))

    def open_sealed(self, role: Role, asked: tuple[tuple[Binding, Sealed], str]) -> bytes:
        place, grant = asked
        self._refuse_opening(role, [place[0]], grant)
        return self._vault.open(*place)

    def open_all(self, role: Role, asked: tuple[Asked, str]) -> tuple[bytes | KeyState, ...]:
        places, grant = asked
        self._refuse_opening(role, [binding for binding, _sealed in places], grant)
        try:
            return tuple(self._vault.open_together(places))
        except tuple(GONE):
            return tuple(self._opened_or_why(binding, sealed) for binding, sealed in places)

    def fits(self, role: Role, place: tuple[Binding, Sealed]) -> bool:
        roles.refuse_stores(role, [place[0].store], roles.OWN)
        try:
            self._vault.open(*place)
        except (WrongBinding, UnknownFormat):
            return False
        return True

    def states(self, _role: Role, kids: Sequence[int]) -> tuple[KeyState, ...]:
        found = self._tree.standings(kids)
        return tuple(KeyState(found[kid]) for kid in kids)

    def _opened_or_why(self, binding: Binding, sealed: Sealed) -> bytes | KeyState:
        try:
            return self._vault.open(binding, sealed)
        except tuple(GONE) as gone:
            return GONE[type(gone)]

    def _refuse_opening(self, role: Role, places: Sequence[Binding], grant: str) -> None:
        roles.refuse_stores(role, (place.store for place in places), roles.OPENS)
        if any(place.facet == GATE for place in places):
            raise Misused("a gate is never opened for anyone", hint="ask for a grant with the receipt code")
        self._refuse_strangers(role, places, grant)
        self._opens.count(role, len(places))

    def _refuse_strangers(self, role: Role, places: Sequence[Binding], grant: str) -> None:
        if role in roles.WITH_GRANT and places:
            self._grants.refuse_without(grant, (place.record_id for place in places))


def _address(record_id: UUID, value: NewValue) -> SealRequest:
    """Return what seals a value as the address of one letter: under its own item, so that it stays what it is."""
    return SealRequest(
        Binding(roles.MAILBOX, record_id, value.letter or value.value_id, value.item, value.facet), value.plaintext
    )


def _refuse_facets(places: Sequence[Binding]) -> None:
    """A gate is sealed where a record is founded and nowhere else: whoever could seal one could let anybody in."""
    if not {place.facet for place in places} <= FACETS:
        raise Misused("a facet is value, name or bytes", hint="a gate is made by founding a record, nowhere else")
