"""The rails as the worker keeps to them: a day's cap, two people's yes, a dry day, a clock that jumped."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from jikim import clock, sealing
from jikim.actions import approvals
from jikim.cli import due as command
from jikim.domain.approval import COOLING_OFF, NotApproved
from jikim.domain.destruction import NotDestroyed
from jikim.domain.guard_rails import ClockJumped, Rails
from jikim.domain.passkey import AssertionRefused
from jikim.domain.staff import RoleMissing, StaffRole
from jikim.procedures import destroy, due, intents, night, rails, worker
from jikim.procedures.slices import Slice
from jikim.queries import approvers
from jikim.queries import due as planned
from jikim.queries import rails as now
from jikim.queries.desk import session
from jikim.store.live.models import (
    ApprovalList,
    DestructionDay,
    Ground,
    Intent,
    ItemValue,
    StaffAccount,
    VouchedClock,
)
from tests.support.company import Company
from tests.support.passkeys import SoftPasskey, approver, house_of_this_process, two_days_pass, yes
from tests.support.staff import account_of, signed_in

ENDS, LAST = date(2026, 10, 13), date(2026, 10, 16)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a day destroy ten values freely, so that three inquiries are many."""
    few = Rails(least=10, percent=0)
    monkeypatch.setattr(now, "RAILS", few)
    monkeypatch.setattr(now, "cap", lambda alive, freely: 10)


def three(company: Company) -> None:
    for _ in range(3):
        company.receives_and_resolves(access_log="")


def somebody(*roles: StaffRole) -> UUID:
    found = session(signed_in(roles))
    assert found is not None
    return found.id


def signs(digest: str, session_id: UUID) -> int:
    """Say yes with a passkey that the account has had for two days."""
    return approvals.approve(digest, yes(approver(account_of(session_id).id), digest), session_id=session_id)


def test_a_day_destroys_no_more_than_its_cap_and_says_what_waits(stores: None, company: Company, small: None) -> None:
    three(company)
    done = company.works_on(ENDS)
    assert (done.destroyed, done.held_back) == (10, {"approval": 11})
    assert due.run(ENDS).destroyed == 0  # a minute later the day's cap is used up
    assert DestructionDay.objects.get().freely == 10
    assert company.works_on(ENDS + timedelta(days=1)).destroyed == 10


