"""Roles hold in the actions themselves; accounts end with all they had; each day of access records is told once."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jikim import clock, environment, sealing
from jikim.actions import access_days, desk, inquiries, staff
from jikim.cli import desk_link
from jikim.domain.errors import Misused
from jikim.domain.staff import EVERY_ROLE, RoleMissing, StaffRole
from jikim.queries import access
from jikim.queries.approvers import works_alone
from jikim.queries.desk import WORKING, session, session_by_id
from jikim.queries.staff import has_officer, left_keys, people, place_of_name
from jikim.sealing.keyring import Sealed
from jikim.store.live.models import AccessDay, AccessRecord, PendingLeaf, StaffAccount, StaffChange
from tests.support.company import Company
from tests.support.server import surroundings
from tests.support.staff import account_of, invited, signed_in

pytestmark = pytest.mark.usefixtures("stores")

H, O, A = StaffRole.HANDLER, StaffRole.OFFICER, StaffRole.APPROVER  # noqa: E741 - one letter a column

Verb = Callable[[Company, UUID, UUID], Any]
VERBS: dict[str, tuple[Verb, set[StaffRole]]] = {  # what is done with a record by a session; who may
    "open": (lambda company, record, by: inquiries.open_record(record, session_id=by), {H, O}),
    "reply": (lambda company, record, by: inquiries.reply(record, "Yes.", session_id=by), {H, O}),
    "resolve": (
        lambda company, record, by: inquiries.resolve(
            record, record_class="general", start_event_on=None, session_id=by
        ),
        {H, O},
    ),
    "invite": (lambda company, record, by: desk.invite({H}, session_id=by), {O}),
    "change roles": (lambda company, record, by: staff.change_roles(_other(), {H}, session_id=by), {O}),
    "end": (lambda company, record, by: staff.end(_other(), session_id=by), {O}),
}


def by(*roles: StaffRole) -> UUID:
    found = session(signed_in(roles))
    assert found is not None
    return found.id


def _other() -> UUID:
    return account_of(by(H)).id


@pytest.mark.parametrize("role", StaffRole)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_refused_to_whose_role_it_is_not_whatever_page_they_found(
    company: Company, verb: str, role: StaffRole
) -> None:
    record_id = company.receives().record_id
    act, allowed = VERBS[verb]
    session_id = by(role)
    if role in allowed:
        act(company, record_id, session_id)
        return
    with pytest.raises(RoleMissing):
        act(company, record_id, session_id)
    assert not AccessRecord.objects.exclude(task="sign-in").exists()


def test_an_access_record_names_the_account(company: Company) -> None:
    session_id = by(H)
    inquiries.open_record(company.receives().record_id, session_id=session_id)
    assert AccessRecord.objects.exclude(task="sign-in").get().account_id == account_of(session_id).id


def test_other_roles_count_at_once(company: Company) -> None:
    session_id = by(H)
    staff.change_roles(account_of(session_id).id, {A}, session_id=company.session_id)
    with pytest.raises(RoleMissing):
        inquiries.open_record(company.receives().record_id, session_id=session_id)


def test_an_ended_account_is_out_at_once_and_its_name_goes_to_be_destroyed(company: Company) -> None:
    session_id = by(H)
    row = account_of(session_id)
    kid = row.name_kid
    staff.end(row.id, session_id=company.session_id)
    assert session_by_id(session_id) is None
    assert kid in left_keys()
    assert [person.name for person in people() if person.id == row.id] == [""]
    with pytest.raises(Misused):
        staff.end(row.id, session_id=company.session_id)


def test_the_last_officer_can_neither_leave_nor_give_the_role_away(company: Company) -> None:
    me = account_of(company.session_id).id
    with pytest.raises(staff.LastOfficer):
        staff.end(me, session_id=company.session_id)
    with pytest.raises(staff.LastOfficer):
        staff.change_roles(me, {H, A}, session_id=company.session_id)
    assert has_officer()


def test_one_person_works_alone_until_a_second_may_approve(company: Company) -> None:
    assert works_alone()
    by(H)
    assert works_alone()
    by(A)
    assert not works_alone()


def test_a_name_is_sealed_for_its_own_account_alone(company: Company) -> None:
    one, other = account_of(by(H)), account_of(by(H))
    sealed = Sealed(one.name_kid or 0, bytes(one.name_envelope))
    assert not sealing.current().fits(place_of_name(other.id), sealed)


def test_rights_given_changed_and_taken_stay_on_record(company: Company) -> None:
    row = account_of(by(H))
    staff.change_roles(row.id, {H, A}, session_id=company.session_id)
    staff.end(row.id, session_id=company.session_id)
    noted = StaffChange.objects.filter(account_id=row.id).order_by("id")
    assert [(line.change, line.roles) for line in noted] == [
        ("joined", ["handler"]), ("roles", ["approver", "handler"]), ("ended", []),
    ]  # fmt: skip


def test_once_there_is_an_officer_a_start_makes_no_way_in_and_takes_the_old_one_away(company: Company) -> None:
    left = environment.home() / desk_link.FILE
    StaffAccount.objects.update(state="ended")
    assert str(left) in "".join(desk_link.lines())
    assert "/enter/" in left.read_text()
    StaffAccount.objects.update(state=WORKING)
    assert not any("/enter/" in line for line in desk_link.lines())
    assert not left.exists()


@pytest.mark.parametrize("words", [("", "x" * 20), ("Han", "x" * 11), ("Han", "x" * 201), ("x" * 41, "x" * 20)])
def test_an_account_wants_a_name_and_a_long_password(company: Company, words: tuple[str, str]) -> None:
    name, password = words
    with pytest.raises(Misused):
        staff.join(invited(EVERY_ROLE), name=name, password=password)


# --- access records ------------------------------------------------------------------------------------------------


def told() -> list[Any]:
    return [row.body for row in PendingLeaf.objects.filter(kind="access-digest").order_by("id")]


def test_a_day_of_access_records_is_told_once_and_only_when_it_is_over(company: Company) -> None:
    company.answers(company.receives().record_id)
    today = clock.policy_today()
    assert access_days.tell(before=today) == 0
    company.works_on(date(2026, 10, 6))
    assert access_days.tell(before=clock.policy_today()) == 1
    assert access_days.tell(before=clock.policy_today()) == 0
    assert [(body["on"], body["count"]) for body in told()] == [("2026-10-05", 2)]
    assert access.told_digest(today) == told()[0]["sha256"]


@pytest.mark.parametrize("change", [{"task": "open"}, {"account_id": None}, {"record_id": UUID(int=1)}])
def test_an_altered_access_record_no_longer_fits_the_digest(company: Company, change: dict[str, Any]) -> None:
    company.answers(company.receives().record_id)
    company.works_on(date(2026, 10, 6))
    access_days.tell(before=clock.policy_today())
    row = AccessRecord.objects.exclude(task="sign-in").get()
    begins = AccessRecord.objects.order_by("at")[0].at
    day = AccessDay.objects.get()
    one = AccessRecord.objects.filter(id=row.pk)
    one.update(**change)
    assert access.digest_of(begins, clock.policy_now())[0] != day.sha256
    one.update(task=row.task, account_id=row.account_id, record_id=row.record_id)
    assert access.digest_of(begins, clock.policy_now())[0] == day.sha256


def test_access_records_are_found_by_person_and_day(company: Company) -> None:
    session_id = by(H)
    record_id = company.receives().record_id
    inquiries.open_record(record_id, session_id=session_id)
    company.answers(record_id)
    mine, count = access.accesses(account_id=account_of(session_id).id)
    assert ([one.task for one in mine], count) == (["open", "sign-in"], 2)
    assert access.accesses(on=clock.policy_today())[1] == 4
    assert access.accesses(on=date(2026, 10, 4)) == ((), 0)


@pytest.mark.parametrize(("role", "knows"), [("public", False), ("worker", False), ("mail", False), ("desk", True)])
def test_only_the_desks_process_knows_how_people_come_in(tmp_path: Path, role: str, knows: bool) -> None:
    script = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "print('allauth' in sys.modules, 'jikim.web.desk' in sys.modules)"
    )
    more = {"JIKIM_ROLE": role, "DJANGO_SETTINGS_MODULE": "jikim.config.settings"}
    run = subprocess.run(
        [sys.executable, "-c", script], env=surroundings(tmp_path, more), capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == [str(knows), str(knows)], run.stderr
