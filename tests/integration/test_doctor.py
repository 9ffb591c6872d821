"""`jikim doctor`: each check passes where its fact holds, and says so where the fact was broken."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from jikim import clock, environment, sealing
from jikim.cli import users
from jikim.cli.doctor import databases, house, journal, keys, screen, ways, work
from jikim.cli.doctor.finding import Finding, State, asked
from jikim.cli.users import ENDINGS, User, Users
from jikim.domain.staff import StaffRole
from jikim.environment import ALIASES, MailServer, RootPlaces, Tls
from jikim.procedures import journal as telling
from jikim.procedures import worker
from jikim.queries import standing
from jikim.queries.desk import session
from jikim.queries.mail import Post
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.file_store import attachments
from jikim.sealing.journal.folder import CHECKPOINT_FILE
from jikim.sealing.keyring import Keyring
from jikim.store.live.models import Intent, ItemValue, PolicyVersion, Quarantine
from tests.support.company import Company, sealed_by
from tests.support.journals import tamper
from tests.support.passkeys import SoftPasskey, house_of_this_process, two_days_pass
from tests.support.postgres import Cluster
from tests.support.staff import signed_in

GIB = 1024**3
PAPER = '{"format": 2, "program": "0.1.0", "kind": "demo", "offset_days": 0}'
QUIET = Post(waiting=0, oldest_due_at=None, no_server=False, stalled=False, troubles=(), failed=())
SERVER = MailServer("mail.example.kr", 465, Tls.FROM_THE_START, "", "", "privacy@example.kr", "mail", None)


def states(found: Iterable[Finding]) -> list[State]:
    return [one.state for one in found]


def state(found: Iterable[Finding]) -> State:
    """Return the state of a check that finds one thing."""
    (one,) = found
    assert one.state is State.OK or one.hint
    return one.state


def makes(home: Path) -> Path:
    home.mkdir(mode=0o700)
    (home / "home.json").write_text(PAPER)
    (home / "home.json").chmod(0o600)
    return home


@pytest.fixture
def home(ram_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo home of this test alone, where nothing was made yet."""
    path = makes(ram_path / "home")
    monkeypatch.setenv("JIKIM_HOME", str(path))
    monkeypatch.setenv("JIKIM_ROOTS", f"anywhere:{path}/keys/root-0.slots")
    monkeypatch.setattr(users, "of_this_machine", lambda: None)
    return path


@pytest.fixture
def open_keys(home: Path) -> Iterator[Path]:
    """The folder of a key daemon that has that home open."""
    with sealed_by(home / "keys"):
        yield home / "keys"


# --- the home --------------------------------------------------------------------------------------------------------


def test_a_home_that_others_may_enter_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(house.home_is_private()) is State.OK
    home.chmod(0o750)
    assert state(house.home_is_private()) is State.FAIL
    home.chmod(0o700)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert state(house.home_is_private()) is State.FAIL
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    home.chmod(0o710)
    assert state(house.home_is_private()) is State.FAIL
    monkeypatch.setattr(users, "of_this_machine", lambda: house_of(owner))
    assert state(house.home_is_private()) is State.OK, "the users of the house pass through it"


def test_a_file_that_others_may_read_fails(open_keys: Path) -> None:
    assert state(house.files_are_private()) is State.OK
    (open_keys / "keyring.sqlite3").chmod(0o640)
    assert state(house.files_are_private()) is State.FAIL


@pytest.mark.parametrize(
    ("free", "found"), [(50 * GIB, State.OK), (GIB, State.WARN), (100_000_000, State.FAIL)], ids=str
)
def test_a_disk_that_is_nearly_full_is_told(free: int, found: State, home: Path) -> None:
    assert state(house.there_is_room(free)) is found
    assert states(house.there_is_room()) != []


def test_a_swap_area_is_told(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n")
    assert state(house.memory_stays_in_memory(swaps)) is State.OK
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert state(house.memory_stays_in_memory(swaps)) is State.WARN


# --- the databases ---------------------------------------------------------------------------------------------------


def test_a_setting_that_is_not_kept_fails(committed_stores: None) -> None:
    assert set(states(databases.settings_are_kept())) == {State.OK}
    with connections["separate"].cursor() as cursor:
        cursor.execute(
            "PRAGMA synchronous = 0" if connections["separate"].vendor == "sqlite" else "SET synchronous_commit = 'off'"
        )
    assert states(databases.settings_are_kept()) == [State.OK, State.FAIL, State.OK]


def test_a_separate_file_that_others_may_read_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "separate.sqlite3"
    file.touch(mode=0o600)
    own = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(file)})
    monkeypatch.setattr(databases, "connections", {"separate": own})
    monkeypatch.setattr(users, "of_this_machine", lambda: None)
    assert state(databases.separate_is_apart()) is State.WARN, "whoever runs this owns it"
    file.chmod(0o644)
    assert state(databases.separate_is_apart()) is State.FAIL
    file.chmod(0o600)
    monkeypatch.setattr(users, "of_this_machine", lambda: house_of(os.geteuid()))
    assert state(databases.separate_is_apart()) is State.OK
    monkeypatch.setattr(users, "of_this_machine", lambda: house_of(os.geteuid() + 1))
    assert state(databases.separate_is_apart()) is State.FAIL


