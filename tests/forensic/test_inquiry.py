"""One inquiry's whole life in running programs: none of its words reaches the disk in clear, from form to destruction.

Sent with a mistake, so that its files wait, then in order; another is left for good, its files waiting. Answered, told
by mail, resolved, set aside because a law keeps it, destroyed. Every write of every process
is traced; home, temporary folder, terminal, addresses and headers are looked through afterwards.
"""

import base64
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from jikim.clock import policy_today
from tests.support import mailserver
from tests.support.mailserver import Running
from tests.support.scan import Found, scan_bytes, scan_folders, scan_trace, tracer
from tests.support.server import Served, serving, surroundings
from tests.support.staff_codes import code_of
from tests.support.visitor import Page, Visitor

CANARY = "canary-3e9d-of-a-person"
BIG = b"%PDF-1.7\n" + b"x" * 4_000_000 + CANARY.encode()  # past every size at which frameworks spool to a file
ROOT = Path(__file__).resolve().parents[2]
UNSEALED = ROOT / "tests" / "support" / "unsealed"
POLICY = ROOT / "policies" / "utracs" / "2.toml"
WORDS = {
    "age": "of-age",
    "subject": f"{CANARY} subject",
    "email": f"{CANARY}@example.com",
    "content": f"{CANARY} message",
    "consent-inquiry": "given",
}
ACCOUNT = {"name": f"{CANARY} handler", "password": f"{CANARY} word", "again": f"{CANARY} word"}
FILES = {"attachments": [(f"{CANARY}.pdf", BIG), ("small.txt", CANARY.encode())]}
LETTERS = 3  # a receipt, an answer, a resolution
QUIET_DAYS, YEARS = 12, 4  # more than the purpose and the law need
LETTER_SECONDS = 60


@dataclass(frozen=True)
class Looked:
    """What was written and said while programs ran, and what lies in home and temporary folder at each stage."""

    serving: Found
    kept: Found  # files, after serving
    ending: Found
    left: Found  # files, after the last day
    said: str
    slips: Found  # what opens the files that waited, in any write and any file
    waited: int  # files that nobody came back for, after serving
    still_wait: int  # of them, half an hour later
    passed: str  # addresses and headers that people's browsers met
    letters: int
    done: list[dict[str, int]]  # of each day


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return look(tmp_path_factory.mktemp("sealed"), {"PYTHONPATH": str(ROOT / "src")})


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return look(tmp_path_factory.mktemp("unsealed"), {"PYTHONPATH": f"{UNSEALED}:{ROOT / 'src'}"})


def look(folder: Path, more: dict[str, str]) -> Looked:
    home, temporary = folder / "home", folder / "tmp"
    temporary.mkdir()
    canary, given = CANARY.encode(), more | {"TMPDIR": str(temporary)}
    with mailserver.serving() as post:
        told = given | dict(mailserver.variables(f"smtp://127.0.0.1:{post.port}?tls=none"))
        words = ("serve", "--policy", str(POLICY))
        with serving(home, *words, more=told, wrap=tracer(folder / "trace")) as served:
            slips = leave_for_good(served)
            passed = write_answer_and_resolve(served, post)
    kept = scan_folders(canary, home, temporary)
    opening = sum((opens(slip, folder / "trace", home, temporary) for slip in slips), start=Found(0, ()))
    waited = waiting(home)
    for file in waited:
        os.utime(file, (0, 0))  # half an hour is over
    done, said = live_on(home, given, folder / "trace-of-the-end")
    return Looked(
        scan_trace(canary, folder / "trace"), kept, scan_trace(canary, folder / "trace-of-the-end"),
        scan_folders(canary, home, temporary), "".join(served.said) + said,
        opening, len(waited), len(waiting(home)), passed, len(post.letters.taken), done,
    )  # fmt: skip


def write_answer_and_resolve(served: Served, post: Running) -> str:
    """A person writes, a handler opens, answers and resolves, letters go out; returns what browsers met on the way."""
    person, handler = Visitor(agent=f"{CANARY} browser"), Visitor()
    again = person.send(person.open(f"{served.url}/inquiry/"), WORDS | {"subject": ""}, FILES)
    assert (again.status, len(slips_of(again))) == (422, len(FILES["attachments"])), again.body
    receipt = person.send(again, WORDS)
    assert receipt.status == 201, receipt.body
    made = handler.send(handler.open(served.link("/desk/enter/")), ACCOUNT)
    handler.send(made, {"code": code_of(made.text_of("secret"))})
    record = handler.open(handler.open(f"{served.desk_url}/desk/inbox/").link("/desk/records/"))
    assert f"{CANARY} message" in record.body
    assert CANARY in handler.send(record, form=_form(record.tree, "/file/")).body
    assert handler.send(record, {"words": f"{CANARY} answer"}, form=_form(record.tree, "/reply/")).status == 200
    own = person.send(person.open(f"{served.url}/my/"), {"code": receipt.text_of("receipt-code")})
    assert f"{CANARY} answer" in own.body
    asked = handler.open(record.link("/resolve/"))
    chosen = {"class": "complaint-dispute", "start_event_on": policy_today().isoformat()}
    shown = handler.send(asked, chosen, form=_form(asked.tree, "/resolve/"))
    assert handler.send(shown, form=_form(shown.tree, "/resolve/")).status == 200
    latest = time.monotonic() + LETTER_SECONDS
    while len(post.letters.taken) < LETTERS and time.monotonic() < latest:
        time.sleep(0.2)
    assert {one.rcpt_tos[0] for one in post.letters.taken} == {WORDS["email"]}
    return "\n".join([*person.passed, *handler.passed])


