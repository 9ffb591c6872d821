"""A database put back from a backup: nothing starts with it, and once mended it holds nothing destroyed since."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from jikim import clock, sealing
from jikim.cli import processes
from jikim.config.checks import keyring as gate
from jikim.domain.destruction import LIVE, SEPARATE
from jikim.domain.terms import RecordState
from jikim.procedures import due, journal, restore
from jikim.queries import due as planned
from jikim.queries import mail
from jikim.store.live.models import (
    Certificate,
    Inquiry,
    Intent,
    ItemValue,
    LastTold,
    Message,
    OutgoingMail,
    PendingLeaf,
    Quarantine,
    Stub,
)
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, Company, copies

ENDS = BEGINS + timedelta(days=8)
Copy = Mapping[str, list[dict[str, object]]]


def copied(alias: str) -> Copy:
    """Copy every row of one database, as a backup does; what waits for the journal has been told before."""
    journal.submit()
    return {model.__name__: list(model.objects.values()) for model in tables(alias)}


def put_back(alias: str, copy: Copy) -> None:
    for model in tables(alias):
        model.objects.all().delete()
        model.objects.bulk_create(model(**row) for row in copy[model.__name__])


def tables(alias: str) -> list[Any]:
    """Return every table of a database but those that never change here: published policies, and staff."""
    the_same = ("PolicyVersion", "PolicyText", "StaffAccount")
    return [model for model in apps.get_app_config(alias).get_models() if model.__name__ not in the_same]


def refused() -> list[str | None]:
    return [problem.id for problem in gate.journal_belongs_to_rows([LIVE, SEPARATE])]


def destroyed(company: Company, record_class: str = "general") -> tuple[UUID, Copy, Copy]:
    """Take a copy of both databases, then let an inquiry come to its end, and the journal be told."""
    record_id = company.receives_and_resolves(record_class, access_log="").record_id
    before = copied(LIVE), copied(SEPARATE)
    company.works_on(ENDS)
    journal.submit()
    return record_id, *before


def test_databases_as_new_as_the_journal_start(stores: None, company: Company) -> None:
    assert refused() == []
    destroyed(company)
    assert refused() == []
    assert LastTold.objects.get().nonce == sealing.current().newest_told(LIVE)


def test_what_was_told_and_not_let_go_of_is_no_older_copy(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.receives_and_resolves()
    company.works_on(ENDS)
    rows = list(PendingLeaf.objects.exclude(role="").order_by("id"))
    sealing.current().submit(LIVE, [journal._signed(row) for row in rows])  # and then the worker is killed
    assert refused() == []
    journal.submit()
    assert refused() == []


def test_an_entry_that_is_brought_again_makes_no_database_look_older(stores: None, company: Company) -> None:
    company.receives_and_resolves()
    told = list(PendingLeaf.objects.exclude(role="").order_by("id").values())
    journal.submit()
    company.works_on(ENDS)
    journal.submit()
    PendingLeaf.objects.create(**{**told[0], "id": None})
    journal.submit()
    assert refused() == []


def test_an_older_copy_is_refused_with_a_next_step(stores: None, company: Company) -> None:
    _record_id, live, _separate = destroyed(company)
    put_back(LIVE, live)
    (problem,) = gate.journal_belongs_to_rows([LIVE, SEPARATE])
    assert problem.id == "jikim.E303"
    assert "older copy" in problem.msg
    assert "jikim restore" in str(problem.hint)
    restore.run()
    assert refused() == []


def test_past_the_gate_nothing_can_be_certified_a_second_time(stores: None, company: Company) -> None:
    record_id, live, _separate = destroyed(company)
    put_back(LIVE, live)
    assert copies(record_id, "content") == []
    again = due.run(ENDS)
    assert (again.destroyed, again.certificates, again.quarantined) == (0, [], [record_id])
    assert Quarantine.objects.get().error == "EvidenceMissing"
    assert not Certificate.objects.exists()


def test_what_was_destroyed_since_the_copy_goes_again_and_the_journal_says_so(stores: None, company: Company) -> None:
    record_id, live, _separate = destroyed(company)
    put_back(LIVE, live)
    assert ItemValue.objects.count() == 7
    done = restore.run()
    assert (done.purged, done.set_aside, done.lost, done.records) == (7, 0, 0, 1)
    row = Inquiry.objects.get(id=record_id)
    assert (row.state, row.destroyed_on) == (RecordState.DESTROYED, ENDS)
    assert not ItemValue.objects.exists()
    assert not Message.objects.exists()
    leaf = _newest_leaf()
    assert (leaf["kind"], leaf["purged"]) == ("restore.done", 7)
    assert (planned.plan(ENDS + timedelta(days=1)).actions, Intent.objects.count()) == ((), 0)


def test_what_was_set_aside_since_the_copy_is_set_aside_again_and_ends_as_it_would_have(
    stores: None, company: Company
) -> None:
    record_id, live, _separate = destroyed(company, "complaint-dispute")
    kept = list(SeparateItem.objects.order_by("value_id").values())
    put_back(LIVE, live)
    done = restore.run()
    assert (done.purged, done.set_aside) == (7, 3)
    row = Inquiry.objects.get(id=record_id)
    assert (row.state, row.set_aside_on, row.record_class) == (RecordState.SET_ASIDE, ENDS, "complaint-dispute")
    assert {stub.item for stub in Stub.objects.all()} == {"subject", "email", "content"}
    assert list(SeparateItem.objects.order_by("value_id").values()) == kept
    assert company.works_on(date(2029, 10, 6)).destroyed == 3
    assert Certificate.objects.count() == 1
    assert Inquiry.objects.get(id=record_id).state == RecordState.DESTROYED


def test_an_older_separate_database_brings_nothing_back_that_was_destroyed(stores: None, company: Company) -> None:
    destroyed(company, "complaint-dispute")
    separate = copied(SEPARATE)
    company.works_on(date(2029, 10, 6))
    journal.submit()
    put_back(SEPARATE, separate)
    assert refused() == ["jikim.E303"]
    done = restore.run()
    assert (done.purged, done.lost) == (3, 0)
    assert not SeparateItem.objects.exists()
    assert refused() == []


def test_what_an_older_separate_database_lacks_is_told_as_lost_and_stays_visible(
    stores: None, company: Company
) -> None:
    company.receives_and_resolves("complaint-dispute", access_log="")
    company.works_on(ENDS)
    separate = copied(SEPARATE)
    clock.travel_to(ENDS + timedelta(days=1))
    company.receives_and_resolves("complaint-dispute", access_log="")
    company.works_on(ENDS + timedelta(days=9))
    journal.submit()
    put_back(SEPARATE, separate)
    assert restore.run().lost == 3
    assert Stub.objects.count() == 6


def test_stubs_of_what_ended_after_an_older_live_copy_go(stores: None, company: Company) -> None:
    record_id, _live, _separate = destroyed(company, "complaint-dispute")
    live = copied(LIVE)
    company.works_on(date(2029, 10, 6))
    journal.submit()
    put_back(LIVE, live)
    assert Stub.objects.count() == 3
    done = restore.run()
    assert (done.lost, Stub.objects.count()) == (0, 0)
    assert Inquiry.objects.get(id=record_id).state == RecordState.DESTROYED


def test_letters_that_waited_in_the_copy_are_not_sent(stores: None, company: Company) -> None:
    _record_id, live, _separate = destroyed(company)
    put_back(LIVE, live)
    assert mail.post().waiting > 0
    restore.run()
    assert mail.post().waiting == 0
    assert OutgoingMail.objects.exists()


@pytest.mark.parametrize("step", ["r1_live", "r2_apart", "r3_states", "r4_tell"])
def test_cut_off_after_any_step_it_is_still_refused_and_the_next_run_ends_it(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    record_id, live, _separate = destroyed(company, "complaint-dispute")
    put_back(LIVE, live)
    really: Callable[..., object] = getattr(restore, step)

    def dies(*given: object) -> None:
        if step != "r4_tell":
            really(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restore, step, dies)
        with pytest.raises(KeyboardInterrupt):
            restore.run()
    assert refused() == ["jikim.E303"]
    restore.run()
    assert refused() == []
    assert Inquiry.objects.get(id=record_id).state == RecordState.SET_ASIDE
    assert (ItemValue.objects.count(), Stub.objects.count(), SeparateItem.objects.count()) == (0, 3, 3)
    assert restore.run().purged == 0


def test_a_home_with_an_older_database_starts_again_only_after_it_was_mended(tmp_path: Path) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept.sqlite3"

    def jikim(*words: str) -> "subprocess.CompletedProcess[str]":
        told = {name: os.environ[name] for name in processes.SYSTEM if name in os.environ}
        run = [sys.executable, "-m", "jikim", *words]
        here = told | {"JIKIM_HOME": str(home), "PYTHONPATH": str(Path(restore.__file__).parents[2])}
        return subprocess.run(run, env=here, capture_output=True, text=True, timeout=120, check=False)

    assert jikim("demo", "--on", "2023-01-06", "--no-serve").returncode == 0
    assert jikim("restore").stdout == "no database is an older copy: there is nothing to restore\n"
    with closing(sqlite3.connect(home / "live.sqlite3")) as live, closing(sqlite3.connect(kept)) as copy:
        live.backup(copy)
    assert jikim("demo", "--on", "2023-01-20", "--no-serve").returncode == 0
    for beside in ("", "-wal", "-shm"):
        (home / f"live.sqlite3{beside}").unlink(missing_ok=True)
    kept.rename(home / "live.sqlite3")
    for words in (("due",), ("demo", "--on", "2023-01-20", "--no-serve")):
        refused = jikim(*words)
        assert (refused.returncode, "jikim.E303" in refused.stderr) == (3, True), refused.stderr
    mended = jikim("restore")
    assert mended.returncode == 0, mended.stderr
    assert "the copy knows of nothing after 2023-01-0" in mended.stdout
    assert jikim("due").returncode == 0
    verified = jikim("journal", "verify")
    assert verified.returncode == 0, verified.stderr


def _newest_leaf() -> dict[str, object]:
    place = LastTold.objects.get().index
    leaf = sealing.current().leaf(place)
    return {"kind": leaf.kind, **leaf.body}
