"""Bad days, really caused in running programs: what was typed and attached comes back, and goes through afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from jikim.clock import policy_today
from tests.support import disks, pg_roles, postgres, processes
from tests.support.postgres import Cluster
from tests.support.processes import signalled
from tests.support.server import Served, jikim, serving, surroundings
from tests.support.staff_codes import code_of
from tests.support.visitor import Page, Visitor

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "age": "of-age",
    "name": "Kim",
    "email": "kim@example.com",
    "topic": "repair",
    "message": "It does not measure any more.",
    "consent-inquiry": "given",
}
CONSENT = {"consent-inquiry": "given"}
REPORT = b"%PDF-1.7 " + os.urandom(300_000)
FILES = {"attachments": [("report.pdf", REPORT)]}
SOON_SECONDS = 3.5  # two for the key daemon, and what a busy machine adds
LOCKED_SECONDS = 8.0
ACCOUNT = {"name": "Han", "password": "a long enough word", "again": "a long enough word"}
Day = Callable[[], AbstractContextManager[None]]


def loses_nothing(served: Served, bad: Day, within: float) -> None:
    """Send on a bad day; the very page that comes back is sent once it is over."""
    person, before = Visitor(), incoming(served.home)
    page = person.open(f"{served.url}/inquiry/")
    with bad():
        began = time.monotonic()
        answer = person.send(page, WORDS, FILES)
        took = time.monotonic() - began
        keeps_everything(answer)
    assert took < within
    receipt = person.send(answer, CONSENT)
    assert receipt.status == 201, receipt.body
    code = receipt.text_of("receipt-code")
    own = person.send(person.open(f"{served.url}/my/"), {"code": code})
    assert WORDS["message"] in own.body
    assert own.body.count('value="report.pdf"') == 1
    assert incoming(served.home) == before


def keeps_everything(answer: Page) -> None:
    assert answer.status == 503, answer.body
    assert answer.headers["Retry-After"] == "5"
    assert all(WORDS[name] in answer.body for name in ("name", "email", "message"))
    assert "report.pdf · 293" in answer.body


def incoming(home: Path) -> set[Path]:
    return set((home / "files" / "live" / "incoming").glob("*"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One house on SQLite, for all bad days but those that end it."""
    with serving(tmp_path_factory.mktemp("bad") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with postgres.running() as running:
        try:
            yield running
        finally:
            postgres.halt(running)


@pytest.fixture(scope="module")
def served_by_postgresql(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("bad") / "home", more=pg_roles.given(cluster)) as running:
        yield running


@contextmanager
def silent(served: Served) -> Iterator[None]:
    """Have a key daemon that runs and says nothing."""
    with signalled(served, "jikim.sealing.keyd", signal.SIGSTOP, signal.SIGCONT):
        yield


def test_a_key_daemon_that_does_not_answer(served: Served) -> None:
    loses_nothing(served, lambda: silent(served), SOON_SECONDS)


def test_several_who_send_while_the_key_daemon_is_silent_are_all_answered_in_time(served: Served) -> None:
    people = [Visitor() for _ in range(3)]
    pages = [person.open(f"{served.url}/inquiry/") for person in people]
    with silent(served), ThreadPoolExecutor() as crowd:
        began = time.monotonic()
        answers = list(crowd.map(lambda two: two[0].send(two[1], WORDS, FILES), zip(people, pages, strict=True)))
        took = time.monotonic() - began
    for answer in answers:
        keeps_everything(answer)
    assert took < SOON_SECONDS


def test_a_live_database_that_somebody_else_holds(served: Served) -> None:
    @contextmanager
    def locked() -> Iterator[None]:
        with closing(sqlite3.connect(served.home / "live.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    loses_nothing(served, locked, LOCKED_SECONDS)


def test_a_live_database_that_is_damaged_while_it_is_used(served: Served) -> None:
    @contextmanager
    def damage() -> Iterator[None]:
        path = served.home / "live.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("PRAGMA user_version = 1")  # whoever asks next reads the file anew, as a restart would
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            whole = path.read_bytes()
            path.write_bytes(damaged(whole))
            yield
            path.write_bytes(whole)
            other.execute("PRAGMA user_version = 0")

    loses_nothing(served, damage, LOCKED_SECONDS)


PAGE_BYTES = 4096


def damaged(whole: bytes) -> bytes:
    """Return a database whose first page is as it was and all others are nothing that SQLite wrote."""
    pages = (whole[at : at + PAGE_BYTES] for at in range(PAGE_BYTES, len(whole), PAGE_BYTES))
    return whole[:PAGE_BYTES] + b"".join(b"\xff" * 64 + page[64:] for page in pages)


def test_a_postgresql_that_is_stopped(served_by_postgresql: Served, cluster: Cluster) -> None:
    loses_nothing(served_by_postgresql, lambda: postgres.interrupted(cluster), SOON_SECONDS)


def test_a_postgresql_that_takes_connections_and_says_nothing(served_by_postgresql: Served, cluster: Cluster) -> None:
    loses_nothing(served_by_postgresql, lambda: postgres.frozen(cluster), SOON_SECONDS)


@pytest.mark.parametrize("table", ["live_inquiry", "live_policyversion"])
def test_a_table_that_somebody_else_holds(served_by_postgresql: Served, cluster: Cluster, table: str) -> None:
    @contextmanager
    def held() -> Iterator[None]:
        with postgres.locked(cluster, "live", table):
            yield
            assert postgres.waiting(cluster, "jikim public") == 0, "nobody waits for what nobody wants any more"

    loses_nothing(served_by_postgresql, held, SOON_SECONDS)


@dataclass(frozen=True)
class Opened:
    """An inquiry that lies open before somebody at the desk."""

    served: Served
    handler: Visitor
    record: Page


@pytest.fixture(scope="module")
def opened(served_by_postgresql: Served) -> Opened:
    handler = Visitor()
    return Opened(served_by_postgresql, handler, written_and_opened(served_by_postgresql, handler))


def test_a_desks_answer_is_given_back_whatever_is_away(opened: Opened, cluster: Cluster) -> None:
    handler, record = opened.handler, opened.record
    with silent(opened.served):
        given_back(handler, record)
    with postgres.interrupted(cluster):
        given_back(handler, record)
    with postgres.frozen(cluster):
        given_back(handler, record)
    assert handler.send(record, {"words": ANSWER}, form=form_of(record, "/reply/")).status == 200


def test_the_worker_goes_on_once_its_postgresql_does(opened: Opened, cluster: Cluster) -> None:
    served, (worker,) = opened.served, processes.of(opened.served, "jikim.cli.worker")
    with postgres.locked(cluster, "live", "live_nightwork"):
        resolve(opened.handler, opened.record)  # which wakes it
        assert eventually(lambda: postgres.waiting(cluster, "jikim worker") == 1)
        with postgres.frozen(cluster):
            before = last_round(served.home)
    assert eventually(lambda: last_round(served.home) > before)
    assert processes.of(served, "jikim.cli.worker") == [worker]


def last_round(home: Path) -> int:
    """Return when the worker last came to the end of a round, 0 for never."""
    paper = home / "worker.round"
    return paper.stat().st_mtime_ns if paper.exists() else 0


def eventually(is_so: Callable[[], bool]) -> bool:
    latest = time.monotonic() + 20
    while not is_so() and time.monotonic() < latest:
        time.sleep(0.05)
    return is_so()


def test_other_pages_say_to_come_back_while_the_database_is_away(
    served_by_postgresql: Served, cluster: Cluster
) -> None:
    person = Visitor()
    with postgres.interrupted(cluster):
        for path in ("/", "/privacy/versions/", "/my/by-mail/"):
            assert person.open(f"{served_by_postgresql.url}{path}").status in (200, 503)
        answer = person.send(person.open(f"{served_by_postgresql.url}/my/"), {"code": "00000-00000-00000-00000"})
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert person.open(f"{served_by_postgresql.url}/").status == 200


SET_ASIDE = 3  # values of a complaint that the law keeps: its words, and a file with its name
ANSWER = "We will send <another> one."


def given_back(handler: Visitor, record: Page) -> None:
    answer = handler.send(record, {"words": ANSWER}, form=form_of(record, "/reply/"))
    assert answer.status == 503, answer.body
    assert answer.headers["Retry-After"] == "5"
    assert answer.text_of("typed") == ANSWER


def written_and_opened(served: Served, handler: Visitor, files: Mapping[str, Sequence[tuple[str, bytes]]] = {}) -> Page:
    """Have an inquiry written, and opened by the first one at the desk."""
    person = Visitor()
    assert person.send(person.open(f"{served.url}/inquiry/"), WORDS, files).status == 201
    made = handler.send(handler.open(served.link("/desk/enter/")), ACCOUNT)
    handler.send(made, {"code": code_of(made.text_of("secret"))})
    return handler.open(handler.open(f"{served.desk_url}/desk/inbox/").link("/desk/records/"))


def form_of(page: Page, action: str) -> int:
    forms = [str(form.get("action", "")) for form in page.tree.iter("form")]
    return next(number for number, found in enumerate(forms) if action in found)


def test_much_that_is_sent_at_once_takes_little_memory(served: Served) -> None:
    people = [Visitor() for _ in range(AT_ONCE)]
    pages = [person.open(f"{served.url}/inquiry/") for person in people]
    files = {"attachments": [(f"{number}.bin", os.urandom(10_000_000)) for number in range(3)]}
    before = memory(served)
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(lambda two: two[0].send(two[1], WORDS, files), zip(people, pages, strict=True)))
    assert [answer.status for answer in answers] == [201] * AT_ONCE
    assert memory(served) - before < SENT_BYTES / 3


AT_ONCE, SENT_BYTES = 3, 3 * 30_000_000


def memory(served: Served) -> int:
    """Return the most bytes that the public side's processes ever held, together."""
    papers = (Path(f"/proc/{pid}/status").read_text() for pid in processes.of(served, "granian"))
    return sum(int(paper.partition("VmHWM:")[2].split()[0]) * 1024 for paper in papers)


# --- a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small file system of one's own."""
    if not disks.may_mount():
        pytest.skip("filling a disk takes the right to mount one")
    with disks.mounted(disks.made(tmp_path_factory.mktemp("small") / "disk")) as point:
        yield point


@pytest.fixture(scope="module")
def served_on_disk(disk: Path) -> Iterator[Served]:
    with serving(disk / "home") as running:
        yield running


def test_a_full_disk_at_intake_keeps_the_words_and_says_what_of_the_files(disk: Path, served_on_disk: Served) -> None:
    served, person = served_on_disk, Visitor()
    page = person.open(f"{served.url}/inquiry/")
    with disks.full(disk):
        answer = person.send(page, WORDS, FILES)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), answer.body
        assert WORDS["message"] in answer.body
        assert "Files must be chosen again." in answer.body
        alone = person.send(answer, CONSENT)
        assert alone.status == 503, alone.body
        assert WORDS["message"] in alone.body
    assert incoming(served.home) == set()
    receipt = person.send(alone, CONSENT, FILES)
    assert receipt.status == 201, receipt.body


@pytest.mark.parametrize("left", [64, 256, 512])
def test_a_disk_that_fills_up_on_the_way_stores_all_or_nothing(disk: Path, served_on_disk: Served, left: int) -> None:
    served, person = served_on_disk, Visitor()
    page = person.open(f"{served.url}/inquiry/")
    with disks.full(disk, left=left * 1024):
        answer = person.send(page, WORDS, FILES)
        assert answer.status in (201, 503), answer.body
    if answer.status == 503:
        files = FILES if "Files must be chosen again." in answer.body else {}
        answer = person.send(answer, CONSENT, files)
    assert answer.status == 201, answer.body
    own = person.send(person.open(f"{served.url}/my/"), {"code": answer.text_of("receipt-code")})
    assert WORDS["message"] in own.body
    assert own.body.count('value="report.pdf"') == 1


def test_a_full_disk_at_a_reply_gives_the_words_back(disk: Path, served_on_disk: Served) -> None:
    handler = Visitor()
    record = written_and_opened(served_on_disk, handler)
    with disks.full(disk):
        given_back(handler, record)
    assert handler.send(record, {"words": ANSWER}, form=form_of(record, "/reply/")).status == 200


def test_a_disk_that_is_full_at_a_move_a_destruction_and_the_journal_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    if not disks.may_mount():
        pytest.skip("filling a disk takes the right to mount one")
    with disks.mounted(disks.made(tmp_path / "disk")) as disk:
        home, today = disk / "home", policy_today()
        with serving(home) as served:
            written_and_resolved(served)
        quiet = [today + timedelta(days=count) for count in range(6, 11)]
        moved = lived(home, disk, 0, *quiet)
        assert None in moved.squeezed, "a round met the full disk"
        assert moved.set_aside == SET_ASIDE
        destroyed = lived(home, disk, 60_000, today + timedelta(days=4 * 366))
        assert (destroyed.live, destroyed.set_aside) == (0, 0)
        verified = jikim(home, "journal", "verify")
        assert verified.returncode == 0, verified.stderr


Round = Mapping[str, object] | None


def written_and_resolved(served: Served) -> None:
    handler = Visitor()
    resolve(handler, written_and_opened(served, handler, FILES))


def resolve(handler: Visitor, record: Page) -> None:
    asked = handler.open(record.link("/resolve/"))
    chosen = {"class": "complaint", "start_event_on": policy_today().isoformat()}
    shown = handler.send(asked, chosen, form=form_of(asked, "/resolve/"))
    assert handler.send(shown, form=form_of(shown, "/resolve/")).status == 200


@dataclass(frozen=True)
class Lived:
    """What each round did, None where it stopped, and how many values the two databases hold in the end."""

    squeezed: Sequence[Round]
    roomy: Sequence[Round]
    live: int
    set_aside: int


def lived(home: Path, disk: Path, left: int, *days: date) -> Lived:
    """Let days come on a disk with so little room; each goes on once there is room again."""
    words = [sys.executable, "-m", "tests.support.lived_on_a_full_disk", str(disk), str(left), *map(str, days)]
    environ = surroundings(home, {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"})
    run = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr, run.stderr
    rounds, live, set_aside = json.loads(run.stdout)
    assert None not in rounds[1::2], f"a round with room stopped: {rounds}\n{run.stderr}"
    return Lived(rounds[::2], rounds[1::2], live, set_aside)