def leave_for_good(served: Served) -> list[str]:
    """Send a form that has to be shown again, and never come back; returns what opens its files."""
    person = Visitor(agent=f"{CANARY} browser")
    again = person.send(person.open(f"{served.url}/inquiry/"), WORDS | {"subject": ""}, FILES)
    assert again.status == 422, again.body
    return slips_of(again)


def slips_of(page: Page) -> list[str]:
    fields = (field for field in page.tree.iter("input") if field.get("name", "").startswith("slip-"))
    return [field.get("value", "") for field in fields]


def opens(slip: str, trace: Path, *folders: Path) -> Found:
    """Look for a slip, written out in any way or as the bytes that it stands for."""
    spelled, raw = slip[16:80].encode(), base64.urlsafe_b64decode(slip)[12:60]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found = Found(0, tuple(str(path) for path in files if raw in path.read_bytes()))
    return found + scan_trace(spelled, trace) + scan_folders(spelled, *folders)


def waiting(home: Path) -> list[Path]:
    return list((home / "files" / "live" / "incoming").iterdir())


def live_on(home: Path, more: dict[str, str], trace: Path) -> tuple[list[dict[str, int]], str]:
    """Let the quiet days pass, and then the years that the law keeps a complaint."""
    today = policy_today()
    days = [today + timedelta(days=count) for count in (*range(QUIET_DAYS), YEARS * 366)]
    run = subprocess.run(
        [*tracer(trace), sys.executable, "-m", "tests.support.lived", *map(str, days)],
        env=surroundings(home, more | {"PYTHONPATH": f"{more['PYTHONPATH']}:{ROOT}"}),
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout), run.stdout + run.stderr


def _form(tree: object, action: str) -> int:
    forms = [str(form.get("action", "")) for form in tree.iter("form")]  # type: ignore[attr-defined]  # html5lib's
    return next(number for number, found in enumerate(forms) if action in found)


def test_no_word_of_an_inquiry_is_ever_written_in_clear(looked: Looked) -> None:
    assert looked.serving.places == ()
    assert looked.serving.scanned_bytes > len(BIG), "the sealed file alone is longer than this"


def test_nor_while_it_is_set_aside_and_destroyed(looked: Looked) -> None:
    assert sum(day["set_aside"] for day in looked.done) > 0
    assert looked.done[-1]["destroyed"] > 0
    assert looked.ending.places == ()
    assert looked.ending.scanned_bytes > 100_000


def test_nothing_of_it_is_left_in_the_home_or_the_temporary_folder(looked: Looked) -> None:
    assert looked.kept.places == ()
    assert looked.kept.scanned_bytes > len(BIG)
    assert looked.left.places == ()
    assert looked.left.scanned_bytes > 0


def test_nothing_of_it_is_said_on_the_terminal_in_an_address_or_a_header(looked: Looked) -> None:
    assert CANARY not in looked.said
    assert "/desk/records/" in looked.passed, "addresses were looked at"
    assert "content-type" in looked.passed.lower(), "headers were looked at"
    without_names = "\n".join(line for line in looked.passed.splitlines() if "filename" not in line)
    assert not scan_bytes(without_names.encode(), CANARY.encode(), "addresses and headers").places


def test_what_opens_a_file_that_waits_is_in_its_form_alone(looked: Looked) -> None:
    assert looked.slips.places == ()
    assert looked.slips.scanned_bytes > len(BIG)


def test_a_file_that_nobody_comes_back_for_waits_half_an_hour_and_no_longer(looked: Looked) -> None:
    assert (looked.waited, looked.still_wait) == (len(FILES["attachments"]), 0)


def test_every_letter_went_out_and_its_address_stayed_nowhere(looked: Looked) -> None:
    assert looked.letters == LETTERS


def test_the_same_look_finds_it_where_sealing_does_nothing(unsealed: Looked) -> None:
    assert unsealed.serving.places
    assert any("live.sqlite3" in place for place in unsealed.kept.places)
    assert any("/incoming/" in place for place in unsealed.kept.places), "also where a file waits"
    assert unsealed.ending.places, "also while it is moved"
