"""The whole demo, from its policy's first day to a day of the second: every state is there, and everything holds."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jikim.cli import main
from tests.support.server import jikim, serving
from tests.support.visitor import Visitor

SHOWN, ENDED, LATER = "2026-11-23", "2026-12-01", "2026-12-02"
STATES = {  # what a visitor of the demo must be able to find, and which rows show it
    "received": "live_inquiry WHERE state = 'received' AND answered_on IS NULL",
    "answered": "live_inquiry WHERE state = 'answered'",
    "resolved, its quiet days running": "live_inquiry WHERE resolved_on = date(:on) AND record_class != ''",
    "closed by its person": "live_inquiry WHERE state = 'resolved' AND record_class = ''",
    "opened again by its person": "live_inquiry WHERE state = 'received' AND answered_on IS NOT NULL",
    "taken in by telephone": "live_intakebyhand WHERE channel = 'telephone'",
    "abandoned, and ended by itself": "live_inquiry WHERE resolved_on IS NULL AND achieved_on < date(:on)",
    "set aside": "live_inquiry WHERE state = 'set-aside'",
    "destroyed": "live_inquiry JOIN live_certificate ON record_id = live_inquiry.id WHERE state = 'destroyed'",
    "held": "live_hold WHERE lifted_on IS NULL",
    "a list that waits for approval": "live_approvallist WHERE ended_on IS NULL",
    "a letter that was delivered": "live_inquiry WHERE received_on = date(:on) AND id NOT IN "
    "(SELECT record_id FROM live_outgoingmail)",
    "a letter that cannot be delivered": "live_outgoingmail WHERE state = 'undeliverable'",
    "somebody who tried to come in": "live_unauthorizeduse WHERE envelope != x''",
    "a policy that followed another": "live_policyversion WHERE number > 1",
}


@contextmanager
def live(home: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(home / "live.sqlite3")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def told(home: Path, *words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(jikim(home, *words, "--json").stdout)
    return answer


def move(home: Path, day: str) -> None:
    moved = jikim(home, "demo", "--on", day, "--no-serve", within=480)
    assert moved.returncode == 0, moved.stderr


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo home on the day that it shows. Tests look at it and change nothing."""
    home = tmp_path_factory.mktemp("company") / "demo"
    move(home, SHOWN)
    return home


@pytest.fixture
def copy(shown: Path, tmp_path: Path) -> Path:
    return shutil.copytree(shown, tmp_path / "demo")


def test_every_state_is_there(shown: Path) -> None:
    with live(shown) as connection:
        there = {
            state
            for state, rows in STATES.items()
            if connection.execute(f"SELECT 1 FROM {rows}", {"on": SHOWN}).fetchone()  # noqa: S608 - our words
        }
    assert there == set(STATES)


def test_what_is_held_and_what_waits_for_its_class_are_in_the_plan(shown: Path) -> None:
    plan = told(shown, "due")
    assert plan["awaiting"]
    assert plan["withheld"]
    assert plan["overdue"] == 0
    said = jikim(shown, "due").stdout
    assert " waits for a class: " in said
    assert " is held: " in said


def test_nothing_is_wrong_with_it(shown: Path) -> None:
    found = told(shown, "doctor")
    assert found["ok"]
    verified = told(shown, "journal", "verify")
    assert (verified["holds"], verified["demo"]) == (True, True)


def test_all_of_its_certificates_verify(shown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with live(shown) as connection:
        bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM live_certificate")]
    files = [tmp_path / f"{number}.json" for number in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_text(json.dumps(body["signed"]))
    key = told(shown, "journal", "verify")["log_key"]
    assert main(["certificate", "verify", f"--log-key={key}", *map(str, files)]) == 0
    assert capsys.readouterr().out.count(": HOLDS") == len(files) > 100


def test_it_moves_on_without_anything_becoming_late(copy: Path) -> None:
    move(copy, "2026-12-20")
    assert told(copy, "doctor")["ok"]
    assert told(copy, "due")["overdue"] == 0


def test_a_value_that_its_disk_damaged_is_put_aside_and_named_until_it_is_mended(copy: Path) -> None:
    """No company makes such a state by what it does, and `jikim doctor` fails on it: so a demo does not show it."""
    record = _flip(copy)
    move(copy, ENDED)
    with live(copy) as connection:
        assert connection.execute("SELECT record_id FROM live_quarantine").fetchall() == [(record,)]
    assert "quarantine" in {one["check"] for one in told(copy, "doctor")["findings"] if one["state"] == "fail"}  # type: ignore[attr-defined]
    _flip(copy)
    move(copy, LATER)
    with live(copy) as connection:
        assert connection.execute("SELECT 1 FROM live_quarantine").fetchall() == []
        state = connection.execute("SELECT state FROM live_inquiry WHERE id = ?", (record,)).fetchone()
    assert state == ("set-aside",)
    assert told(copy, "doctor")["ok"]


def test_both_sides_say_in_both_languages_that_it_is_a_demo(copy: Path) -> None:
    words = {"ko": "체험판입니다", "en": "This company is made up"}
    with serving(copy, "demo", "--on", SHOWN) as site:
        for page in (f"{site.url}/", f"{site.desk_url}/desk/enter/"):
            for language, said in words.items():
                assert said in Visitor().open(f"{page}?lang={language}").body


def _flip(home: Path) -> str:
    """Turn a bit of an address over, of the inquiry that its person closed on the day shown; twice is as never."""
    with live(home) as connection:
        (record,) = connection.execute(
            "SELECT id FROM live_inquiry WHERE received_on = ? AND record_class = 'complaint-dispute' OR "
            "received_on = ? AND state = 'resolved' AND record_class = ''", (SHOWN, SHOWN)
        ).fetchone()  # fmt: skip
        kid, envelope = connection.execute(
            "SELECT kid, envelope FROM live_itemvalue WHERE record_id = ? AND item = 'email'", (record,)
        ).fetchone()
        damaged = envelope[:-1] + bytes([envelope[-1] ^ 1])
        connection.execute("UPDATE live_itemvalue SET envelope = ? WHERE kid = ?", (damaged, kid))
    return str(record)
