"""Many records through the numbered steps together: killed anywhere, a bad one goes alone, the others go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from jikim import clock, sealing
from jikim.domain.terms import RecordState
from jikim.procedures import carrying, destroy, due, intents, letters, separate
from jikim.procedures.slices import Slice
from jikim.queries import due as planned
from jikim.sealing.errors import FileUnreadable
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import (
    Certificate,
    Inquiry,
    Intent,
    ItemValue,
    OutgoingMail,
    PendingLeaf,
    Quarantine,
    Stub,
)
from jikim.store.separate.models import PendingLeaf as PendingApart
from jikim.store.separate.models import SeparateItem
from tests.support.company import Company, copies

MOVES_ON, DESTROYED_ON = date(2026, 10, 13), date(2029, 10, 6)
WEEK = timedelta(days=7)
KEPT, NOT_KEPT = ("content", "email", "subject"), "attachments"
MOVED, DESTROYED = len(KEPT), 4  # values of each complaint; two files are four values
STEPS = [(procedure, index) for procedure in (separate, destroy) for index in range(len(procedure.STEPS))]


class Killed(BaseException):
    """Stands for the power going away: nothing in the program may catch it."""


@pytest.fixture
def slices_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three records, two go through the steps together, then the third."""
    monkeypatch.setattr(carrying, "MOST_RECORDS", 2)


def complaints(company: Company, many: int) -> list[UUID]:
    return [company.receives_and_resolves("complaint-dispute", access_log="").record_id for _ in range(many)]


def step_name(one: object) -> str:
    return one.__name__.rpartition(".")[2] if isinstance(one, ModuleType) else str(one)


def run_killed(day: date) -> None:
    clock.travel_to(day)
    with pytest.raises(Killed):
        due.run(day)


def is_through(record_id: UUID) -> bool:
    return Inquiry.objects.get(id=record_id).state == RecordState.SET_ASIDE


def whole(records: list[UUID]) -> None:
    """Hold what every run has to come to, however often it was killed: one copy of what is kept, of the rest none."""
    for record_id in records:
        assert [copies(record_id, item) for item in (*KEPT, NOT_KEPT)] == [["separate"]] * MOVED + [[]]
    mine = {"record_id__in": records}
    assert (SeparateItem.objects.filter(**mine).count(), Stub.objects.filter(**mine).count()) == (
        MOVED * len(records),
        MOVED * len(records),
    )
    assert Certificate.objects.filter(**mine).count() == len(records)
    assert not ItemValue.objects.filter(**mine).exists()
    assert not Intent.objects.exists()
    assert not Quarantine.objects.exists()
    assert all(map(is_through, records))


def told(kind: str) -> int:
    """Return how many values the journal was told of by entries of a kind."""
    rows = [*PendingLeaf.objects.filter(kind=kind), *PendingApart.objects.filter(kind=kind)]
    return sum(row.body["values"] for row in rows)


@pytest.mark.parametrize(("procedure", "index"), STEPS, ids=step_name)
def test_killed_before_any_step_of_the_second_slice_the_first_is_done_and_the_rest_follows(
    stores: None,
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    slices_of_two: None,
    procedure: ModuleType,
    index: int,
) -> None:
    records = complaints(company, 3)
    reached: list[int] = []

    def kill(some: Slice) -> None:
        reached.append(len({intent.record_id for intent in some.intents}))
        if len(reached) == 2:
            raise Killed

    with monkeypatch.context() as power_cut:
        power_cut.setattr(procedure, "STEPS", (*procedure.STEPS[:index], kill, *procedure.STEPS[index:]))
        run_killed(MOVES_ON)
    assert reached == [2, 1]
    assert [sum(map(is_through, records)), Intent.objects.count() > 0] == [2 + (procedure is destroy), True]
    assert all(copies(record_id, item) for record_id in records for item in KEPT)  # never lost in between
    due.run(MOVES_ON)
    whole(records)
    assert (told("separate"), told("destroy")) == (MOVED * 3, DESTROYED * 3)


