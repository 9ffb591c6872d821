"""Who may do what at the desk, as a table; nobody may anything that it does not say."""

import pytest

from jikim.domain.errors import Misused
from jikim.domain.staff import EVERY_ROLE, MAY, RoleMissing, StaffRole, Task, may, must, read_roles

H, O, A = StaffRole.HANDLER, StaffRole.OFFICER, StaffRole.APPROVER  # noqa: E741 - one letter a column

TABLE = {  # task: who may do it
    Task.LOOK: {H, O, A},
    Task.HANDLE: {H, O},  # an approver opens nobody's words
    Task.PUBLISH: {O},
    Task.INVITE: {O},
    Task.HOLD: {O},
    Task.EVIDENCE: {O},
    Task.APPROVE: {A},  # the officer alone lets no large destruction go
}


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("role", StaffRole)
def test_each_role_may_what_the_table_says_and_nothing_else(role: StaffRole, task: Task) -> None:
    allowed = role in TABLE[task]
    assert may({role}, task) is allowed
    if allowed:
        must({role}, task)
    else:
        with pytest.raises(RoleMissing):
            must({role}, task)


def test_every_role_stands_in_the_table_and_one_person_may_hold_them_all() -> None:
    assert MAY.keys() == set(StaffRole)
    assert all(may(EVERY_ROLE, task) for task in Task)
    assert not any(may(set(), task) for task in Task)


@pytest.mark.parametrize("words", [[], ["boss"], ["handler", "boss"]])
def test_an_unknown_role_or_none_is_refused(words: list[str]) -> None:
    with pytest.raises(Misused):
        read_roles(words)
