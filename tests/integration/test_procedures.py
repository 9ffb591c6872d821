"""Procedures killed at every numbered step and run again: exactly one copy at the end, or none, certified once."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from types import ModuleType
from uuid import UUID

import pytest

from jikim import clock, sealing
from jikim.actions import inquiries
from jikim.domain.destruction import Action, NotDestroyed
from jikim.domain.errors import Misused
from jikim.domain.separation import Fate
from jikim.domain.terms import RecordState
from jikim.procedures import destroy, due, intents, separate
from jikim.procedures.slices import Slice
from jikim.queries import due as planned
from jikim.sealing.errors import WrongBinding
from jikim.sealing.keyring import Binding, Destroyed, KeyState, Sealed
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, Message, OutgoingMail, Quarantine, Stub
from jikim.store.separate.models import PendingLeaf, SeparateItem
from tests.support import own
from tests.support.company import BEGINS, Company, copies

MOVES_ON, DESTROYED_ON = date(2026, 10, 13), date(2029, 10, 6)
KEPT, NOT_KEPT = ("content", "email", "subject"), ("attachments",)


class Killed(BaseException):
    """Stands for the power going away: nothing in the program may catch it."""


def steps(procedure: ModuleType) -> list[tuple[int, str]]:
    return [(index, step.__name__) for index, step in enumerate(procedure.STEPS)]


def kill_before(procedure: ModuleType, index: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a kill in front of one numbered step; the returned list says whether it was reached."""
    reached: list[str] = []
    broken = list(procedure.STEPS)
    name = broken[index].__name__

    def killed(_slice: object) -> None:
        reached.append(name)
        raise Killed

    broken.insert(index, killed)
    monkeypatch.setattr(procedure, "STEPS", tuple(broken))
    return reached


def destroyed(record_id: UUID, actions: Sequence[Action]) -> UUID:
    """Destroy what is due of one record; returns the certificate's id."""
    (intent,) = intents.begin(actions, on=MOVES_ON)
    assert intent.record_id == record_id
    destroy.finish(Slice((intent,)))
    return intent.id


def complaint(company: Company) -> UUID:
    return company.receives_and_resolves("complaint-dispute").record_id


def set_aside(company: Company) -> UUID:
    """One complaint whose kept items are in the separate database."""
    record_id = complaint(company)
    company.works_on(MOVES_ON)
    return record_id


def work(day: date) -> None:
    clock.travel_to(day)
    due.run(day)


def living(issued: list[int]) -> set[int]:
    return {kid for kid, state in sealing.current().states(issued).items() if state is KeyState.ALIVE}


def held() -> set[int]:
    """Return the keys of what is set aside, of letters, and of the gates by which people reach what is theirs."""
    gates = Inquiry.objects.values_list("gate_kid", flat=True)
    letters = {row.kid or 0 for row in OutgoingMail.objects.exclude(kid=None)}
    return {*SeparateItem.objects.values_list("kid", flat=True), *gates, *letters}


def run_killed(day: date) -> None:
    clock.travel_to(day)
    with pytest.raises(Killed):
        due.run(day)


def test_the_numbered_steps_are_those_the_documentation_tells() -> None:
    for procedure, letter in ((separate, "m"), (destroy, "d")):
        told = re.findall(rf"^    ({letter}\d)  ", procedure.__doc__ or "", re.MULTILINE)
        assert told == [f"{letter}{number}" for number in range(len(procedure.STEPS) + 1)]
        assert [name[:2] for _, name in steps(procedure)] == told[1:]


@pytest.mark.parametrize(("index", "name"), steps(separate))
def test_a_move_killed_before_any_step_leaves_one_copy_when_run_again(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, index: int, name: str
) -> None:
    record_id = complaint(company)
    with monkeypatch.context() as power_cut:
        reached = kill_before(separate, index, power_cut)
        run_killed(MOVES_ON)
    assert reached == [name]
    assert all(len(copies(record_id, item)) >= 1 for item in KEPT)  # never lost in between
    work(MOVES_ON)
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3
    assert (SeparateItem.objects.count(), Stub.objects.count(), Intent.objects.count()) == (3, 3, 0)
    assert not ItemValue.objects.filter(record_id=record_id, item__in=KEPT).exists()


