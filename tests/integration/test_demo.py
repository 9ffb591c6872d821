"""`jikim demo`: a company on a day, in a home of its own, that moves forward and never back."""

import json
import sqlite3
from pathlib import Path

from tests.support.server import jikim

FIRST_WEEKS, LATER = "2023-02-20", "2023-04-10"


def counts(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "live.sqlite3") as live:
        found = dict(live.execute("SELECT state, count(*) FROM live_inquiry GROUP BY state").fetchall())
    live.close()
    return found


def test_it_lives_to_a_day_then_forward_and_never_back(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    assert jikim(home, "demo", "--on", FIRST_WEEKS, "--no-serve").returncode == 0
    early = counts(home)
    assert sum(early.values()) > 2
    assert jikim(home, "demo", "--on", LATER, "--no-serve").returncode == 0
    assert sum(counts(home).values()) > sum(early.values())
    back = jikim(home, "demo", "--on", FIRST_WEEKS, "--no-serve")
    assert back.returncode == 2
    assert f"stands at {LATER}" in back.stderr
    assert jikim(home, "due").returncode == 0


def test_every_state_of_a_life_is_there_and_nothing_is_late(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    assert jikim(home, "demo", "--on", LATER, "--no-serve").returncode == 0
    assert {"destroyed", "set-aside"} <= set(counts(home))
    plan = json.loads(jikim(home, "due", "--json").stdout)
    assert [action for action in plan["actions"] if action["due_by"] < LATER] == []


def test_it_never_touches_a_real_home(tmp_path: Path) -> None:
    home = tmp_path / "real"
    home.mkdir(mode=0o700)
    (home / "home.json").write_text('{"format": 2, "program": "0.1.0", "kind": "real", "offset_days": 0}')
    run = jikim(home, "demo", "--on", LATER, "--no-serve")
    assert run.returncode == 3
    assert "is a real home" in run.stderr
    assert [path.name for path in home.iterdir()] == ["home.json"]


def test_a_day_before_its_first_policy_is_refused_with_a_next_step(tmp_path: Path) -> None:
    run = jikim(tmp_path / "demo", "demo", "--on", "2020-01-01", "--no-serve")
    assert run.returncode == 2
    assert "hint:" in run.stderr
    assert "Traceback" not in run.stderr
