"""What is due on a day, carrying exactly that out, and the worker that does it every minute."""

import argparse
import json
import socket
import threading
import time
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import OperationalError

from jikim import clock, environment, sealing
from jikim.actions import inquiries
from jikim.cli import due as command
from jikim.cli import exit_code
from jikim.domain.destruction import Plan, PlanChanged
from jikim.domain.separation import Fate
from jikim.domain.terms import RecordState
from jikim.procedures import destroy, due, night, worker
from jikim.procedures.due import NotToday
from jikim.procedures.slices import Slice
from jikim.queries import due as planned
from jikim.queries import inquiries as asked
from jikim.queries.life import Tense
from jikim.queries.overview import overview
from jikim.sealing.errors import KeyringUnavailable
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, Quarantine
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, Company, copies

MOVES_ON, LOG_DIES_ON, DESTROYED_ON = date(2026, 10, 13), date(2027, 1, 6), date(2029, 10, 6)


def test_nothing_is_due_before_the_quiet_days_are_over(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    done = company.lives_until(MOVES_ON - timedelta(days=1))
    assert [(carried.set_aside, carried.destroyed) for carried in done] == [(0, 0)] * 7


def test_a_round_in_which_nothing_is_due_makes_no_plan(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves("complaint-dispute")
    plans, really = list[date](), planned.plan

    def plan(on: date) -> Plan:
        plans.append(on)
        return really(on)

    monkeypatch.setattr(planned, "plan", plan)
    for day in (MOVES_ON - timedelta(days=1), MOVES_ON, MOVES_ON + timedelta(days=1), LOG_DIES_ON, DESTROYED_ON):
        company.works_on(day)
    assert plans == [MOVES_ON, LOG_DIES_ON, DESTROYED_ON]


def test_a_general_inquiry_is_destroyed_after_the_quiet_days_but_for_its_access_log(
    stores: None, company: Company
) -> None:
    record_id = company.receives_and_resolves().record_id
    carried = company.works_on(MOVES_ON)
    assert (carried.set_aside, carried.destroyed, len(carried.certificates)) == (0, 7, 1)
    assert [copies(record_id, item) for item in ("content", "attachments", "access_log")] == [[], [], ["live"]]
    assert company.works_on(LOG_DIES_ON - timedelta(days=1)).destroyed == 0
    assert company.works_on(LOG_DIES_ON).destroyed == 1
    assert Inquiry.objects.get().state == RecordState.DESTROYED


def test_a_complaint_lives_its_whole_life(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves("complaint-dispute").record_id
    moved = company.works_on(MOVES_ON)
    assert (moved.set_aside, moved.destroyed) == (3, 4)  # two files are four values
    assert company.works_on(LOG_DIES_ON).destroyed == 1
    assert company.works_on(DESTROYED_ON - timedelta(days=1)).destroyed == 0
    assert company.works_on(DESTROYED_ON).destroyed == 3
    row = Inquiry.objects.get()
    assert (row.achieved_on, row.set_aside_on, row.destroyed_on) == (date(2026, 10, 12), MOVES_ON, DESTROYED_ON)
    assert [copies(record_id, item) for item in ("content", "email", "subject")] == [[], [], []]
    assert not ItemValue.objects.exists()
    assert not SeparateItem.objects.exists()


def test_an_abandoned_inquiry_loses_what_no_law_keeps_and_waits_for_a_class_with_the_rest(
    stores: None, company: Company
) -> None:
    record_id = company.receives(access_log="").record_id
    assert overview().ending_unclassified == 0
    clock.travel_to(date(2027, 3, 25))
    assert overview().ending_unclassified == 1  # two weeks before, somebody is told
    assert company.works_on(date(2027, 4, 3)).destroyed == 0
    assert company.works_on(date(2027, 4, 4)).destroyed == 4  # two files
    assert Certificate.objects.get().reason == "abandoned"
    assert not SeparateItem.objects.exists()
    assert [company.works_on(day).destroyed for day in (date(2027, 4, 8), date(2030, 1, 1))] == [0, 0]
    assert [copies(record_id, item) for item in ("content", "email")] == [["live"], ["live"]]


def test_an_inquiry_without_a_class_is_never_set_aside_or_destroyed_by_guess(stores: None, company: Company) -> None:
    company.receives(access_log="")
    plan = planned.plan(date(2030, 1, 1))
    assert {action.item for action in plan.actions} == {"attachments"}
    assert all(action.verb == Fate.DESTROY for action in plan.actions)
    assert {action.item for action in plan.awaiting} == {"subject", "email", "content"}


def test_a_reopened_inquiry_is_not_destroyed_on_its_old_day(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    company.lives_until(date(2026, 10, 8))
    inquiries.reopen(record_id, session_id=company.session_id)
    assert sum(carried.destroyed for carried in company.lives_until(date(2026, 10, 20))) == 0
    company.resolves(record_id)
    assert company.works_on(date(2026, 10, 28)).destroyed == 7


def test_an_answer_after_resolving_waits_for_the_person_again(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves().record_id
    clock.travel_to(date(2026, 10, 10))
    company.answers(record_id)
    assert company.works_on(date(2026, 10, 17)).destroyed == 0
    assert company.works_on(date(2026, 10, 18)).destroyed == 8


def test_a_plan_for_any_day_changes_nothing(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    counts = [len(planned.plan(day).actions) for day in (BEGINS, MOVES_ON, LOG_DIES_ON, DESTROYED_ON)]
    assert counts == [0, 7, 8, 8]
    assert {a.verb for a in planned.plan(DESTROYED_ON).actions} == {Fate.DESTROY}
    assert (ItemValue.objects.count(), SeparateItem.objects.count(), Intent.objects.count()) == (8, 0, 0)


def test_exactly_the_shown_plan_is_carried_out(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    shown = planned.plan(MOVES_ON).digest
    clock.travel_to(MOVES_ON)
    carried = due.carry_out(shown, MOVES_ON)
    assert (carried.set_aside, carried.destroyed) == (3, 4)
    with pytest.raises(PlanChanged):
        due.carry_out(shown, MOVES_ON)


def test_a_plan_that_gained_a_record_is_refused_and_nothing_is_done(stores: None, company: Company) -> None:
    company.receives_and_resolves()
    shown = planned.plan(MOVES_ON).digest
    company.receives_and_resolves()
    clock.travel_to(MOVES_ON)
    with pytest.raises(PlanChanged, match="review the new plan"):
        due.carry_out(shown, MOVES_ON)
    assert not Certificate.objects.exists()


def test_the_plan_of_another_day_is_refused(stores: None, company: Company) -> None:
    company.receives_and_resolves()
    with pytest.raises(NotToday):
        due.carry_out(planned.plan(MOVES_ON).digest, MOVES_ON)
    with pytest.raises(NotToday):
        due.run(MOVES_ON)


def test_the_worker_late_by_ten_days_destroys_at_once_and_says_it_was_late(stores: None, company: Company) -> None:
    company.receives_and_resolves(access_log="")
    clock.travel_to(date(2026, 10, 27))
    assert (overview().overdue, overview().overdue_days) == (7, 10)
    worker.once()
    assert (overview().overdue, overview().due_today) == (0, 0)
    assert Certificate.objects.get().body["in_time"] is False


def test_a_record_that_fails_is_quarantined_and_the_others_go_on(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = company.receives_and_resolves().record_id, company.receives_and_resolves().record_id
    finish = destroy.finish

    def failing(some: Slice) -> None:
        if any(intent.record_id == bad for intent in some.ends):
            raise ValueError("a secret of kim@example.kr")
        finish(some)

    with monkeypatch.context() as broken:
        broken.setattr(destroy, "finish", failing)
        carried = company.works_on(MOVES_ON)
        assert carried.quarantined == [bad]
        again = due.run(MOVES_ON)
    assert (again.quarantined, again.destroyed) == ([], 0)  # tried once a day, not every minute
    assert copies(good, "content") == []
    row = Quarantine.objects.get()
    assert (row.record_id, row.error, row.tries) == (bad, "ValueError", 1)  # the name of the error, never its words
    assert overview().quarantined == 1
    assert company.works_on(MOVES_ON + timedelta(days=1)).destroyed == 7
    assert not Quarantine.objects.exists()


def test_a_record_that_cannot_be_planned_is_named_and_the_others_go_on(stores: None, company: Company) -> None:
    bad = company.receives_and_resolves().record_id
    company.receives_and_resolves()
    Inquiry.objects.filter(id=bad).update(policy_number=99)
    carried = company.works_on(MOVES_ON)
    assert (carried.quarantined, carried.destroyed) == ([bad], 7)
    assert planned.plan(MOVES_ON).unplanned == (bad,)


def test_an_intent_that_cannot_be_read_is_quarantined_and_the_others_go_on(stores: None, company: Company) -> None:
    bad, _ = company.receives().record_id, company.receives_and_resolves()
    Intent.objects.create(record_id=bad, reason="", body={}, begun_at=clock.policy_now())
    carried = company.works_on(MOVES_ON)
    assert (carried.quarantined, carried.destroyed) == ([bad], 7)


def test_a_round_that_fails_as_nobody_foresaw_does_not_end_the_worker(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_on: date) -> None:
        raise AttributeError("the words of kim@example.kr")

    monkeypatch.setattr(planned, "plan", fail)
    assert worker.once() is None
    assert caplog.messages == ["this round stopped: AttributeError"]


def test_values_whose_inquiry_is_gone_are_named_and_the_others_go_on(stores: None, company: Company) -> None:
    bad, _ = company.receives_and_resolves().record_id, company.receives_and_resolves()
    Inquiry.objects.filter(id=bad).delete()
    assert sum(planned.destructions_by_month(MOVES_ON).values()) == 8  # the night's count goes on too
    assert company.works_on(MOVES_ON).destroyed == 7
    worker.once()
    assert [row.record_id for row in Quarantine.objects.all()] == [bad]


@pytest.mark.parametrize("trouble", [OperationalError("disk full"), KeyringUnavailable("no file", hint="look")])
def test_trouble_of_the_whole_house_quarantines_nobody(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    company.receives_and_resolves()
    clock.travel_to(MOVES_ON)

    def fail(*_args: object) -> None:
        raise trouble

    with monkeypatch.context() as broken:
        broken.setattr(type(sealing.current()), "destroy", fail)
        assert worker.once() is None
    assert not Quarantine.objects.exists()
    carried = worker.once()
    assert carried is not None
    assert carried.destroyed == 7


def test_the_worker_works_round_after_round_on_fresh_connections_until_told_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, happened = threading.Event(), list[str]()

    def once() -> None:
        happened.append("worked")
        if happened.count("worked") == 3:
            stop.set()

    monkeypatch.setattr(worker, "once", once)
    monkeypatch.setattr(worker, "close_old_connections", lambda: happened.append("closed"))
    worker.run(stop, every=0.001)
    assert happened == ["closed", "worked", "closed"] * 3


def test_the_worker_looks_at_once_when_somebody_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    rings, hears = socket.socketpair()
    hears.setblocking(False)
    stop, began, rounds = threading.Event(), time.monotonic(), list[float]()

    def once() -> None:
        rounds.append(time.monotonic())
        if len(rounds) == 2:
            stop.set()

    monkeypatch.setattr(worker, "once", once)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "LISTENS_EVERY", 0.1)
    with rings, hears:
        monkeypatch.setenv("JIKIM_BELL_FD", str(rings.fileno()))
        environment.ring()
        monkeypatch.setenv("JIKIM_BELL_FD", str(hears.fileno()))
        worker.run(stop)
        assert not environment.has_rung(), "it was heard once"
    assert time.monotonic() - began < worker.SECONDS / 2


def test_who_rings_where_nobody_listens_is_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ring()
    assert not environment.has_rung()
    rings, hears = socket.socketpair()
    rings.setblocking(False)
    monkeypatch.setenv("JIKIM_BELL_FD", str(rings.fileno()))
    with rings, hears:
        with suppress(BlockingIOError):
            while True:
                rings.send(bytes(4096))
        environment.ring()
    environment.ring()  # now to a number that is closed


def test_the_command_shows_a_plan_and_carries_it_out(
    stores: None, company: Company, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = company.receives_and_resolves("complaint-dispute").record_id
    monkeypatch.setattr("jikim.cli.home.ready", lambda: None)
    clock.travel_to(MOVES_ON)
    assert _run("--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["on"], len(shown["actions"]), shown["overdue"]) == ("2026-10-13", 7, 0)
    assert _run() == 0
    text = capsys.readouterr().out
    assert f"record {record_id}" in text
    assert "set aside content (1)  by 2026-10-17  kept by complaint-dispute, to be destroyed by 2029-10-10" in text
    assert text.rstrip().endswith(shown["digest"])
    with pytest.raises(PlanChanged) as refused:
        _run("--carry-out", "0" * 64)
    assert exit_code(refused.value) == 3
    assert _run("--carry-out", shown["digest"], "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["set_aside"], done["destroyed"], done["quarantined"]) == (3, 4, [])


def test_the_command_shows_any_day(
    stores: None, company: Company, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves()
    monkeypatch.setattr("jikim.cli.home.ready", lambda: None)
    assert _run("--on", "2031-03-11") == 0
    assert "0 values to set aside, 8 to destroy" in capsys.readouterr().out


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    arguments = parser.parse_args(["due", *words])
    code: int = arguments.run(arguments)
    return code


def test_the_life_line_is_told_with_what_is_known(stores: None, company: Company) -> None:
    record_id = company.receives().record_id
    life = asked.life(record_id)
    assert [(node.name, node.day, node.state) for node in life.nodes] == [
        ("received", BEGINS, Tense.NOW),
        ("answered", None, Tense.FUTURE),
        ("achieved", date(2027, 4, 3), Tense.FUTURE),  # if no word ever comes
        ("set-aside", None, Tense.FUTURE),
        ("destroyed", date(2027, 4, 4), Tense.FUTURE),
    ]
    company.answers(record_id)
    company.resolves(record_id, "complaint-dispute", BEGINS)
    life = asked.life(record_id)
    assert [(node.day, node.state) for node in life.nodes] == [
        (BEGINS, Tense.PAST),
        (BEGINS, Tense.NOW),
        (date(2026, 10, 12), Tense.FUTURE),
        (MOVES_ON, Tense.FUTURE),
        (DESTROYED_ON, Tense.FUTURE),
    ]
    assert {item.item: (item.rule, item.destroyed_from) for item in life.items} == {
        "access_log": ("", LOG_DIES_ON),
        "attachments": ("", MOVES_ON),
        "content": ("complaint-dispute", DESTROYED_ON),
        "email": ("complaint-dispute", DESTROYED_ON),
        "subject": ("complaint-dispute", DESTROYED_ON),
    }


def test_the_life_line_is_the_same_before_and_after_things_happened(stores: None, company: Company) -> None:
    record_id = company.receives_and_resolves("complaint-dispute").record_id
    foretold = [node.day for node in asked.life(record_id).nodes]
    company.works_on(MOVES_ON)
    assert asked.life(record_id).node("set-aside").state == Tense.NOW
    assert [node.day for node in asked.life(record_id).nodes] == foretold
    company.works_on(LOG_DIES_ON)
    company.works_on(DESTROYED_ON)
    life = asked.life(record_id)
    assert [node.day for node in life.nodes] == foretold
    assert {node.state for node in life.nodes} == {Tense.PAST}


def test_the_overview_counts_what_is_kept_and_what_is_to_come(stores: None, company: Company) -> None:
    company.receives()
    company.receives_and_resolves("complaint-dispute")
    company.works_on(MOVES_ON)
    assert {count for _, count in overview().ahead} == {0}  # nobody has counted yet
    night.work(MOVES_ON)
    numbers = overview()
    assert (numbers.open_inquiries, numbers.waiting_days, numbers.set_aside) == (1, 8, 3)
    assert (numbers.rules, numbers.destroyed_this_month) == ((("complaint-dispute", 3),), 4)
    assert (numbers.overdue, numbers.unfinished, numbers.quarantined) == (0, 0, 0)
    months = dict(numbers.ahead)
    assert len(months) == 12
    assert (months[date(2026, 10, 1)], months[date(2027, 1, 1)], months[date(2027, 4, 1)]) == (0, 2, 7)
    clock.travel_to(date(2029, 9, 30))
    night.work(date(2029, 9, 30))
    assert dict(overview().ahead) == {**dict.fromkeys(planned.months_ahead(date(2029, 9, 30)), 0)} | {
        date(2029, 9, 1): 9,  # late: the other inquiry's seven, and two access logs
        date(2029, 10, 1): 3,
    }


def test_the_front_page_looks_at_no_clock_that_is_not_due(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives()

    def look(*_given: object, **_named: object) -> None:
        raise AssertionError

    monkeypatch.setattr(planned, "clock_of", look)
    assert overview().open_inquiries == 1


def test_a_day_takes_the_keys_of_all_its_records_in_one_change_of_root(stores: None, company: Company) -> None:
    for kind in ("general", "complaint-dispute") * 3:
        company.receives_and_resolves(kind, access_log="")
    company.works_on(MOVES_ON)
    bodies = Certificate.objects.values_list("body", flat=True)
    assert len(bodies) == 6  # of three records all, of three others what no rule keeps
    assert len({body["signed"]["event"]["epoch"] for body in bodies}) == 1
