"""`jikim bench` runs every row in small, says what it measured, and leaves nothing behind. How fast, no test asks."""

import errno
import json
from pathlib import Path

import pytest

from jikim.cli import main
from jikim.cli.bench import peer
from jikim.cli.bench.rows import ROWS

VERDICTS = {"goal", "floor", "MISSED", "-", "noisy", "not there"}


@pytest.fixture(autouse=True)
def without_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no environment of a peer be made; what is said then is tested, and the machine's own cache left alone."""

    def unreachable(_place: Path, _lock: Path) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(peer, "_install", unreachable)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("row", ROWS)
def test_every_row_says_what_it_measured(row: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert main(["bench", row, "--quick", "--json", "--in", str(place)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["machine"]["fsync_4_kib_seconds"] > 0
    assert found["rows"]
    for line in found["rows"]:
        assert line["row"] == row
        assert line["what"]
        assert line["verdict"] in VERDICTS
        assert (line["verdict"] == "not there") == (line["ratio"] is None)
        assert line["ratio"] is None or line["ratio"] > 0
    assert list(place.iterdir()) == []


def test_people_get_the_same_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "seal", "--quick", "--in", str(tmp_path)]) == 0
    words = capsys.readouterr().out
    for said in ("fsync", "limit or peer", "seal one value", "Other programs used at most"):
        assert said in words


def test_a_row_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "speed"]) == 2
    assert "choose from: start, seal, daemon" in capsys.readouterr().err
