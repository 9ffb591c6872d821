"""Approving a plan by a passkey, asking who did, and the passkeys that may."""

from datetime import datetime
from uuid import UUID

from jikim.domain.journal import Role
from jikim.domain.passkey import Passkey, Purpose
from jikim.sealing.keyd.approvals import Approvals
from jikim.sealing.keyd.passkeys import Passkeys
from jikim.sealing.webauthn import Assertion


class ApprovalCalls:
    """The desk's calls and the worker's."""

    def __init__(self, approvals: Approvals, passkeys: Passkeys) -> None:
        self._approvals, self._passkeys = approvals, passkeys

    def ask_passkey(self, _role: Role, asked: tuple[Purpose, str]) -> bytes:
        return self._passkeys.question(*asked)

    def approve(self, _role: Role, asked: tuple[str, Assertion]) -> int:
        return self._approvals.approve(*asked)

    def approvals(self, _role: Role, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        return self._approvals.of(plan)

    def passkeys(self, _role: Role, _asked: None) -> tuple[Passkey, ...]:
        return self._passkeys.every()

    def enroll_passkey(self, _role: Role, asked: tuple[UUID, bytes]) -> Passkey:
        return self._passkeys.enroll(*asked)

    def vouch(self, _role: Role, asked: tuple[UUID, Assertion]) -> Passkey:
        return self._passkeys.vouch(*asked)

    def retire_passkeys(self, _role: Role, asked: tuple[UUID, UUID | None]) -> int:
        return self._passkeys.retire(*asked)
