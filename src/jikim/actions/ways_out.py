"""Asking the gate on behalf of what leaves the house for a place of the company's own. Source: "Consignment"."""

from jikim import environment
from jikim.actions import refusals
from jikim.clock import policy_today
from jikim.domain.processor import scope_of
from jikim.domain.vocabulary import SystemWork
from jikim.outbox import gate
from jikim.outbox.gate import NotRegistered
from jikim.queries import policies


def let_file_out(item: str) -> None:
    """Ask whether a sealed file may go where attachments lie; within the home nothing leaves the house.

    raises: NotRegistered, and the journal is told; nothing may be written there
    """
    receiver = environment.files_receiver()
    if receiver is None:
        return
    published = policies.in_force()
    scope = scope_of(published.policy) if published else None
    try:
        gate.let_out(scope, receiver, SystemWork.STORAGE, [item], on=policy_today())
    except NotRegistered:
        refusals.note(SystemWork.STORAGE, 1)
        raise
