"""The supervisor keeps the processes of a house running: what dies comes back, what keeps dying stops the house."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = """
import os, sys
from pathlib import Path
from jikim.cli import processes, supervisor
from jikim.cli.supervisor import Program
from jikim.domain.errors import JikimError
from jikim.domain.journal import Role

notes, failing = sys.argv[1], sys.argv[2:]
pairs = processes.new_pairs([Role.PUBLIC, Role.WORKER])

def standin(name, *words):
    more = ["--fail"] if name in failing else []
    return [sys.executable, "-m", "tests.support.standin", notes, name, *more, *words]

ends = {role: theirs.fileno() for role, (_, theirs) in pairs.items()}
keyd = Program(
    "keyd", standin("keyd", *(f"--pair={role}={end}" for role, end in ends.items())), os.environ, tuple(ends.values()),
    is_ready=lambda: processes._has_spoken([mine for mine, _ in pairs.values()]),
)
others = [Program(role, standin(role), os.environ, (pairs[role][0].fileno(),)) for role in pairs]

def ready():
    print("ready", pairs[Role.PUBLIC][0].fileno(), flush=True)

try:
    sys.exit(supervisor.run([keyd, *others], ready))
except JikimError as error:
    print(error, flush=True)
    sys.exit(1)
"""


class House:
    """A supervisor with stand-ins under it, and what they noted."""

    def __init__(self, notes: Path, *failing: str) -> None:
        self.notes = notes
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOUSE, str(notes), *failing],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def said(self) -> str:
        return self.process.communicate(timeout=30)[0]

    def ready(self) -> "House":
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready"), line
        self.until(lambda: len(self.pids("began")) >= 3)
        return self

    def lines(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def pids(self, what: str, name: str = "") -> list[int]:
        return [int(line.split()[-1]) for line in self.lines() if f" {what} " in line and line.startswith(name)]

    def until(self, happened: Callable[[], bool], seconds: float = 10) -> None:
        latest = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < latest, self.lines()
            time.sleep(0.02)

    def kill(self, name: str) -> None:
        """Kill a process and wait until it was started again."""
        began = self.pids("began", name)
        os.kill(began[-1], signal.SIGKILL)
        self.until(lambda: len(self.pids("began", name)) > len(began))


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(*failing: str) -> House:
        made.append(House(tmp_path / f"notes{len(made)}", *failing))
        return made[-1]

    yield make
    for house in made:
        house.process.kill()
        house.process.communicate()


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def test_the_key_daemon_begins_first_and_ends_last(new_house: Callable[..., House]) -> None:
    house = new_house().ready()
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(20) == 0
    names = [line.rpartition(" ")[0] for line in house.lines()]
    assert names[0] == "keyd began"
    assert names[-3:] == ["public ended", "worker ended", "keyd ended"]


@pytest.mark.parametrize("name", ["keyd", "worker"])
def test_what_dies_is_started_again_and_it_is_said(new_house: Callable[..., House], name: str) -> None:
    house = new_house().ready()
    house.kill(name)
    house.kill(name)
    assert len(house.pids("began")) == 5
    house.process.send_signal(signal.SIGINT)
    said = house.said()
    assert said.count(f"the {name} process ended (exit code -9) and is started again") == 2
    assert house.process.returncode == 0


def test_the_first_start_again_is_at_once(new_house: Callable[..., House]) -> None:
    house = new_house().ready()
    before = time.monotonic()
    house.kill("keyd")
    assert time.monotonic() - before < 1


def test_five_deaths_within_a_minute_stop_everything(new_house: Callable[..., House]) -> None:
    house = new_house().ready()
    for _ in range(4):
        house.kill("worker")
    os.kill(house.pids("began", "worker")[-1], signal.SIGKILL)
    said = house.said()
    assert house.process.returncode == 1
    assert "the worker process ended 5 times within a minute (last exit code -9); everything was stopped" in said
    assert "hint:" in said
    assert [pid for pid in house.pids("began") if is_there(pid)] == []


@pytest.mark.parametrize("failing", ["keyd", "public"])
def test_what_ends_while_starting_is_not_tried_again(new_house: Callable[..., House], failing: str) -> None:
    """The public stand-in is ready at once, so its end is a death like any other; the key daemon greets first."""
    house = new_house(failing)
    said = house.said()
    assert house.process.returncode == 1
    expected = "ended while starting (exit code 7)" if failing == "keyd" else "ended 5 times within a minute"
    assert f"the {failing} process {expected}" in said
    assert len(house.pids("began", failing)) == (1 if failing == "keyd" else 5)
    assert ("worker began" in "".join(house.lines())) == (failing == "public")


def test_when_the_supervisor_is_killed_no_process_goes_on(new_house: Callable[..., House]) -> None:
    house = new_house().ready()
    house.process.kill()
    house.until(lambda: not any(is_there(pid) for pid in house.pids("began")))


def test_a_pair_keeps_what_was_sent_while_nobody_listened() -> None:
    """What the supervisor relies on: both ends stay open in it, so a frame waits for whoever reads next."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    script = "import os, sys; os.write(int(sys.argv[1]), os.read(int(sys.argv[1]), 100) + b' heard')"
    mine.send(b"one")
    words = [sys.executable, "-c", script, str(theirs.fileno())]
    subprocess.run(words, pass_fds=[theirs.fileno()], check=True)
    mine.send(b"two")
    subprocess.run(words, pass_fds=[theirs.fileno()], check=True)
    assert (mine.recv(100), mine.recv(100)) == (b"one heard", b"two heard")
    mine.close()
    theirs.close()