@contextmanager
def killed_at(point: int, patch: pytest.MonkeyPatch, *, question: bool) -> Iterator[list[str]]:
    """Cut the power at the nth question to the keyring (asked, its answer never heard) or before the nth commit."""
    met: list[str] = []

    def meet(what: str) -> None:
        met.append(what)
        if len(met) == point:
            raise Killed

    def answered(really: Callable[..., object], *given: Any) -> object:
        answer = really(*given)
        meet("question")
        return answer

    def ended(really: Callable[..., object], block: transaction.Atomic, kind: object, *how: object) -> object:
        try:
            if kind is None:
                meet("commit")
        except Killed as killed:
            really(block, type(killed), killed, killed.__traceback__)
            raise
        return really(block, kind, *how)

    owner, name, instead = (Client, "_call", answered) if question else (transaction.Atomic, "__exit__", ended)
    really = getattr(owner, name)
    with patch.context() as power_cut:
        power_cut.setattr(owner, name, lambda *given: instead(really, *given))
        yield met


@pytest.mark.parametrize("question", [True, False], ids=["question", "commit"])
def test_killed_at_any_question_and_any_commit_a_run_comes_to_the_same_end(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, question: bool
) -> None:
    day, point, done = MOVES_ON, 0, list[UUID]()
    while True:
        point += 1
        records = complaints(company, 2)
        clock.travel_to(day)
        with killed_at(point, monkeypatch, question=question) as met:
            try:
                due.run(day)
            except Killed:
                assert len(met) == point
        assert due.run(day).quarantined == []
        done += records
        whole(records)
        assert (told("separate"), told("destroy")) == (MOVED * len(done), DESTROYED * len(done))
        if len(met) < point:
            break  # nothing was left to be killed at
        day += WEEK + timedelta(days=1)
    assert point > 7