@pytest.mark.parametrize(("index", "name"), steps(destroy))
def test_a_destruction_killed_before_any_step_is_finished_and_certified_once(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, index: int, name: str
) -> None:
    record_id = company.receives_and_resolves("general", access_log="").record_id
    kids = list(ItemValue.objects.values_list("kid", flat=True))
    with monkeypatch.context() as power_cut:
        reached = kill_before(destroy, index, power_cut)
        run_killed(MOVES_ON)
    assert reached == [name]
    assert not Certificate.objects.exists()
    assert Inquiry.objects.get().state == RecordState.RESOLVED  # not called destroyed before it is
    work(MOVES_ON)
    assert not ItemValue.objects.filter(record_id=record_id).exists()
    assert set(sealing.current().states(kids).values()) == {KeyState.DESTROYED}
    assert (Certificate.objects.count(), Intent.objects.count()) == (1, 0)
    assert Inquiry.objects.get().state == RecordState.DESTROYED


@pytest.mark.parametrize(("index", "name"), steps(destroy))
def test_a_separate_destruction_killed_before_any_step_is_finished_and_certified_once(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, index: int, name: str
) -> None:
    record_id = set_aside(company)
    clock.travel_to(date(2027, 2, 1))
    due.run(date(2027, 2, 1))  # the access log, by its own clock
    before = Certificate.objects.count()
    with monkeypatch.context() as power_cut:
        reached = kill_before(destroy, index, power_cut)
        run_killed(DESTROYED_ON)
    assert reached == [name]
    assert Stub.objects.count() == 3  # the person's page still names what is kept
    work(DESTROYED_ON)
    assert all(copies(record_id, item) == [] for item in KEPT)
    assert (SeparateItem.objects.count(), Stub.objects.count(), Intent.objects.count()) == (0, 0, 0)
    assert Certificate.objects.count() == before + 1
    assert Inquiry.objects.get().destroyed_on == DESTROYED_ON


@pytest.mark.parametrize("procedure", [separate, destroy])
def test_running_every_step_twice_in_a_row_changes_nothing_more(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, procedure: ModuleType
) -> None:
    record_id = complaint(company)
    twice = tuple(step for step in procedure.STEPS for _ in range(2))
    monkeypatch.setattr(procedure, "STEPS", twice)
    work(MOVES_ON)
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3
    assert Certificate.objects.count() == 1
    assert PendingLeaf.objects.filter(kind="separate").count() == 1


