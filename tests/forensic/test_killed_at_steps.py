"""SIGKILL before every numbered step of setting aside and destroying, one after another on the same home.

Whatever a killed process left, the next one goes on from it. Nothing a law keeps is ever without a readable copy. In
the end there is one copy of that, none of the rest, and each destruction is certified once.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jikim.procedures import destroy, separate
from tests.support.dying import KEPT, NOT_KEPT
from tests.support.server import surroundings

ROOT = Path(__file__).resolve().parents[2]
MOVES_ON, DESTROYED_ON = "2026-10-13", "2029-10-06"
M, D = ([step.__name__ for step in procedure.STEPS] for procedure in (separate, destroy))


def run(home: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """Run one process; returns how it ended and what it said of the home, before its work and after it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.dying", *words],
        cwd=ROOT, env=surroundings(home, {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def killed_at(home: Path, day: str, step: str) -> Mapping[str, Any]:
    code, (before, *after) = run(home, "day", day, step)
    assert code == -signal.SIGKILL, f"{step} was not reached"
    assert after == []
    return before


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert run(tmp_path / "home", "begin")[0] == 0
    return tmp_path / "home"


def test_killed_before_every_step_in_turn_it_still_comes_to_the_same_end(home: Path) -> None:
    for step in (*M, *D):
        found = killed_at(home, MOVES_ON, step)
        complaint, _general = found["copies"]
        assert all(complaint[item] for item in KEPT), f"lost before {step}"
    code, (_, after) = run(home, "day", MOVES_ON)
    assert code == 0
    complaint, general = after["copies"]
    assert {complaint[item][0] for item in KEPT} == {"separate"}
    assert [len(complaint[item]) for item in KEPT] == [1, 1, 1]
    assert complaint["attachments"] == general["attachments"] == general["content"] == []
    assert (after["certificates"], after["intents"]) == ([1, 1], 0)

    for step in D:
        killed_at(home, DESTROYED_ON, step)
    code, (_, after) = run(home, "day", DESTROYED_ON)
    assert code == 0
    assert [copies for one in after["copies"] for copies in one.values()] == [[]] * 2 * len(KEPT + NOT_KEPT)
    assert (after["states"], after["intents"]) == (["destroyed", "destroyed"], 0)
    assert after["certificates"] == [3, 2], "the access logs, and what was set aside"
