"""Who works at the desk and who may do what: three roles, one table, people by number alone.

Source: Safety Measures Standard art. 5(1) (no more rights than a task needs), art. 5(4) (one account, one person).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from jikim.domain.errors import Misused, Refused

NAME_CHARS = 40  # of a person's name as colleagues read it: the built-in policy for staff promises no more
PASSWORD_CHARS = 12, 200  # at least, at most


class StaffRole(StrEnum):
    """What an account may decide. One person may have several roles."""

    HANDLER = "handler"  # answers inquiries
    OFFICER = "officer"  # the privacy officer, or who stands in: holds, classes, evidence
    APPROVER = "approver"  # lets a large destruction go


class Task(StrEnum):
    """What is done at the desk, as far as a right to it is given or withheld."""

    LOOK = "look"  # numbers, states and plans; nobody's words
    HANDLE = "handle"  # open an inquiry, answer, resolve, take it back
    PUBLISH = "publish"  # a version of the policy
    INVITE = "invite"  # let somebody in, change what they may, end their account
    HOLD = "hold"  # decide that something is not destroyed yet
    EVIDENCE = "evidence"  # who looked at what; certificates
    APPROVE = "approve"  # let a large destruction go


MAY: Mapping[StaffRole, frozenset[Task]] = {
    StaffRole.HANDLER: frozenset({Task.LOOK, Task.HANDLE}),
    StaffRole.OFFICER: frozenset({Task.LOOK, Task.HANDLE, Task.PUBLISH, Task.INVITE, Task.HOLD, Task.EVIDENCE}),
    StaffRole.APPROVER: frozenset({Task.LOOK, Task.APPROVE}),
}
EVERY_ROLE = frozenset(StaffRole)  # a company of one person


class RoleMissing(Refused):
    """The account has no role for this; nothing was shown and nothing changed."""


def may(roles: Collection[StaffRole], task: Task) -> bool:
    return any(task in MAY[role] for role in roles)


def must(roles: Collection[StaffRole], task: Task) -> None:
    """Refuse a task that none of the roles allows; raises RoleMissing."""
    if not may(roles, task):
        raise RoleMissing(f"no role of this account may {task}", hint="ask the privacy officer for the role")


def read_roles(words: Collection[str]) -> frozenset[StaffRole]:
    """Return the roles that were written; raises Misused for none at all or an unknown one."""
    try:
        roles = frozenset(StaffRole(word) for word in words)
    except ValueError:
        roles = frozenset()
    if not roles:
        raise Misused("an account without a role", hint=f"choose from {', '.join(StaffRole)}")
    return roles
