"""Sealing values anew for another place, and comparing two copies; the values stay inside.

An attachment goes along with its card, under a new name and a new key. That takes as long as the file is large, so it
is done beside the serving.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hmac import compare_digest
from itertools import groupby

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.sealing.errors import WrongBinding
from jikim.sealing.file_store import FileStore
from jikim.sealing.files import FileCard, move_file, open_file
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.grants import Grants
from jikim.sealing.keyd.later import Later, later_if
from jikim.sealing.keyd.values import GATE, Move, Pair
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyring import Binding, Sealed, SealRequest

BYTES = "bytes"  # the facet of a file's card


class MoveCalls:
    """The calls that look at values and tell nobody what they are."""

    def __init__(
        self, vault: Vault, grants: Grants, files: Mapping[str, FileStore], is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        """Take the vault, and the stores of attachments by the store of values they belong to. is_busy: as there."""
        self._is_busy = is_busy
        self._vault, self._grants, self._files = vault, grants, files

    def reseal(self, role: Role, asked: tuple[Sequence[Move], str]) -> tuple[Sealed, ...] | Later[tuple[Sealed, ...]]:
        moves, grant = asked
        roles.refuse_moves(role, ((move.old.store, move.new.store) for move in moves))
        if role is not Role.WORKER and len(moves) > 1:
            raise Misused(f"{len(moves)} addresses for one message", hint="reseal one address for one message")
        for move in moves:
            _refuse_other_value(move)
        if role in roles.WITH_GRANT:
            self._grants.refuse_without(grant, (move.old.record_id for move in moves))
        if any(move.old.facet == BYTES for move in moves):
            return Later(lambda: self._reseal(moves))
        shelves = {(move.category, move.day) for move in moves}  # each may have to be opened, with commits of its own
        return later_if(self._is_busy() or len(shelves) > 1, lambda: self._reseal(moves))

    def agree(self, role: Role, pairs: Sequence[Pair]) -> tuple[bool, ...] | Later[tuple[bool, ...]]:
        for pair in pairs:
            roles.refuse_stores(role, (pair.here.store, pair.there.store), roles.OWN)
        if any(pair.here.facet == BYTES for pair in pairs):
            return Later(lambda: self._agree(pairs))
        return self._agree(pairs)

    def _reseal(self, moves: Sequence[Move]) -> tuple[Sealed, ...]:
        """Seal neighbours of one shelf together; what fails leaves the old values and files as they were."""
        made: list[Sealed] = []
        for (category, day), group in groupby(moves, key=lambda move: (move.category, move.day)):
            made += self._reseal_shelf(list(group), category, day)
        return tuple(made)

    def _reseal_shelf(self, moves: Sequence[Move], category: str, day: date) -> list[Sealed]:
        requests, files = [], []
        values = self._vault.open_together([(move.old, move.sealed) for move in moves])
        for move, value in zip(moves, values, strict=True):
            card = self._moved(move, value) if move.old.facet == BYTES else None
            requests.append(SealRequest(move.new, card.to_bytes() if card else value))
            files.append(card.name if card else None)
        sealed = self._vault.seal(requests, category, day)
        return [Sealed(one.kid, one.envelope, file) for one, file in zip(sealed, files, strict=True)]

    def _moved(self, move: Move, card: bytes) -> FileCard:
        return move_file(self._store(move.old), FileCard.from_bytes(card), self._store(move.new))

    def _agree(self, pairs: Sequence[Pair]) -> tuple[bool, ...]:
        here = self._vault.open_together([(pair.here, pair.one) for pair in pairs])
        there = self._vault.open_together([(pair.there, pair.other) for pair in pairs])
        return tuple(self._same(*three) for three in zip(pairs, here, there, strict=True))

    def _same(self, pair: Pair, one: bytes, other: bytes) -> bool:
        if pair.here.facet != BYTES:
            return compare_digest(one, other)
        here = open_file(self._store(pair.here), FileCard.from_bytes(one))
        there = open_file(self._store(pair.there), FileCard.from_bytes(other))
        return _digest(here) == _digest(there)

    def _store(self, place: Binding) -> FileStore:
        if place.store not in self._files:
            raise Misused(f"no attachments belong to {place.store}", hint="name their folders when the daemon starts")
        return self._files[place.store]


def _digest(chunks: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def _refuse_other_value(move: Move) -> None:
    """Let a value stay what it is and whose it is: what is moved under another name could be opened by another."""
    same = (move.old.record_id, move.old.item, move.old.facet) == (move.new.record_id, move.new.item, move.new.facet)
    if not same or move.old.facet == GATE:
        raise WrongBinding(
            f"key {move.sealed.kid} would be sealed anew as another value",
            hint="a value is moved to another store, never to another record, item or facet",
        )