def house_of(worker: int) -> Users:
    return Users(60_000, {role: User(worker, worker, (60_000,)) for role in ENDINGS})


@contextmanager
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the doctor ask the databases that the variables name now."""
    handler = ConnectionHandler({"default": {}, **{alias: environment.database(alias) for alias in ALIASES}})
    with monkeypatch.context() as patched:
        patched.setattr(databases, "connections", handler)
        yield
    for one in handler.all(initialized_only=True):
        one.close()


@pytest.fixture
def servers(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """Let each alias be a PostgreSQL database with a small role of its own; yields a way to change what they may."""
    for alias in ALIASES:
        url = f"postgres://doctor_{alias}@/{alias}?host={postgresql.folder}"
        monkeypatch.setenv(f"JIKIM_{alias.upper()}_URL", url)
    with django_db_blocker.unblock(), postgresql.connect("separate") as server, asking(monkeypatch):
        for alias in ALIASES:
            server.execute(f"CREATE ROLE doctor_{alias} LOGIN")
        server.execute("CREATE TABLE kept (id int)")
        yield server
        server.execute("DROP TABLE kept")
        server.execute("GRANT CONNECT ON DATABASE separate TO PUBLIC")
        for alias in ALIASES:
            server.execute(f"DROP ROLE doctor_{alias}")


def test_a_role_that_may_do_everything_fails(servers: psycopg.Connection) -> None:
    assert states(databases.roles_are_small()) == [State.OK] * 3
    servers.execute("ALTER ROLE doctor_live SUPERUSER")
    assert states(databases.roles_are_small()) == [State.FAIL, State.OK, State.OK]


def test_a_role_of_the_pages_that_reaches_the_separate_database_is_told(servers: psycopg.Connection) -> None:
    assert state(databases.separate_is_apart()) is State.WARN, "PostgreSQL lets everybody connect"
    servers.execute("REVOKE CONNECT ON DATABASE separate FROM PUBLIC")
    servers.execute("GRANT CONNECT ON DATABASE separate TO doctor_separate")
    assert state(databases.separate_is_apart()) is State.OK
    servers.execute("GRANT SELECT ON kept TO doctor_live")
    assert state(databases.separate_is_apart()) is State.FAIL
    servers.execute("REVOKE ALL ON kept FROM doctor_live")
    servers.execute("REVOKE CONNECT ON DATABASE separate FROM doctor_separate")


def test_one_role_for_everything_fails(
    servers: psycopg.Connection, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", f"postgres://doctor_separate@/live?host={postgresql.folder}")
    with asking(monkeypatch):
        assert state(databases.separate_is_apart()) is State.FAIL


# --- the keys --------------------------------------------------------------------------------------------------------


def test_a_key_daemon_that_does_not_answer_fails(open_keys: Path) -> None:
    assert state(asked("key daemon", keys.daemon_answers)) is State.OK
    sealing.use(_nobody)
    assert state(asked("key daemon", keys.daemon_answers)) is State.FAIL


def _nobody() -> Keyring:
    raise KeyringUnavailable("nobody is there", hint="start it")


def test_memory_that_others_may_read_fails(open_keys: Path) -> None:
    hello = sealing.current().hello()
    assert state(keys.memory_is_closed()) is State.FAIL, "the test's own process is open to all"
    assert state(keys.memory_is_closed(replace(hello, closed=True, locked=True))) is State.OK
    assert state(keys.memory_is_closed(replace(hello, closed=True, locked=False))) is State.WARN


def test_a_lock_that_nobody_holds_fails(open_keys: Path, ram_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(keys.one_daemon()) is State.OK
    (open_keys / "keyd.lock").unlink()
    (open_keys / "keyd.lock").touch(mode=0o600)
    assert state(keys.one_daemon()) is State.WARN
    other = makes(ram_path / "other")
    shutil.copytree(open_keys, other / "keys")
    monkeypatch.setenv("JIKIM_HOME", str(other))
    assert state(keys.one_daemon()) is State.FAIL


def test_a_root_that_cannot_be_effaced_or_reached_fails(open_keys: Path) -> None:
    hello, root = sealing.current().hello(), open_keys / "root-0.slots"
    anywhere, strict = RootPlaces(((root,),), anywhere=True), RootPlaces(((root,),), anywhere=False)
    assert state(keys.media(replace(hello, medium=("C",)), strict)) is State.OK
    assert state(keys.media(replace(hello, medium=("X",)), anywhere)) is State.WARN
    assert state(keys.media(replace(hello, medium=("X",)), strict)) is State.FAIL
    root.unlink()
    assert state(keys.media(hello, anywhere)) is State.FAIL


def test_a_mirror_that_is_behind_fails(open_keys: Path) -> None:
    assert state(keys.mirrors_are_settled()) is State.OK
    hello = replace(sealing.current().hello(), unsettled=("keys/root.slots",))
    assert state(keys.mirrors_are_settled(hello)) is State.FAIL


def test_one_copy_of_the_root_is_told_with_what_a_failed_disk_costs(open_keys: Path, tmp_path: Path) -> None:
    here, there = open_keys / "root-0.slots", tmp_path / "root-1.slots"
    there.touch()
    both = RootPlaces(((here, there),), anywhere=True)
    assert here.stat().st_dev != there.stat().st_dev
    assert state(keys.copies(7, both, is_demo=False)) is State.WARN
    there.unlink()
    assert state(keys.copies(7, both, is_demo=False)) is State.FAIL
    (one,) = keys.copies(7, both, is_demo=True)
    assert (one.state, one.costly) == (State.WARN, True)
    assert "all 7 values" in one.fact


def test_a_root_where_snapshots_are_kept_fails(home: Path, tmp_path: Path) -> None:
    apart = tmp_path / "volume" / "root.slots"
    apart.parent.mkdir()
    assert state(keys.slots_stay_single(RootPlaces(((apart,),), anywhere=True))) is State.OK
    assert state(keys.slots_stay_single()) is State.WARN, "it lies in the home"
    (apart.parent / ".snapshots").mkdir()
    assert state(keys.slots_stay_single(RootPlaces(((apart,),), anywhere=True))) is State.FAIL


# --- the journal -----------------------------------------------------------------------------------------------------


def test_a_changed_journal_fails(stores: None, open_keys: Path) -> None:
    assert state(journal.journal_holds()) is State.OK
    tamper(open_keys / "journal", "UPDATE leaf SET data = CAST(data || ' ' AS BLOB) WHERE i = 0")
    assert state(journal.journal_holds()) is State.FAIL


def test_a_checkpoint_that_is_gone_or_ahead_fails(open_keys: Path) -> None:
    assert state(journal.checkpoint_stands_beside()) is State.OK
    beside = open_keys / "journal" / CHECKPOINT_FILE
    note = beside.read_text()
    beside.write_text(note.replace("\n0\n", "\n999\n"))
    assert state(journal.checkpoint_stands_beside()) is State.FAIL
    beside.unlink()
    assert state(journal.checkpoint_stands_beside()) is State.FAIL


def test_a_clock_before_the_journal_fails(open_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.wall_now()
    assert state(journal.clock_goes_on()) is State.OK
    assert state(journal.clock_goes_on(now + timedelta(days=2))) is State.FAIL
    monkeypatch.setattr(environment, "is_demo", lambda: False)
    assert state(journal.clock_goes_on(now - timedelta(days=60))) is State.WARN


# --- ways in and out -------------------------------------------------------------------------------------------------


def test_an_attachment_that_is_gone_fails(stores: None, company: Company) -> None:
    assert state(ways.files_are_there()) is State.OK
    company.receives()
    assert standing.missing_files() == (0, 2)
    folder = environment.files_folder("live")
    mode = folder.stat().st_mode
    folder.chmod(0o755)
    assert State.FAIL in states(ways.files_are_there())
    folder.chmod(mode)
    name = ItemValue.objects.exclude(file=None).values_list("file", flat=True)[0]
    assert name
    attachments("live").remove(name)
    assert state(ways.files_are_there()) is State.FAIL


def test_an_address_without_tls_that_is_not_this_machine_fails() -> None:
    safe, near, bad = "https://privacy.example.com", "http://127.0.0.1:8000", "http://privacy.example.com"
    assert state(ways.address_is_safe(safe, safe)) is State.OK
    assert states(ways.address_is_safe(near, "http://127.0.0.1:8001")) == [State.WARN, State.WARN]
    assert states(ways.address_is_safe(safe, bad)) == [State.FAIL, State.OK]


def test_mail_without_a_server_or_in_clear_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(ways.mail_leaves(SERVER)) is State.OK
    assert state(ways.mail_leaves()) is State.WARN
    assert state(ways.mail_leaves(replace(SERVER, tls=Tls.NEVER))) is State.FAIL
    monkeypatch.setenv("JIKIM_SMTP_URL", "http://mail.example.kr")
    assert state(asked("mail", ways.mail_leaves)) is State.FAIL


def test_letters_that_wait_or_failed_are_told() -> None:
    assert state(ways.letters_leave(QUIET)) is State.OK
    assert state(ways.letters_leave(replace(QUIET, waiting=2, no_server=True))) is State.WARN
    assert state(ways.letters_leave(replace(QUIET, failed=(("refused", "550", 1),)))) is State.WARN
    assert state(ways.letters_leave(replace(QUIET, waiting=2, stalled=True))) is State.FAIL


# --- the promises at work --------------------------------------------------------------------------------------------


def test_a_start_that_would_be_refused_is_told(stores: None, company: Company) -> None:
    assert state(screen.start_would_not_refuse()) is State.OK
    PolicyVersion.objects.update(sha256="ab" * 32)
    assert State.FAIL in states(screen.start_would_not_refuse())


def test_no_policy_in_force_fails(stores: None, company: Company) -> None:
    assert state(work.policy_is_in_force()) in {State.OK, State.WARN}
    clock.travel_to(clock.policy_today() - timedelta(days=30))
    assert state(work.policy_is_in_force()) is State.FAIL


def test_a_worker_that_stopped_fails(stores: None, company: Company, home: Path) -> None:
    assert state(work.worker_works(served=False)) is State.WARN
    worker.once()
    assert state(work.worker_works(served=True)) is State.OK
    long_ago = clock.wall_now() - timedelta(hours=1)
    assert state(work.worker_works(long_ago, served=True)) is State.FAIL


def test_a_value_past_its_day_fails(stores: None, company: Company) -> None:
    company.receives_and_resolves()
    assert state(work.nothing_is_late()) is State.OK
    clock.travel_to(clock.policy_today() + timedelta(days=60))
    assert state(work.nothing_is_late()) is State.FAIL


def test_a_record_in_quarantine_fails(stores: None, company: Company) -> None:
    assert state(work.nothing_is_stuck()) is State.OK
    today = clock.policy_today()
    Intent.objects.create(record_id=uuid4(), reason="abandoned", begun_at=clock.policy_now(), body={"values": []})
    assert state(work.nothing_is_stuck()) is State.WARN
    Quarantine.objects.create(record_id=uuid4(), error="OSError", tries=1, failed_on=today)
    assert state(work.nothing_is_stuck()) is State.FAIL


def test_a_desk_without_an_officer_or_a_second_person_is_told(stores: None, open_keys: Path) -> None:
    assert state(work.somebody_answers()) is State.WARN
    signed_in()
    (one,) = work.somebody_answers()
    assert "nobody to approve" in one.fact
    signed_in({StaffRole.APPROVER}, "Seo")
    assert state(work.somebody_answers()) is State.OK


def test_an_approver_without_a_passkey_and_a_new_passkey_are_told(stores: None, open_keys: Path) -> None:
    assert state(work.approvers_can_approve()) is State.OK
    me = session(signed_in())
    assert me is not None
    (one,) = work.approvers_can_approve()
    assert (one.state, "1 who may approve" in one.fact) == (State.WARN, True)
    new = SoftPasskey()
    sealing.current().enroll_passkey(me.account_id, new.attested)
    assert [finding.fact[:5] for finding in work.approvers_can_approve()] == ["1 new", "1 who"]
    two_days_pass(house_of_this_process(), new.id)
    assert state(work.approvers_can_approve()) is State.OK


# --- the screen ------------------------------------------------------------------------------------------------------


def test_every_check_has_a_test_that_breaks_its_fact() -> None:
    mine = Path(__file__).read_text(encoding="utf-8")
    modules = (house, databases, keys, journal, ways, work)
    checks = [
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules
        for name, found in vars(module).items()
        if callable(found)
        and getattr(found, "__module__", "") == module.__name__
        and not name.startswith("_")
        and found is not house.others
    ]
    assert len(checks) == len(list(screen._inside())) + 3, "one of them is not on the screen"
    assert [check for check in checks if mine.count(f"{check}(") + mine.count(f"{check})") < 2] == []


def test_what_cannot_be_looked_at_fails_and_the_others_go_on() -> None:
    def broken() -> Iterator[Finding]:
        raise PermissionError

    assert state(asked("anything", broken)) is State.FAIL


def test_no_finding_tells_of_a_person(stores: None, home: Path, company: Company) -> None:
    receipt = company.receives()
    company.answers(receipt.record_id)
    telling.submit()
    told = json.dumps([one.fact + one.hint for one in screen.look()], ensure_ascii=False)
    for word in ("kim@example.kr", "Wrong lens", "report.pdf", "203.0.113.7", str(receipt.record_id), receipt.code):
        assert word not in told