def test_many_records_cost_as_many_commits_and_questions_as_a_few(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(records: int, day: date) -> tuple[int, int]:
        complaints(company, records)
        clock.travel_to(day)
        with (
            killed_at(0, monkeypatch, question=True) as questions,
            killed_at(0, monkeypatch, question=False) as commits,
        ):
            due.run(day)
        return len(questions), len(commits)

    cost(2, MOVES_ON)  # what is asked once
    assert cost(2, MOVES_ON + WEEK + timedelta(days=1)) == cost(10, MOVES_ON + 2 * (WEEK + timedelta(days=1)))


def test_a_bad_record_of_a_slice_goes_alone_and_the_others_go_on(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, issued: list[int]
) -> None:
    records = complaints(company, 4)
    bad, kind = records[2], type(sealing.current())
    agree = kind.agree

    def differing(self: Any, pairs: Any) -> tuple[bool, ...]:
        return tuple(pair.here.record_id != bad and same for pair, same in zip(pairs, agree(self, pairs), strict=True))

    clock.travel_to(MOVES_ON)
    with monkeypatch.context() as broken:
        broken.setattr(kind, "agree", differing)
        carried = due.run(MOVES_ON)
    assert (carried.quarantined, carried.set_aside, carried.destroyed) == ([bad], MOVED * 3, DESTROYED * 4)
    assert [copies(bad, item) for item in KEPT] == [["live", "separate"]] * MOVED
    assert Quarantine.objects.get().record_id == bad
    assert [is_through(record_id) for record_id in records] == [True, True, False, True]
    assert company.works_on(MOVES_ON + timedelta(days=1)).set_aside == MOVED
    whole(records)
    assert told("separate") == MOVED * 4
    living = {kid for kid, state in sealing.current().states(issued).items() if state is KeyState.ALIVE}
    gates, mails = Inquiry.objects.values_list("gate_kid", flat=True), OutgoingMail.objects.exclude(kid=None)
    kept = SeparateItem.objects.values_list("kid", flat=True)
    assert living == {*kept, *gates, *mails.values_list("kid", flat=True)}  # what was sealed together was used


def test_what_a_slice_sealed_before_a_value_failed_is_stored_by_its_own_record_alone(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, issued: list[int]
) -> None:
    monkeypatch.setattr(separate, "AT_ONCE", 2)
    records = complaints(company, 4)
    last = ItemValue.objects.filter(item__in=KEPT).order_by("-id")[0]  # the others are sealed before it
    whole_envelope = bytes(last.envelope)
    ItemValue.objects.filter(id=last.id).update(envelope=whole_envelope[:-1] + bytes([whole_envelope[-1] ^ 1]))
    carried = company.works_on(MOVES_ON)
    assert (carried.quarantined, carried.set_aside) == ([last.record_id], MOVED * 3)
    assert told("separate") == MOVED * 3
    assert not SeparateItem.objects.filter(record_id=last.record_id).exists()
    ItemValue.objects.filter(id=last.id).update(envelope=whole_envelope)
    assert company.works_on(MOVES_ON + timedelta(days=1)).quarantined == []
    whole(records)
    assert told("separate") == MOVED * 4


def test_a_file_that_cannot_be_read_is_its_records_trouble_alone(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = complaints(company, 3)
    bad, kind = records[1], type(sealing.current())
    reseal = kind.reseal

    def reading(self: Any, moves: Any, **more: Any) -> Any:
        if any(move.old.record_id == bad for move in moves):
            raise FileUnreadable("file 1 could not be read: Input/output error", hint="look at the disk")
        return reseal(self, moves, **more)

    clock.travel_to(MOVES_ON)
    with monkeypatch.context() as broken:
        broken.setattr(kind, "reseal", reading)
        carried = due.run(MOVES_ON)
    assert (carried.quarantined, carried.set_aside) == ([bad], MOVED * 2)


def test_a_record_that_cannot_begin_lets_the_others_of_its_slice_begin(stores: None, company: Company) -> None:
    records = complaints(company, 3)
    clock.travel_to(MOVES_ON)
    plan = planned.plan(MOVES_ON)
    Inquiry.objects.filter(id=records[0]).delete()
    carried = carrying.Carried(MOVES_ON)
    carrying.carry(plan.by_record(), carried, approved=())
    assert (carried.quarantined, carried.set_aside, carried.destroyed) == (records[:1], MOVED * 2, DESTROYED * 2)


def test_a_record_that_fails_twice_in_a_run_is_named_once(stores: None, company: Company) -> None:
    records = complaints(company, 2)
    clock.travel_to(MOVES_ON)
    intents.begin(planned.plan(MOVES_ON).actions, on=MOVES_ON)
    Inquiry.objects.filter(id=records[0]).delete()  # what it sets aside and what it destroys both fail
    assert due.run(MOVES_ON).quarantined == records[:1]
    assert Quarantine.objects.get().tries == PendingLeaf.objects.filter(kind="quarantine").count() == 1


def test_a_slice_of_destructions_takes_the_letters_of_all_its_records_along(stores: None, company: Company) -> None:
    records = [company.receives_and_resolves(access_log="").record_id for _ in range(3)]
    kids = [row.kid or 0 for row in OutgoingMail.objects.exclude(kid=None)]
    assert len(kids) >= len(records)
    company.works_on(MOVES_ON)
    assert set(sealing.current().states(kids).values()) == {KeyState.DESTROYED}
    assert not OutgoingMail.objects.exclude(kid=None).exists()
    letters.clear()
    assert Certificate.objects.filter(record_id__in=records).count() == 3


def test_slices_end_where_a_value_or_a_record_more_would_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "MOST_RECORDS", 3)
    monkeypatch.setattr(carrying, "MOST_VALUES", 10)
    one, *more = (UUID(int=number) for number in range(9))
    sizes = list(zip([one, one, *more], [1, 1, 1, 1, 1, 4, 5, 1, 30, 2], strict=True))
    cut = carrying._cut(sizes, lambda pair: pair[0], lambda pair: pair[1])
    assert [[size for _, size in part] for part in cut] == [[1, 1, 1, 1], [1, 4, 5], [1], [30], [2]]
