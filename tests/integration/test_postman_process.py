"""The postman as a process of its own: its socket, its role, its variables and nothing else."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from jikim import environment
from jikim.cli import processes, supervisor
from jikim.domain.journal import Role
from tests.support.mailserver import Running, serving, variables
from tests.support.mutation import CLEAN

SECONDS = 20
TAKES_ONE_IN = f"""
from datetime import date
from pathlib import Path
from jikim.cli import home
from jikim.environment import HomeKind
home.open_and_migrate(HomeKind.REAL)
from jikim.actions import policies
from jikim.language import load
from tests.support.company import Company
policies.publish(load.read(Path({str(CLEAN)!r})), by="test")
Company.__new__(Company).receives()
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home with one letter that waits; what it gives is what every process of it is told."""
    monkeypatch.setenv("JIKIM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JIKIM_ROOTS", "anywhere")
    told = {
        name: value for name, value in os.environ.items() if name in (*processes.SYSTEM, "JIKIM_HOME", "JIKIM_ROOTS")
    }
    root = str(Path(__file__).parents[2])
    subprocess.run([sys.executable, "-c", TAKES_ONE_IN], env=told | {"PYTHONPATH": root}, check=True, timeout=60)
    return told


def served(house: dict[str, str], running: Running, **more: str) -> tuple[int, str]:
    """Run the key daemon and the postman until the letter waits no more; return the exit code and what was said."""
    pairs = processes.new_pairs([Role.POSTMAN])
    mine, theirs = pairs[Role.POSTMAN]
    keyd = supervisor.start(processes.key_daemon(pairs))
    try:
        postman = subprocess.Popen(
            [sys.executable, "-m", "jikim.cli.postman"],
            env=house | {"JIKIM_ROLE": Role.POSTMAN, "JIKIM_KEYD_FD": str(mine.fileno())}
            | dict(variables(f"smtp://127.0.0.1:{running.port}?tls=none", **more)),
            pass_fds=[mine.fileno()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        until = time.monotonic() + SECONDS
        while standing()[0] == "waiting" and postman.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        postman.terminate()
        words, _ = postman.communicate(timeout=SECONDS)
        return postman.returncode, words
    finally:
        supervisor.end(keyd)
        mine.close()
        theirs.close()


def standing() -> tuple[str, ...]:
    """Read the one letter of the home."""
    with closing(sqlite3.connect(f"file:{environment.home() / 'live.sqlite3'}?mode=ro", uri=True)) as database:
        rows: list[tuple[str, ...]] = database.execute("SELECT state, trouble FROM live_outgoingmail").fetchall()
    return rows[0]


def test_the_postmans_own_process_sends_what_waits_and_says_nothing_of_whom(house: dict[str, str]) -> None:
    with serving() as running:
        code, words = served(house, running)
    assert len(running.letters.taken) == 1, words
    assert running.letters.taken[0].rcpt_tos == ["kim@example.kr"]
    assert code == 0
    assert "letters: 1 sent" in words
    assert "kim@" not in words
    assert "example.kr" not in words


def test_the_postman_tells_the_journal_itself_what_the_gate_refused(house: dict[str, str]) -> None:
    with serving() as running:
        code, _words = served(house, running, JIKIM_SMTP_RECEIVER="relay")
    assert (code, running.letters.taken, standing()) == (0, [], ("refused", "not-registered"))
    with closing(sqlite3.connect(environment.home() / "live.sqlite3")) as database:
        told = database.execute("SELECT role, length(mac) FROM live_pendingleaf WHERE kind = 'gate-refusal'").fetchall()
    assert told == [("mail", 32)]


def test_an_address_lies_in_the_home_nowhere_in_clear(house: dict[str, str]) -> None:
    files = [path for path in environment.home().rglob("*") if path.is_file()]
    held = [path.read_bytes() for path in files]
    assert any(b"live_outgoingmail" in content for content in held)  # what is there to be found is found
    assert not any(b"kim@example.kr" in content for content in held)


def test_a_mail_server_that_cannot_be_used_is_told_at_once(house: dict[str, str]) -> None:
    told = house | {"JIKIM_SMTP_URL": "smtp://kim:correct-horse@mail.example.kr"}
    found = subprocess.run(
        [sys.executable, "-m", "jikim.cli.postman"], env=told, capture_output=True, text=True, timeout=60, check=False
    )
    assert found.returncode == 3
    assert "JIKIM_SMTP_URL" in found.stderr
    assert "correct-horse" not in found.stderr