def test_carrying_out_a_plan_finishes_what_was_begun_before(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves(access_log="")
    with monkeypatch.context() as killed:
        kill_before(destroy, 3, killed)
        run_killed(MOVES_ON)
    done = due.carry_out(planned.plan(MOVES_ON).digest, MOVES_ON)
    assert (done.destroyed, Intent.objects.count(), Certificate.objects.count()) == (7, 0, 1)


def test_what_was_set_aside_under_two_classes_and_ends_on_one_day_is_certified_for_each(
    stores: None, company: Company
) -> None:
    record_id = complaint(company)
    clock.travel_to(MOVES_ON)
    for record_class, items in (("complaint-dispute", ("content", "email")), ("payment-supply", ("subject",))):
        Inquiry.objects.filter(id=record_id).update(record_class=record_class)
        moves = planned.plan(MOVES_ON).of(Fate.SET_ASIDE)
        separate.finish(Slice(tuple(intents.begin([move for move in moves if move.item in items], on=MOVES_ON))))
    first = SeparateItem.objects.get(item="content")
    SeparateItem.objects.update(last_day=first.last_day, keep_until=first.keep_until, destroy_by=first.destroy_by)
    company.works_on(date(2027, 2, 1))  # what was not kept
    carried = company.works_on(DESTROYED_ON)
    assert (carried.quarantined, carried.destroyed, len(carried.certificates)) == ([], 3, 2)
    told = Certificate.objects.filter(id__in=carried.certificates).values_list("body", flat=True)
    assert {body["record_class"] for body in told} == {"complaint-dispute", "payment-supply"}


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_a_plan_is_carried_out_whole_however_many_values_a_record_has(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(intents, "MOST_VALUES", at_once)
    complaint(company)
    clock.travel_to(MOVES_ON)
    done = due.carry_out(planned.plan(MOVES_ON).digest, MOVES_ON)
    assert (done.set_aside, done.destroyed, done.quarantined) == (3, 4, [])
    assert planned.plan(MOVES_ON).actions == ()
    assert len(done.certificates) == Certificate.objects.count() == -(-4 // at_once)


def test_from_the_stub_on_the_live_envelope_is_empty(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint(company)
    with monkeypatch.context() as killed:
        kill_before(separate, 4, killed)
        run_killed(MOVES_ON)
    moved = ItemValue.objects.filter(id__in=Stub.objects.values("value_id"))
    assert [bytes(row.envelope) for row in moved] == [b""] * 3


def test_a_second_runner_that_met_the_same_intent_leaves_no_second_copy(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, issued: list[int]
) -> None:
    record_id = complaint(company)
    reseal = separate.m1_reseal

    def overtaken(slower: Slice) -> None:
        reseal(slower)
        with monkeypatch.context() as faster:
            faster.setattr(separate, "STEPS", (reseal, *separate.STEPS[1:]))
            separate.finish(Slice(tuple(Intent.objects.filter(body__verb="set-aside"))))

    monkeypatch.setattr(separate, "STEPS", (overtaken, *separate.STEPS[1:]))
    work(MOVES_ON)
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3
    assert SeparateItem.objects.count() == 3
    assert living(issued) == held() | set(
        ItemValue.objects.values_list("kid", flat=True)
    )  # the slower runner's keys are destroyed, none is left over


@pytest.mark.parametrize("call", ["reseal", "agree"])
def test_a_runner_overtaken_between_reading_a_value_and_opening_it_goes_on(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, issued: list[int], call: str
) -> None:
    record_id = company.receives_and_resolves("complaint-dispute", access_log="").record_id
    kind = type(sealing.current())
    really, before_the_end = getattr(kind, call), separate.STEPS[:-1]

    def overtaken(*given: object) -> object:
        with monkeypatch.context() as faster:
            faster.setattr(kind, call, really)
            first = Slice((Intent.objects.get(body__verb="set-aside"),))
            for step in before_the_end:
                step(first)
        return really(*given)

    monkeypatch.setattr(kind, call, overtaken)
    clock.travel_to(MOVES_ON)
    assert due.run(MOVES_ON).quarantined == []
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3
    assert living(issued) == held()


@pytest.mark.parametrize("item", ["set-aside", "destroy"])
def test_a_runner_that_was_overtaken_and_fails_quarantines_nobody(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, item: str
) -> None:
    record_id = complaint(company) if item == "set-aside" else company.receives_and_resolves(access_log="").record_id
    procedure = separate if item == "set-aside" else destroy
    really, overtaken_times = procedure.finish, []

    def overtaken(begun: Slice) -> None:
        really(Slice(tuple(Intent.objects.filter(id__in=[intent.id for intent in begun.intents]))))
        if not (begun.moves if procedure is separate else begun.ends):
            return
        overtaken_times.append(begun)
        raise WrongBinding("the envelope was emptied meanwhile", hint="none")

    monkeypatch.setattr(procedure, "finish", overtaken)
    work(MOVES_ON)
    assert overtaken_times
    assert not Intent.objects.exists()
    assert planned.plan_of([record_id], MOVES_ON).actions == ()
    assert not Quarantine.objects.exists()


def set_aside_and_restored(company: Company) -> UUID:
    """One complaint that is set aside, in a live database of the day before."""
    record_id = complaint(company)
    clock.travel_to(MOVES_ON)
    inquiry = Inquiry.objects.get(id=record_id)
    rows = list(ItemValue.objects.filter(record_id=record_id, item__in=KEPT))
    due.run(MOVES_ON)
    Stub.objects.all().delete()
    inquiry.save()
    ItemValue.objects.bulk_create(rows)
    return record_id


def test_a_restored_database_learns_what_was_set_aside_since(stores: None, company: Company) -> None:
    record_id = set_aside_and_restored(company)
    before = PendingLeaf.objects.count()
    assert due.run(MOVES_ON).quarantined == []
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3
    assert not ItemValue.objects.filter(record_id=record_id, item__in=KEPT).exists()
    assert Stub.objects.count() == SeparateItem.objects.count() == 3
    assert PendingLeaf.objects.count() == before


def test_what_is_set_aside_is_not_called_destroyed_because_a_restored_database_says_so(
    stores: None, company: Company
) -> None:
    record_id = set_aside_and_restored(company)
    certificates = Certificate.objects.count()
    Inquiry.objects.filter(id=record_id).update(record_class="general", start_event_on=None)
    assert due.run(MOVES_ON).quarantined == [record_id]
    assert Certificate.objects.count() == certificates
    assert [copies(record_id, item) for item in KEPT] == [["separate"]] * 3


def test_what_moved_is_the_value_and_opens_only_in_its_new_place(stores: None, company: Company) -> None:
    record_id = set_aside(company)
    row = SeparateItem.objects.get(item="content")
    there = Binding("separate", record_id, row.value_id, "content", "value")
    sealed = Sealed(row.kid, bytes(row.envelope))
    assert sealing.current().open_sealed(there, sealed) == b"It does not fit the tracker."
    with pytest.raises(WrongBinding):
        sealing.current().open_sealed(Binding("live", record_id, row.value_id, "content", "value"), sealed)


def test_a_move_keeps_rule_window_and_holidays_with_the_row(stores: None, company: Company) -> None:
    record_id = set_aside(company)
    row = SeparateItem.objects.get(item="email")
    assert (row.rule, row.record_class, row.policy_number) == ("complaint-dispute", "complaint-dispute", 2)
    assert (row.start_on, row.moved_on) == (BEGINS, MOVES_ON)
    assert (row.last_day, row.keep_until, row.destroy_by) == (date(2029, 10, 5), date(2029, 10, 5), date(2029, 10, 10))
    assert row.calendar == Inquiry.objects.get(id=record_id).calendar != []
    stub = Stub.objects.get(value_id=row.value_id)
    assert (stub.rule, stub.destroy_by) == (row.rule, row.destroy_by)


def test_after_a_move_nobody_at_the_desk_reads_it(stores: None, company: Company) -> None:
    record_id = set_aside(company)
    opened = inquiries.open_record(record_id, session_id=company.session_id)
    assert [read.item for turn in opened.turns for read in turn.values] == []
    assert opened.files == ()


def test_a_value_resealed_wrongly_stays_where_it_was(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = complaint(company)
    monkeypatch.setattr(type(sealing.current()), "agree", lambda _self, pairs: (False,) * len(pairs))
    clock.travel_to(MOVES_ON)
    carried = due.run(MOVES_ON)
    assert carried.quarantined == [record_id]
    assert all("live" in copies(record_id, item) for item in KEPT)


def test_destroyed_is_not_said_while_a_key_lives(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = company.receives_and_resolves().record_id
    clock.travel_to(MOVES_ON)
    actions = planned.plan(MOVES_ON).actions
    with monkeypatch.context() as broken:
        broken.setattr(type(sealing.current()), "destroy", lambda *_: Destroyed((), clock.wall_now()))
        with pytest.raises(NotDestroyed, match="keys of record"):
            destroyed(record_id, actions)
    assert not Certificate.objects.exists()
    assert ItemValue.objects.filter(record_id=record_id, item="content").exists()
    assert Inquiry.objects.get().state == RecordState.RESOLVED
    work(MOVES_ON)
    assert Certificate.objects.count() == 1


def test_destroyed_is_not_said_while_a_row_is_left(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = company.receives_and_resolves().record_id
    clock.travel_to(MOVES_ON)
    actions = planned.plan(MOVES_ON).actions
    with monkeypatch.context() as broken:
        broken.setattr("django.db.models.query.QuerySet.delete", lambda _self: (0, {}))
        with pytest.raises(NotDestroyed, match="rows of record"):
            destroyed(record_id, actions)
    assert not Certificate.objects.exists()


def test_what_is_no_longer_due_is_not_touched(stores: None, company: Company) -> None:
    record_id = complaint(company)
    clock.travel_to(MOVES_ON)
    actions = planned.plan(MOVES_ON).actions
    clock.travel_to(date(2026, 10, 8))
    inquiries.reopen(record_id, session_id=company.session_id)
    clock.travel_to(MOVES_ON)
    assert intents.begin(actions, on=MOVES_ON) == []
    assert not Intent.objects.exists()


def test_once_a_procedure_has_begun_the_record_cannot_be_reopened(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = complaint(company)
    with monkeypatch.context() as power_cut:
        kill_before(separate, 2, power_cut)
        run_killed(MOVES_ON)
    clock.travel_to(date(2026, 10, 8))  # even with the clock set back
    with pytest.raises(inquiries.AlreadyLeft):
        inquiries.reopen(record_id, session_id=company.session_id)


def test_while_a_procedure_is_unfinished_its_values_are_not_shown(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives_and_resolves()
    with monkeypatch.context() as power_cut:
        kill_before(destroy, 1, power_cut)
        run_killed(MOVES_ON)
    opened = own.read(receipt.code)
    assert [read.item for turn in opened.turns for read in turn.values] == []


def test_with_its_last_value_a_conversations_outline_goes_too(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    work(MOVES_ON)
    assert Message.objects.filter(record_id=record_id).exists()  # the access log is still there
    work(date(2027, 1, 6))
    assert not Message.objects.filter(record_id=record_id).exists()
    row = Inquiry.objects.get()
    assert (row.state, row.achieved_on, row.destroyed_on) == (
        RecordState.DESTROYED,
        date(2026, 10, 12),
        date(2027, 1, 6),
    )


def test_with_its_last_value_the_gate_of_a_record_goes_too(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves()
    gate = Inquiry.objects.get().gate_kid
    work(MOVES_ON)
    assert sealing.current().states([gate]) == {gate: KeyState.ALIVE}  # the access log is still there
    work(date(2027, 1, 6))
    assert sealing.current().states([gate]) == {gate: KeyState.DESTROYED}
    assert planned.plan_of([receipt.record_id], date(2027, 1, 6)).actions == ()


def test_what_differs_in_record_verb_store_or_reason_begins_in_intents_of_its_own(
    stores: None, company: Company
) -> None:
    set_aside(company)
    records = {complaint(company), complaint(company)}
    clock.travel_to(MOVES_ON + timedelta(days=8))
    begun = intents.begin(planned.plan(clock.policy_today()).actions, on=clock.policy_today())
    assert {(one.record_id, one.body["verb"]) for one in begun} == {
        (record_id, verb) for record_id in records for verb in ("set-aside", "destroy")
    }
    assert sorted(len(intents.ids_of(one)) for one in begun) == [3, 3, 4, 4]


def test_where_one_record_of_a_slice_is_not_there_nothing_of_it_begins(stores: None, company: Company) -> None:
    record_id = complaint(company)
    complaint(company)
    clock.travel_to(MOVES_ON)
    everything = planned.plan(MOVES_ON).actions
    Inquiry.objects.filter(id=record_id).delete()
    with pytest.raises(Misused, match="no record"):
        intents.begin(everything, on=MOVES_ON)
    assert not Intent.objects.exists()
