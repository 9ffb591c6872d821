"""What the house holds about its own people ends on time: access records, records of rights, sessions, accounts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jikim import clock, sealing
from jikim.actions import access_records, inquiries, staff, unauthorized_use
from jikim.domain.period import Period
from jikim.domain.staff import StaffRole
from jikim.procedures import night, staff_records, sweeps
from jikim.queries import access, staff_policy
from jikim.queries.desk import session
from jikim.queries.policies import all_versions
from jikim.queries.staff import place_of_name
from jikim.sealing.keyring import KeyringUnavailable, KeyState, Sealed
from jikim.store.live.models import (
    AccessPlace,
    AccessRecord,
    DeskLink,
    DeskSession,
    LeftKey,
    PendingLeaf,
    StaffAccount,
    StaffChange,
    UnauthorizedUse,
    WrongAnswers,
)
from tests.support.company import Company
from tests.support.staff import PASSWORD, account_of, invited, quick, signed_in
from tests.support.web import enter

pytestmark = pytest.mark.usefixtures("stores")

FROM = "203.0.113.9"


def reads_from(company: Company, address: str = "203.0.113.9") -> UUID:
    """Have somebody at the desk read an inquiry; returns the session."""
    record_id = company.receives().record_id
    with access_records.coming_from(address):
        inquiries.open_record(record_id, session_id=company.session_id)
    return record_id


def on(day: date) -> int:
    clock.travel_to(day)
    return staff_records.destroy_old(day)


def erased() -> list[int]:
    return [row.body["values"] for row in PendingLeaf.objects.filter(kind="erase-rows").order_by("id")]


# --- from where ------------------------------------------------------------------------------------------------------


def test_an_access_record_says_from_where_and_only_under_seal(company: Company) -> None:
    client = Client(headers={"accept-language": "en"})
    enter(client)
    record_id = company.receives().record_id
    for _ in range(2):
        client.get(f"/desk/records/{record_id}/", REMOTE_ADDR=FROM)
    (place,) = AccessPlace.objects.all()
    assert b"203.0.113.9" not in bytes(place.envelope)
    assert set(AccessRecord.objects.filter(record_id=record_id).values_list("place_id", flat=True)) == {place.id}
    assert "203.0.113.9" in client.get("/desk/access/").content.decode()


def test_another_address_or_day_is_another_place(company: Company) -> None:
    for address in ("203.0.113.9", "203.0.113.9", "198.51.100.4"):
        reads_from(company, address)
    assert AccessPlace.objects.count() == 2
    clock.travel_to(clock.policy_today() + timedelta(days=1))
    reads_from(company)
    assert AccessPlace.objects.count() == 3
    shown, _count = access.accesses()
    assert [one.address for one in shown[:4]] == ["203.0.113.9", "198.51.100.4", "203.0.113.9", "203.0.113.9"]


def test_who_came_in_and_left_is_on_record_with_the_place(company: Company) -> None:
    with access_records.coming_from("203.0.113.9"):
        token = signed_in({StaffRole.HANDLER})
        found = session(token)
        assert found is not None
        from jikim.actions.desk import sign_out

        sign_out(token)
    rows = AccessRecord.objects.filter(session_id=found.id).order_by("id")
    assert [(row.task, row.record_id) for row in rows] == [("sign-in", None), ("sign-out", None)]
    assert all(row.place_id for row in rows)


def test_a_place_that_was_not_kept_is_sealed_again(company: Company) -> None:
    from django.db import transaction

    record_id = company.receives().record_id

    class Broken(Exception):
        pass

    def read_and_break() -> None:
        with access_records.coming_from("203.0.113.9"), transaction.atomic("live"):
            inquiries.open_record(record_id, session_id=company.session_id)
            raise Broken

    with pytest.raises(Broken):
        read_and_break()
    assert not AccessPlace.objects.exists()
    reads_from(company)
    assert AccessRecord.objects.exclude(place_id=None).get().place_id == AccessPlace.objects.get().id


def test_where_the_address_cannot_be_sealed_nothing_is_read_and_people_come_in_all_the_same(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = company.receives().record_id

    def away(*_asked: Any, **_named: Any) -> None:
        raise KeyringUnavailable("made up", hint="made up")

    monkeypatch.setattr(type(sealing.current()), "seal", away)
    with access_records.coming_from(FROM):
        with pytest.raises(KeyringUnavailable):
            inquiries.open_record(record_id, session_id=company.session_id)
        access_records.note_door(UUID(int=1), company.session_id, "sign-in")
    rows = AccessRecord.objects.filter(record_id=record_id)
    assert not rows.exists()
    assert AccessRecord.objects.get(account_id=UUID(int=1)).place_id is None


# --- how long --------------------------------------------------------------------------------------------------------


def test_access_records_are_kept_for_a_year_to_the_day_and_the_keys_of_their_places_are_destroyed(
    company: Company,
) -> None:
    reads_from(company)
    place, count = AccessPlace.objects.get(), AccessRecord.objects.count()
    assert clock.policy_today() == date(2026, 10, 5)
    on(date(2027, 10, 5))
    assert AccessRecord.objects.count() == count
    on(date(2027, 10, 6))
    assert (AccessRecord.objects.count(), AccessPlace.objects.count()) == (0, 0)
    assert sealing.current().states([place.kid])[place.kid] is KeyState.DESTROYED
    assert count in erased()


def test_an_attempt_that_was_only_counted_goes_with_the_access_records_and_a_sealed_one_has_its_own_clock(
    company: Company,
) -> None:
    unauthorized_use.note("desk-source-shut", "")
    unauthorized_use.note("desk-source-shut", FROM)
    assert clock.policy_today() == date(2026, 10, 5)
    on(date(2027, 10, 5))
    assert UnauthorizedUse.objects.count() == 2
    on(date(2027, 10, 6))
    assert [row.kid is None for row in UnauthorizedUse.objects.all()] == [False]
    assert erased()[-1] == 1


def test_where_the_standard_asks_for_two_years_they_are_kept_for_two(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads_from(company)
    assert not staff_policy.asks_for_two_years()
    monkeypatch.setattr(staff_policy, "MANY", 1)
    assert staff_policy.asks_for_two_years()
    on(date(2028, 10, 5))
    assert AccessRecord.objects.exists()
    on(date(2028, 10, 6))
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("said", ["unique-identifiers", "sensitive"])
def test_a_policy_that_names_more_than_ordinary_data_asks_for_two_years(
    company: Company, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    from dataclasses import replace

    (version, *_) = all_versions()
    stated = tuple((key, "processed" if key == said else word) for key, word in version.policy.statements)
    other = replace(version, policy=replace(version.policy, statements=stated))
    monkeypatch.setattr(staff_policy, "all_versions", lambda: (other,))
    assert staff_policy.asks_for_two_years() == (stated != version.policy.statements)


def test_records_of_rights_are_kept_for_three_years_and_an_ended_account_as_long(company: Company) -> None:
    gone = account_of(_session_of({StaffRole.HANDLER}))
    staff.end(gone.id, session_id=company.session_id)
    on(date(2029, 10, 5))
    assert StaffChange.objects.filter(account_id=gone.id).exists()
    assert StaffAccount.objects.filter(id=gone.id).exists()
    on(date(2029, 10, 6))
    assert not StaffChange.objects.exists()
    assert not StaffAccount.objects.filter(id=gone.id).exists()
    assert StaffAccount.objects.count() == 1  # who is at work stays


def test_sessions_links_and_wrong_answers_are_forgotten_after_their_day(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited()
    now = clock.wall_now()
    WrongAnswers.objects.create(name_hash="ab" * 32, failures=1, last_at=now)
    staff_records.destroy_old(clock.policy_today())
    assert (DeskSession.objects.count(), DeskLink.objects.count(), WrongAnswers.objects.count()) == (1, 2, 1)
    monkeypatch.setattr(staff_records, "wall_now", lambda: now + timedelta(days=3))
    staff_records.destroy_old(clock.policy_today())
    assert (DeskSession.objects.count(), DeskLink.objects.count(), WrongAnswers.objects.count()) == (0, 0, 0)


def test_an_account_that_was_never_finished_goes_with_its_name(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quick():
        staff.join(invited(), name="Somebody", password=PASSWORD)
    begun = StaffAccount.objects.get(state="joining")
    on(clock.policy_today() + timedelta(days=5))
    assert StaffAccount.objects.filter(id=begun.id).exists()  # its link leads on
    DeskLink.objects.all().delete()
    staff_records.destroy_old(clock.policy_today())
    assert not StaffAccount.objects.filter(id=begun.id).exists()
    assert list(LeftKey.objects.values_list("kid", flat=True)) == [begun.name_kid]
    sweeps.left_keys()
    sealed = Sealed(begun.name_kid or 0, bytes(begun.name_envelope))
    assert sealing.current().open_all([(place_of_name(begun.id), sealed)]) == (KeyState.DESTROYED,)


def test_an_account_at_work_is_never_forgotten(company: Company) -> None:
    on(date(2040, 1, 1))
    assert StaffAccount.objects.count() == 1


def test_the_night_does_it_and_a_second_time_finds_nothing(company: Company) -> None:
    reads_from(company)
    clock.travel_to(date(2027, 10, 6))
    assert "staff-records" in night.work(date(2027, 10, 6))
    assert not AccessRecord.objects.exists()
    assert staff_records.destroy_old(date(2027, 10, 6)) == 0


def test_a_key_daemon_that_is_away_loses_nothing_and_the_next_night_goes_on(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads_from(company)
    clock.travel_to(date(2027, 10, 6))

    def away(*_asked: Any) -> None:
        raise KeyringUnavailable("made up", hint="made up")

    with monkeypatch.context() as broken:
        broken.setattr(type(sealing.current()), "destroy", away)
        with pytest.raises(Exception, match="made up"):
            staff_records.destroy_old(date(2027, 10, 6))
    assert AccessPlace.objects.count() == 1
    staff_records.destroy_old(date(2027, 10, 6))
    assert not AccessPlace.objects.exists()


@pytest.mark.parametrize(
    ("today", "period", "first"),
    [
        (date(2027, 10, 6), Period(years=1), date(2026, 10, 6)),
        (date(2029, 2, 28), Period(years=1), date(2028, 2, 28)),
        (date(2029, 3, 1), Period(years=1), date(2028, 3, 1)),  # the leap day's year ended with February
        (date(2028, 3, 1), Period(years=1), date(2027, 3, 1)),
        (date(2027, 10, 6), Period(days=1), date(2027, 10, 5)),
    ],
)
def test_the_first_day_still_kept(today: date, period: Period, first: date) -> None:
    assert staff_records.first_kept(today, period) == first


def _session_of(roles: set[StaffRole]) -> UUID:
    found = session(signed_in(roles))
    assert found is not None
    return found.id
