"""`jikim demo`: a company on a day, in a home of its own, that moves forward and never back."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from jikim.cli import demo_desk, demo_story, main
from tests.support.server import jikim

FIRST_WEEKS, LATER = "2023-02-20", "2023-04-10"
BANNER = "DEMO"


def asked(home: Path, question: str) -> Sequence[tuple[object, ...]]:
    with sqlite3.connect(home / "live.sqlite3") as live:
        found: list[tuple[object, ...]] = live.execute(question).fetchall()
    live.close()
    return found


def states(home: Path) -> dict[object, object]:
    return dict(asked(home, "SELECT state, count(*) FROM live_inquiry GROUP BY state"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A demo home a few weeks on, with the number of its inquiries then; `lived` moves the same one forward."""
    home = tmp_path_factory.mktemp("company") / "demo"
    assert jikim(home, "demo", "--on", FIRST_WEEKS, "--no-serve").returncode == 0
    return home, len(asked(home, "SELECT 1 FROM live_inquiry"))


@pytest.fixture(scope="module")
def lived(early: tuple[Path, int]) -> Path:
    """The demo home some months on. Tests look at it and change nothing."""
    home, _ = early
    assert jikim(home, "demo", "--on", LATER, "--no-serve").returncode == 0
    return home


def test_it_lives_to_a_day_then_forward_and_never_back(early: tuple[Path, int], lived: Path) -> None:
    _, before = early
    assert 2 < before < len(asked(lived, "SELECT 1 FROM live_inquiry"))
    back = jikim(lived, "demo", "--on", FIRST_WEEKS, "--no-serve")
    assert back.returncode == 2
    assert f"stands at {LATER}" in back.stderr
    assert jikim(lived, "due").returncode == 0


def test_a_home_of_another_story_is_shown_as_it_stands_and_lived_no_further(lived: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    shutil.copytree(lived, home)
    home.chmod(0o700)
    kept = home / demo_desk.FOLLOWED
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"story": "another"}))
    further = jikim(home, "demo", "--on", "2023-04-11", "--no-serve")
    assert further.returncode == 2
    assert "another version of Jikim" in further.stderr
    assert "hint: choose another JIKIM_HOME" in further.stderr
    assert jikim(home, "demo", "--on", LATER, "--no-serve").returncode == 0


def test_another_course_is_another_story_and_other_words_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before = demo_story.fingerprint()
    with monkeypatch.context() as other:
        other.setattr(demo_story, "SHOWN", demo_story.SHOWN[:-1])
        assert demo_story.fingerprint() != before
    with monkeypatch.context() as other:
        other.setitem(demo_story._ANSWERED, "ko", "고맙습니다.")
        assert demo_story.fingerprint() == before


def test_every_state_of_a_life_is_there_and_nothing_is_late(lived: Path) -> None:
    assert set(states(lived)) == {"received", "answered", "resolved", "set-aside", "destroyed"}
    plan = json.loads(jikim(lived, "due", "--json").stdout)
    assert [action for action in plan["actions"] if action["due_by"] < LATER] == []


def test_no_letter_waits_while_the_policy_names_no_mail(lived: Path) -> None:
    assert asked(lived, "SELECT 1 FROM live_outgoingmail") == []


def test_the_doctor_finds_nothing_that_fails(lived: Path) -> None:
    looked = jikim(lived, "doctor", "--json")
    told = json.loads(looked.stdout)
    assert [one for one in told["findings"] if one["state"] == "fail"] == []
    assert (looked.returncode, told["demo"], told["ok"]) == (0, True, True)
    assert len({one["check"] for one in told["findings"]}) > 25
    screen = jikim(lived, "doctor").stdout
    assert screen.startswith(BANNER)
    assert screen.rstrip().endswith("0 failed")


def test_the_doctor_says_what_is_broken_and_looks_at_the_rest(lived: Path) -> None:
    lived.chmod(0o755)
    try:
        looked = jikim(lived, "doctor", "--json")
    finally:
        lived.chmod(0o700)
    assert looked.returncode == 1
    assert [one["check"] for one in json.loads(looked.stdout)["findings"] if one["state"] == "fail"] == ["home"]
    unset = jikim(lived, "doctor", more={"JIKIM_BASE_URL": "no address"})
    assert unset.returncode == 1
    assert "JIKIM_BASE_URL" in unset.stdout


def test_its_journal_verifies_also_against_what_it_was_before(lived: Path, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    note = (lived / "keys" / "journal" / "journal.checkpoint").read_bytes()
    kept.write_bytes(b"\r\n" + note.strip().replace(b"\n", b"\r\n"))  # as an editor saves what was copied from a page
    found = jikim(lived, "journal", "verify", "--older", str(kept))
    assert found.returncode == 0
    assert found.stdout.startswith(BANNER)
    told = json.loads(jikim(lived, "journal", "verify", "--older", str(kept), "--json").stdout)
    assert told["holds"]
    assert told["demo"]
    assert 0 < told["older"] <= told["entries"]
    kept.write_text("no checkpoint")
    assert jikim(lived, "journal", "verify", "--older", str(kept)).returncode == 2
    assert jikim(lived, "journal", "verify", "--older", str(tmp_path)).returncode == 2
    assert jikim(tmp_path / "nowhere", "journal", "verify").returncode == 3


def test_all_of_its_certificates_verify(lived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [json.loads(str(body)) for (body,) in asked(lived, "SELECT body FROM live_certificate")]
    assert bodies
    files = [tmp_path / f"{number}.json" for number in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_text(json.dumps(body["signed"]))
    key = json.loads(jikim(lived, "journal", "verify", "--json").stdout)["log_key"]
    verify = ["certificate", "verify", f"--log-key={key}"]
    assert main([*verify, *map(str, files)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(BANNER)
    assert said.count(": HOLDS") == len(files)
    files[0].write_text(json.dumps(bodies[0]["signed"] | {"origin": "example.kr/jikim-journal"}))
    assert main([*verify, str(files[0])]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(["certificate", "verify", "--log-key", "no key", str(files[0])])


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
