"""Where a command finds its keys: at the key daemon of the home, or at one of its own that ends with it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.server import Serve, jikim, surroundings

SLEEPING = """
import sys, time
from jikim import sealing
from jikim.environment import HomeKind
from jikim.store import start
start.ready(HomeKind.REAL, migrate=True)
print(sealing.current().hello().boot, flush=True)
time.sleep(60)
"""

HANDING_OVER = """
from jikim import sealing
from jikim.cli import home, keyring
from jikim.domain.journal import Role
from jikim.environment import HomeKind
from jikim.sealing.keyd.channels import PairChannel
from jikim.sealing.keyd.client import Client
home.open_and_migrate(HomeKind.REAL, serves=True)
before = sealing.current().hello().boot
keyd = keyring.hand_over()
public = Client(PairChannel(keyd.pairs[Role.PUBLIC][0].detach()), Role.PUBLIC)
print(public.hello().boot == before, keyd.process.poll(), flush=True)
keyd.process.terminate()
print(keyd.process.wait(20))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose path is longer than the address of a socket may be."""
    return tmp_path / ("h" * 100) / "home"


def daemons(home: Path) -> list[int]:
    """Return the key daemons of a home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
            if b"jikim.sealing.keyd" in words and f"JIKIM_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # it ended while we looked
            continue
    return found


def test_a_command_starts_a_key_daemon_and_ends_it(home: Path) -> None:
    made = jikim(home, "demo", "--on", "2022-12-26", "--no-serve")
    assert made.returncode == 0, made.stderr
    assert jikim(home, "due").returncode == 0
    assert daemons(home) == []
    assert not (home / "run").exists()


def test_a_command_that_is_killed_leaves_no_key_daemon(home: Path) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", SLEEPING], env=surroundings(home), stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    assert command.stdout.readline().strip()
    assert len(daemons(home)) == 1
    command.kill()
    command.communicate()
    latest = time.monotonic() + 20
    while daemons(home):
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_a_second_key_daemon_is_refused_and_the_first_goes_on(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPING], env=surroundings(home), stdout=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline().strip()
        second = subprocess.run(
            [sys.executable, "-m", "jikim.sealing.keyd"],
            env=surroundings(home), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        command.send_signal(signal.SIGTERM)
    assert second.returncode == 3
    assert "another key daemon holds keyd.lock" in second.stderr


def test_while_a_house_runs_a_command_asks_its_key_daemon(serve: Serve, home: Path) -> None:
    served = serve(home=home)
    before = daemons(home)
    assert jikim(home, "due").returncode == 0
    assert daemons(home) == before
    assert len(before) == 1
    os.killpg(served.process.pid, signal.SIGTERM)
    assert served.process.wait(30) == 0


def test_the_socket_that_a_dead_key_daemon_left_does_not_listen(home: Path) -> None:
    assert jikim(home, "demo", "--on", "2022-12-26", "--no-serve").returncode == 0
    (home / "run").mkdir()
    folder = os.open(home / "run", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as dead:
        dead.bind(f"/proc/self/fd/{folder}/keyd.sock")
    os.close(folder)
    done = jikim(home, "due")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("start", ["first", "second"])
def test_the_key_daemon_of_a_command_goes_on_as_that_of_its_house(home: Path, start: str) -> None:
    if start == "second":
        assert jikim(home, "serve", "--policy", "/none").returncode == 2
    done = subprocess.run(
        [sys.executable, "-c", HANDING_OVER], env=surroundings(home), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.stdout == "True None\n0\n", done.stderr
    assert daemons(home) == []
