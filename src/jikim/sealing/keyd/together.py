"""Everybody at once: one keyring for whoever acts as all processes, as the builder of a demo and tests do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jikim.domain.journal import KINDS_OF, Leaf, Role
from jikim.domain.passkey import Passkey, Purpose
from jikim.sealing.index.slices import Reconciled
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.values import Destruction, Founded, Hello, Move, NewValue, Pair, SignedLeaf
from jikim.sealing.keyring import Binding, Destroyed, KeyState, Sealed, SealRequest
from jikim.sealing.keys import MacKey
from jikim.sealing.webauthn import Assertion


class Together:
    """Gives each call to the role whose call it is. Each client stays as limited as it was."""

    def __init__(self, clients: Mapping[Role, Client]) -> None:
        """Take at least public, desk and worker; mail and custodian where their calls are made."""
        self._clients = clients

    @property
    def name(self) -> str:
        return self._worker.name

    @property
    def role(self) -> Role:
        return Role.WORKER

    def as_role(self, role: Role) -> Client:
        """Return the client of one role."""
        return self._clients[role]

    def found(self, receipt_digest: str, values: Sequence[NewValue]) -> Founded:
        return self._public.found(receipt_digest, values)

    def seal(self, requests: Sequence[SealRequest], *, grant: str = "") -> tuple[Sealed, ...]:
        return (self._public if grant else self._desk).seal(requests, grant=grant)

    def open_sealed(self, binding: Binding, sealed: Sealed, *, grant: str = "") -> bytes:
        return self._reader(binding.store, grant).open_sealed(binding, sealed, grant=grant)

    def open_all(self, places: Sequence[tuple[Binding, Sealed]], *, grant: str = "") -> tuple[bytes | KeyState, ...]:
        """Open values, all of one store."""
        if not places:
            return ()
        return self._reader(places[0][0].store, grant).open_all(places, grant=grant)

    def reseal(self, moves: Sequence[Move], *, grant: str = "") -> tuple[Sealed, ...]:
        if grant:
            return self._public.reseal(moves, grant=grant)
        to_mail = any(move.new.store == "mail" for move in moves)
        return (self._desk if to_mail else self._worker).reseal(moves)

    def agree(self, pairs: Sequence[Pair]) -> tuple[bool, ...]:
        return self._worker.agree(pairs)

    def fits(self, binding: Binding, sealed: Sealed) -> bool:
        return (self._clients[Role.POSTMAN] if binding.store == "mail" else self._worker).fits(binding, sealed)

    def states(self, kids: Sequence[int]) -> dict[int, KeyState]:
        return self._worker.states(kids)

    def grant(self, record_id: UUID, gate: Sealed, receipt_digest: str) -> str:
        return self._public.grant(record_id, gate, receipt_digest)

    def link(self, record_id: UUID, gate: Sealed) -> str:
        return self._clients[Role.POSTMAN].link(record_id, gate)

    def grant_by_link(self, token: str) -> str:
        return self._public.grant_by_link(token)

    def granted(self, grant: str) -> tuple[UUID, ...]:
        return self._public.granted(grant)

    def daily_key(self, day: date) -> MacKey:
        return self._public.daily_key(day)

    def destroy(self, requests: Sequence[Destruction]) -> Destroyed:
        return self._worker.destroy(requests)

    def ask(self, requests: Sequence[Destruction], *, urgent: bool = False) -> None:
        self._worker.ask(requests, urgent=urgent)

    def handed_out(self, store: str, before: date) -> Iterator[int]:
        return self._worker.handed_out(store, before)

    def ask_passkey(self, purpose: Purpose, about: str) -> bytes:
        return self._desk.ask_passkey(purpose, about)

    def approve(self, plan: str, answer: Assertion) -> int:
        return self._desk.approve(plan, answer)

    def approvals(self, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        return self._worker.approvals(plan)

    def passkeys(self) -> tuple[Passkey, ...]:
        return self._worker.passkeys()

    def enroll_passkey(self, account: UUID, attested: bytes) -> Passkey:
        return self._desk.enroll_passkey(account, attested)

    def vouch(self, passkey_id: UUID, answer: Assertion) -> Passkey:
        return self._desk.vouch(passkey_id, answer)

    def retire_passkeys(self, account: UUID, passkey_id: UUID | None = None) -> int:
        return self._desk.retire_passkeys(account, passkey_id)

    def certificates(self, asked: Sequence[tuple[UUID, Sequence[int]]]) -> tuple[Mapping[str, Any], ...]:
        return self._worker.certificates(asked)

    def hello(self) -> Hello:
        return self._worker.hello()

    def teller(self, kind: str) -> tuple[Role, MacKey]:
        """Return the first role that tells this kind, and its key; raises NotYourLeaf when none does."""
        first = next((role for role in self._clients if kind in KINDS_OF[role]), self.role)
        return self._clients[first].teller(kind)

    def submit(self, database: str, rows: Sequence[SignedLeaf]) -> tuple[int, ...]:
        return self._worker.submit(database, rows)

    def newest_told(self, database: str) -> UUID | None:
        return self._worker.newest_told(database)

    def restored(self, restore_id: UUID, *, backup_on: date, purged: int) -> int:
        return self._worker.restored(restore_id, backup_on=backup_on, purged=purged)

    def checkpoint(self) -> str:
        return self._worker.checkpoint()

    def leaf(self, index: int) -> Leaf:
        return self._worker.leaf(index)

    def proof(self, index: int) -> str:
        return self._worker.proof(index)

    def verify_journal(self) -> None:
        self._worker.verify_journal()

    def check_older(self, note: str) -> None:
        self._worker.check_older(note)

    def enroll(self, places: Sequence[tuple[Binding, Sealed]]) -> tuple[str, ...]:
        return self._worker.enroll(places)

    def reconcile(self, rows: Iterable[tuple[int, UUID]]) -> Reconciled:
        return self._worker.reconcile(rows)

    def _reader(self, store: str, grant: str) -> Client:
        """Return who opens values of a store: with a grant the public pages, otherwise whoever it belongs to."""
        if grant:
            return self._public
        readers = {"live": Role.DESK, "separate": Role.CUSTODIAN, "mail": Role.POSTMAN}
        return self._clients[readers.get(store, Role.DESK)]

    @property
    def _public(self) -> Client:
        return self._clients[Role.PUBLIC]

    @property
    def _desk(self) -> Client:
        return self._clients[Role.DESK]

    @property
    def _worker(self) -> Client:
        return self._clients[Role.WORKER]
