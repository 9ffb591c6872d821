"""What is done once a day: the index agrees with the rows, what nobody stored is swept, days are told when over."""

import os
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest

from jikim import clock, sealing
from jikim.actions import staff, unauthorized_use
from jikim.procedures import mailboxes, night, sweeps, worker
from jikim.sealing.file_store import attachments
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyring import Binding, Keyring, KeyState, Sealed, SealRequest
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.store.live.models import (
    AccessDay,
    Inquiry,
    ItemValue,
    NightWork,
    PendingLeaf,
    UnauthorizedUse,
    WaitingMailbox,
)
from tests.support.company import BEGINS, Company
from tests.support.streams import put


def in_the_index() -> set[int]:
    found = sealing.current().reconcile(())
    return set(found.stray)


def test_an_address_leads_to_its_record_once_the_worker_has_been(stores: None, company: Company) -> None:
    company.receives()
    kid = ItemValue.objects.get(item=MAILBOX).kid
    assert list(WaitingMailbox.objects.values_list("kid", flat=True)) == [kid]
    assert (mailboxes.enroll(), mailboxes.enroll()) == (1, 0)
    assert in_the_index() == {kid}


def test_what_is_no_address_is_asked_once_and_what_a_destruction_keeps_again(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives()

    def under_way(*_given: object) -> None:
        raise BatchUnderWay("a destruction is staged", hint="retry")

    with monkeypatch.context() as busy:
        busy.setattr(type(sealing.current()), "enroll", under_way)
        assert mailboxes.enroll() == 0
    WaitingMailbox.objects.create(kid=5)  # of no row
    assert mailboxes.enroll() == 2
    assert not WaitingMailbox.objects.exists()


def test_many_addresses_are_enrolled_by_few_calls(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        company.receives()
    calls: list[int] = []
    enroll = type(sealing.current()).enroll

    def counted(self: Keyring, places: Sequence[tuple[Binding, Sealed]]) -> tuple[str, ...]:
        calls.append(len(places))
        return enroll(self, places)

    monkeypatch.setattr(mailboxes, "TOGETHER", 3)
    monkeypatch.setattr(type(sealing.current()), "enroll", counted)
    assert (mailboxes.enroll(), calls) == (5, [3, 2])
    assert in_the_index() == set(ItemValue.objects.filter(item=MAILBOX).values_list("kid", flat=True))


def test_each_night_the_index_is_held_against_the_rows_both_ways(stores: None, company: Company) -> None:
    company.receives()
    company.receives()
    first, second = ItemValue.objects.filter(item=MAILBOX).order_by("kid")
    mailboxes.enroll()
    WaitingMailbox.objects.all().delete()
    company.receives()
    WaitingMailbox.objects.all().delete()  # as if a database had been put back
    ItemValue.objects.filter(id=first.id).delete()
    mailboxes.reconcile()
    assert WaitingMailbox.objects.count() == 1
    mailboxes.enroll()
    assert sealing.current().reconcile(mailboxes._rows()).missing == ()
    assert first.kid != second.kid


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both clocks of the worker stand four days on."""
    ahead = clock.wall_now() + timedelta(days=4)
    monkeypatch.setattr(sweeps, "wall_now", lambda: ahead)
    monkeypatch.setattr(sweeps, "policy_today", lambda: BEGINS + timedelta(days=4_000))


def test_keys_that_no_row_names_are_destroyed_and_all_others_live(
    stores: None, company: Company, days_later: None
) -> None:
    company.receives()
    (stray,) = sealing.current().seal([SealRequest(Binding("live", uuid4(), uuid4(), "email", "value"), b"x")])
    named = {*ItemValue.objects.values_list("kid", flat=True), *Inquiry.objects.values_list("gate_kid", flat=True)}
    assert sweeps.keys() == 1
    assert sealing.current().states([stray.kid]) == {stray.kid: KeyState.DESTROYED}
    assert set(sealing.current().states(sorted(named)).values()) == {KeyState.ALIVE}
    assert sweeps.keys() == 0


def test_keys_of_the_last_two_days_are_left_alone(stores: None, company: Company) -> None:
    company.receives()
    sealing.current().seal([SealRequest(Binding("live", uuid4(), uuid4(), "email", "value"), b"x")])
    assert sweeps.keys() == 0


def test_a_database_that_names_nothing_destroys_nothing(stores: None, company: Company, days_later: None) -> None:
    (stray,) = sealing.current().seal([SealRequest(Binding("live", uuid4(), uuid4(), "email", "value"), b"x")])
    from jikim.store.live.models import StaffAccount

    StaffAccount.objects.all().update(name_kid=None)
    assert sweeps.keys() == 0
    assert sealing.current().states([stray.kid]) == {stray.kid: KeyState.ALIVE}


def test_sealed_files_that_no_row_names_go_after_a_day_and_no_sooner(stores: None, company: Company) -> None:
    company.receives()
    store, stray, staged = attachments("live"), uuid4(), uuid4()
    put(store, stray, [b"x"])
    put(store, staged, [b"x"])
    old = (clock.wall_now() - timedelta(hours=25)).timestamp()
    kept = set(ItemValue.objects.exclude(file=None).values_list("file", flat=True))
    for name in (stray, *kept):
        os.utime(store._path(name), (old, old))  # type: ignore[attr-defined]  # a directory
    sweeps.files()
    left = set(store.names())
    assert stray not in left
    assert {staged, *kept} <= left
    store.remove(staged)


def test_the_night_is_worked_once_a_day_and_a_part_that_fails_keeps_no_other(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jikim.sealing.errors import KeyringUnavailable

    def fail(_on: object) -> None:
        raise KeyringUnavailable("no answer", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr(night, "TASKS", {**night.TASKS, "index": fail})
        done = night.work(BEGINS)
    assert set(night.TASKS) - set(done) == {"index"}
    assert night.work(BEGINS) == ("index",)
    assert night.work(BEGINS) == ()
    assert NightWork.objects.count() == len(night.TASKS)


def test_a_day_of_looking_is_told_once_it_is_over(stores: None, company: Company) -> None:
    record_id = company.receives().record_id
    company.answers(record_id)
    worker.once()
    assert not AccessDay.objects.filter(on=BEGINS).exists()
    clock.travel_to(BEGINS + timedelta(days=1))
    worker.once()
    assert AccessDay.objects.get(on=BEGINS).count == 2  # the sign-in and the answer
    assert not PendingLeaf.objects.filter(kind__in=("intake", "answer", "access-digest")).exists()  # all told


def test_answers_around_midnight_count_for_their_own_days(stores: None, company: Company) -> None:
    record_id = company.receives().record_id
    company.answers(record_id)
    clock.travel_to(BEGINS + timedelta(days=1))
    company.answers(record_id)
    from jikim.procedures import journal

    journal.count_days("live", before=clock.policy_today())
    counted = [row.body for row in PendingLeaf.objects.filter(kind="count").order_by("id")]
    assert [(body["on"], body["event"]) for body in counted if body["event"] == "answer"] == [
        (BEGINS.isoformat(), "answer")
    ]
    assert PendingLeaf.objects.filter(kind="answer").count() == 1


def test_a_note_of_unauthorized_use_ends_with_the_period_of_its_rule(stores: None, company: Company) -> None:
    unauthorized_use.note("desk-source-shut", "203.0.113.7")
    kid = UnauthorizedUse.objects.get().kid
    assert kid is not None
    assert sweeps.attempts(BEGINS + timedelta(days=80)) == 0
    assert sweeps.attempts(BEGINS + timedelta(days=4_000)) == 1
    assert sealing.current().states([kid]) == {kid: KeyState.DESTROYED}
    assert not UnauthorizedUse.objects.exists()


def test_keys_that_the_staff_left_are_destroyed(stores: None, company: Company) -> None:
    (left,) = sealing.current().seal([SealRequest(Binding("live", uuid4(), uuid4(), "account", "value"), b"x")])
    staff.leave_keys([left.kid])
    assert sweeps.left_keys() == 1
    assert sealing.current().states([left.kid]) == {left.kid: KeyState.DESTROYED}
    assert sweeps.left_keys() == 0
