"""Approving a plan, and asking who did."""

from datetime import datetime
from uuid import UUID

from jikim.domain.journal import Role
from jikim.sealing.keyd.approvals import Approvals


class ApprovalCalls:
    """The desk's call and the worker's."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    def approve(self, _role: Role, asked: tuple[str, UUID]) -> int:
        return self._approvals.approve(*asked)

    def approvals(self, _role: Role, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        return self._approvals.of(plan)
