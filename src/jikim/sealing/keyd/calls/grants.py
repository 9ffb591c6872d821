"""Proving to be the person: by a receipt code, or by a link that came by mail."""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from uuid import UUID

from jikim.domain.journal import Role
from jikim.sealing.errors import GrantRefused, UnknownFormat, WrongBinding
from jikim.sealing.keyd.grants import Grants, Kind
from jikim.sealing.keyd.values import gate_of
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyring import Sealed

Others = Callable[[UUID], Sequence[UUID]]


def no_others(_record_id: UUID) -> Sequence[UUID]:
    """Return no other record of the same person: where there is no index, nobody knows of any."""
    return ()


class GrantCalls:
    """The calls that give out tokens."""

    def __init__(self, vault: Vault, grants: Grants, others: Others = no_others) -> None:
        """Take what proves. others: names the other records of the person whose record this is, if known."""
        self._vault, self._grants, self._others = vault, grants, others

    def grant(self, _role: Role, asked: tuple[UUID, Sealed, str]) -> str:
        record_id, gate, digest = asked
        if not compare_digest(self._opened(record_id, gate), digest.encode()):
            raise _refused()
        return self._grants.make(Kind.GRANT, [record_id])

    def link(self, _role: Role, asked: tuple[UUID, Sealed]) -> str:
        record_id, gate = asked
        self._opened(record_id, gate)
        return self._grants.make(Kind.LINK, [record_id])

    def grant_by_link(self, _role: Role, token: str) -> str:
        proven = self._grants.read(Kind.LINK, token)
        return self._grants.make(Kind.GRANT, [*proven, *(other for one in proven for other in self._others(one))])

    def granted(self, _role: Role, token: str) -> tuple[UUID, ...]:
        return self._grants.read(Kind.GRANT, token)

    def _opened(self, record_id: UUID, gate: Sealed) -> bytes:
        try:
            return self._vault.open(gate_of(record_id), gate)
        except (WrongBinding, UnknownFormat):
            raise _refused() from None


def _refused() -> GrantRefused:
    return GrantRefused(
        "the receipt code is not this record's", hint="look at the code again, or ask for a link by mail"
    )