def test_what_was_begun_and_fails_day_after_day_takes_no_room_from_the_others(
    stores: None, company: Company, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(company)

    def fails(_some: Slice) -> None:
        raise NotDestroyed("made up", hint="none")

    with monkeypatch.context() as broken:
        broken.setattr(destroy, "STEPS", (fails,))
        assert company.works_on(ENDS).destroyed == 0
    assert DestructionDay.objects.get().freely == 10
    stuck = {UUID(value["value"]) for intent in Intent.objects.all() for value in intent.body["values"]}
    really = destroy.STEPS[0]

    def fails_with_those(some: Slice) -> None:
        if stuck & {one for intent in some.ends for one in intents.ids_of(intent)}:
            raise NotDestroyed("made up", hint="none")
        really(some)

    monkeypatch.setattr(destroy, "STEPS", (fails_with_those, *destroy.STEPS[1:]))
    assert company.works_on(ENDS + timedelta(days=1)).destroyed == 10
    assert list(DestructionDay.objects.order_by("on").values_list("freely", flat=True)) == [10, 10]


def test_a_list_is_shown_before_anything_is_late_and_two_people_let_it_go(
    stores: None, company: Company, small: None
) -> None:
    for _ in range(9):
        company.receives_and_resolves(access_log="")
    company.works_on(ENDS)
    rails.show_lists(ENDS)
    (waiting,) = now.waiting()
    assert (waiting.takes_effect_at, waiting.sign_by < LAST + timedelta(days=2)) == (None, True)
    digest = waiting.approval.digest
    one, other = company.session_id, somebody(StaffRole.APPROVER)
    assert signs(digest, one) == 1
    assert due.run(ENDS).destroyed == 0
    with pytest.raises(NotApproved):
        signs(digest, one)
    assert signs(digest, other) == 2
    assert due.run(ENDS).destroyed == 53
    rails.show_lists(ENDS)
    assert (ApprovalList.objects.get().ending, now.waiting(), ItemValue.objects.count()) == ("done", (), 0)


def test_a_company_of_one_thinks_a_day_over(
    stores: None, company: Company, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        company.receives_and_resolves(access_log="")
    company.works_on(ENDS)
    rails.show_lists(ENDS)
    signs(now.waiting()[0].approval.digest, company.session_id)
    assert due.run(ENDS).destroyed == 0
    later = clock.wall_now() + COOLING_OFF
    monkeypatch.setattr("jikim.queries.rails.wall_now", lambda: later)
    assert due.run(ENDS).destroyed == 53


def test_an_approval_ends_whole_when_one_of_its_actions_changes(stores: None, company: Company, small: None) -> None:
    records = [company.receives_and_resolves(access_log="").record_id for _ in range(9)]
    company.works_on(ENDS)
    rails.show_lists(ENDS)
    digest = now.waiting()[0].approval.digest
    signs(digest, company.session_id)
    signs(digest, somebody(StaffRole.APPROVER))
    from jikim.actions import holds
    from jikim.domain.hold import HoldReason

    left = [record for record in records if ItemValue.objects.filter(record_id=record).count() == 7]
    holds.set_hold(left[0], ["content"], HoldReason.LAWSUIT, review_on=date(2027, 1, 5), session_id=company.session_id)
    assert due.run(ENDS).destroyed == 0
    rails.show_lists(ENDS)
    assert set(ApprovalList.objects.values_list("ending", flat=True)) == {"changed", ""}


def test_whoever_signs_needs_a_passkey_that_counts(stores: None, company: Company, small: None) -> None:
    for _ in range(9):
        company.receives_and_resolves(access_log="")
    company.works_on(ENDS)
    rails.show_lists(ENDS)
    digest, mine, new = now.waiting()[0].approval.digest, account_of(company.session_id).id, SoftPasskey()
    with pytest.raises(AssertionRefused):
        approvals.approve(digest, yes(new, digest), session_id=company.session_id)
    sealing.current().enroll_passkey(mine, new.attested)
    with pytest.raises(AssertionRefused):
        approvals.approve(digest, yes(new, digest), session_id=company.session_id)
    assert now.waiting()[0].approval.signatures == ()
    assert approvers.lacking() == {mine}
    two_days_pass(house_of_this_process(), new.id)
    assert approvals.approve(digest, yes(new, digest), session_id=company.session_id) == 1
    assert approvers.lacking() == frozenset()


def test_two_people_with_passkeys_stay_two_whatever_the_table_of_accounts_says(
    stores: None, company: Company, small: None
) -> None:
    for _ in range(9):
        company.receives_and_resolves(access_log="")
    company.works_on(ENDS)
    rails.show_lists(ENDS)
    digest, other = now.waiting()[0].approval.digest, somebody(StaffRole.APPROVER)
    approver(account_of(other).id)
    signs(digest, company.session_id)
    StaffAccount.objects.filter(id=account_of(other).id).update(roles=[])
    assert not approvers.works_alone()
    assert now.waiting()[0].takes_effect_at is None


def test_what_a_database_says_about_signatures_is_nobodys_yes(stores: None, company: Company, small: None) -> None:
    with pytest.raises(NotApproved):
        signs("0f" * 32, company.session_id)
    with pytest.raises(RoleMissing):
        signs("0f" * 32, somebody(StaffRole.HANDLER))
    assert sealing.current().approvals("0f" * 32) == ()


def test_the_first_day_of_another_program_only_shows(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves(access_log="")
    company.works_on(date(2026, 10, 12))
    monkeypatch.setattr(now, "_build", lambda: "sha256:" + "ab" * 32)
    assert company.works_on(ENDS).held_back == {"dry": 7}
    assert due.run(ENDS).held_back == {"dry": 7}  # all day long
    assert company.works_on(ENDS + timedelta(days=1)).destroyed == 7
    assert Ground.objects.count() == 2


def test_what_must_be_gone_by_that_day_goes_if_it_was_foreseen(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves(access_log="")
    clock.travel_to(date(2026, 10, 12))
    due.run(date(2026, 10, 12))
    rails.remember(date(2026, 10, 12))
    last = planned.plan(ENDS).actions[0].due_by
    monkeypatch.setattr(now, "_build", lambda: "sha256:" + "ab" * 32)
    assert company.works_on(last).destroyed == 7


def test_a_clock_that_jumped_stops_the_job_until_somebody_vouches_for_it(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves(access_log="")
    night.tell_canary(clock.policy_today())
    assert worker.once() is not None
    monkeypatch.setattr(clock, "may_travel", lambda: False)
    clock.travel_to(ENDS)
    with pytest.raises(ClockJumped):
        due.run(ENDS)
    with pytest.raises(ClockJumped):
        due.carry_out(planned.plan(ENDS).digest, ENDS)
    assert worker.once() is None
    assert ItemValue.objects.count() == 7
    approvals.vouch_for_clock(session_id=company.session_id)
    assert due.run(ENDS).destroyed == 7
    assert VouchedClock.objects.count() == 1


def test_the_command_says_what_waits_and_what_is_held(
    stores: None, company: Company, small: None, capsys: pytest.CaptureFixture[str]
) -> None:
    three(company)
    clock.travel_to(ENDS)
    assert command.carry_out(planned.plan(ENDS).digest, as_json=False) == 0
    assert "11 values wait (approval); the desk shows for whom" in capsys.readouterr().out
