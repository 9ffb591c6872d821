"""Who may let a large destruction go, and what they sign."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jikim.domain.approval import Approval, NotApproved, read_action, sign
from jikim.domain.errors import Misused
from jikim.domain.staff import StaffRole
from tests.support.plans import action, many

AT = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
APPROVER = frozenset({StaffRole.APPROVER})
ONE, OTHER = UUID(int=1), UUID(int=2)
LIST = Approval(tuple(many(60)))


def test_two_people_sign_and_the_second_signature_counts() -> None:
    first = sign(LIST, LIST.digest, by=ONE, roles=APPROVER, at=AT)
    assert first.takes_effect_at(alone=False) is None
    second = sign(first, LIST.digest, by=OTHER, roles=APPROVER, at=AT + timedelta(hours=5))
    assert second.takes_effect_at(alone=False) == AT + timedelta(hours=5)


def test_a_company_of_one_thinks_it_over_for_a_day() -> None:
    signed = sign(LIST, LIST.digest, by=ONE, roles=APPROVER, at=AT)
    assert signed.takes_effect_at(alone=True) == AT + timedelta(hours=24)
    assert LIST.takes_effect_at(alone=True) is None


def test_nobody_signs_twice() -> None:
    signed = sign(LIST, LIST.digest, by=ONE, roles=APPROVER, at=AT)
    with pytest.raises(NotApproved, match="signed by this person already"):
        sign(signed, LIST.digest, by=ONE, roles=APPROVER, at=AT)


def test_another_list_than_the_one_shown_is_not_signed() -> None:
    with pytest.raises(NotApproved, match="open the list again"):
        sign(LIST, Approval(LIST.listed[1:]).digest, by=ONE, roles=APPROVER, at=AT)


@pytest.mark.parametrize("roles", [frozenset[StaffRole](), {StaffRole.HANDLER}, {StaffRole.OFFICER}])
def test_only_approvers_sign(roles: frozenset[StaffRole]) -> None:
    with pytest.raises(NotApproved, match="for approvers"):
        sign(LIST, LIST.digest, by=ONE, roles=roles, at=AT)


def test_a_signature_without_a_zone_is_refused() -> None:
    with pytest.raises(Misused, match="time zone"):
        sign(LIST, LIST.digest, by=ONE, roles=APPROVER, at=AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "broken",
    [{"verb": "forget"}, {"value": "1"}, {"due_on": "20.10.2026"}, {"due_on": None}, {"due_by": "20261024"}],
)
def test_facts_that_no_plan_wrote_are_not_an_action(broken: dict[str, str | None]) -> None:
    facts = action(1).facts()
    with pytest.raises(Misused, match="action of a plan"):
        read_action(facts | broken)
    with pytest.raises(Misused, match="action of a plan"):
        read_action({name: facts[name] for name in list(facts)[:-2]})
