"""The bench concludes only from quiet runs, counts the middle turn, and never makes a figure up."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time as clocks
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jikim.cli.bench import counting, harness, load, peer, table
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.load import Moment
from jikim.cli.bench.peers import visitors
from jikim.cli.bench.results import Bar, Result, Verdict, absent, median, percentile, time
from jikim.cli.bench.rows import footprint
from jikim.sealing.tree.store import Store

AT_LEAST, AT_MOST = Bar(0.6, 0.9), Bar(1.5, 1.2, at_most=True)
QUIET, LOUD = 0.1, 0.5


@pytest.mark.parametrize(
    ("bar", "ratio", "verdict"),
    [
        (AT_LEAST, 0.59, Verdict.MISSED),
        (AT_LEAST, 0.6, Verdict.FLOOR),
        (AT_LEAST, 0.9, Verdict.GOAL),
        (AT_MOST, 1.51, Verdict.MISSED),
        (AT_MOST, 1.5, Verdict.FLOOR),
        (AT_MOST, 1.2, Verdict.GOAL),
    ],
)
def test_a_bound_itself_is_reached(bar: Bar, ratio: float, verdict: Verdict) -> None:
    assert bar.verdict(ratio) is verdict


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 3.0, 2.0], 2.5)])
def test_one_turn_that_was_held_up_does_not_count(values: list[float], middle: float) -> None:
    assert median(values) == middle


def test_there_is_no_median_of_nothing() -> None:
    with pytest.raises(ValueError, match="no median of nothing"):
        median([])


@pytest.mark.parametrize(("count", "part", "found"), [(100, 0.99, 99), (200, 0.99, 198), (1, 0.99, 1), (10, 0.5, 5)])
def test_a_percentile_is_a_value_that_was_measured(count: int, part: float, found: int) -> None:
    assert percentile([float(value) for value in range(count, 0, -1)], part) == found


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(12.3456, "12.3 s"), (0.00025, "250 µs"), (1.5e-3, "1.5 ms"), (0.9999, "1e+03 ms"), (3e-7, "300 ns")],
)
def test_times_are_written_with_their_unit(seconds: float, words: str) -> None:
    assert time(seconds) in {words, "1000 ms"}


STAT = "cpu  {user} 0 100 {idle} 50 0 10 0 0 0\ncpu0 1 2 3\n"


def test_what_others_used_is_what_neither_we_nor_idling_took() -> None:
    before = load.moment(STAT.format(user=0, idle=0), own=0)
    ticks = load.TICKS
    after = load.moment(STAT.format(user=6 * ticks, idle=4 * ticks), own=5)
    assert load.others(before, after) == pytest.approx(0.1)
    assert after.every - before.every == pytest.approx(10)


@pytest.mark.parametrize(
    ("after", "share"),
    [(Moment(10, 4, 6), 0.0), (Moment(0, 0, 0), 1.0), (Moment(10, 10, 0), 1.0)],
    ids=["clocks that disagree", "no time passed", "all by others"],
)
def test_the_share_of_others_stays_between_nothing_and_all(after: Moment, share: float) -> None:
    assert load.others(Moment(0, 0, 0), after) == share


def _bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *noise: float) -> Bench:
    shares = iter(noise)
    monkeypatch.setattr(harness, "others", lambda _before, _after: next(shares))
    monkeypatch.setattr(Bench, "wait_for_quiet", lambda _bench: None)
    return Bench(tmp_path, alternations=5, attempts=3)


def test_sides_take_turns_and_the_first_turn_only_warms_up() -> None:
    order: list[str] = []
    seconds = iter([100.0, 100.0, 1, 10, 2, 20, 3, 30, 4, 40, 5, 50])

    def side(name: str) -> Callable[[], float]:
        def work() -> float:
            order.append(name)
            return next(seconds)

        return work

    assert harness.in_turns({"ours": side("ours"), "theirs": side("theirs")}, 5) == {"ours": 3, "theirs": 30}
    assert order == ["ours", "theirs"] * 6


def test_a_run_that_others_disturbed_is_thrown_away_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _bench(tmp_path, monkeypatch, LOUD, LOUD, QUIET).alternate({"a": lambda: 2.0, "b": lambda: 1.0})
    assert (run.quiet, run.thrown_away, run.others) == (True, 2, QUIET)
    result = run.result("row", "what", ("a", "b"), run.times("a", "b"), AT_MOST)
    assert (result.verdict, result.ratio, result.thrown_away) == (Verdict.MISSED, 2.0, 2)


def test_nothing_is_concluded_where_no_run_was_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _bench(tmp_path, monkeypatch, LOUD, LOUD, LOUD).alternate({"a": lambda: 1.0, "b": lambda: 1.0})
    assert run.result("row", "what", ("a", "b"), 1.0, AT_MOST).verdict is Verdict.NOISY


def test_a_fifth_by_others_is_quiet_enough_and_no_more() -> None:
    assert harness.Run({}, 5, 0.2, 0).quiet
    assert not harness.Run({}, 5, 0.21, 0).quiet


MACHINE = table.Machine("Some Processor", 2, 2**34, "ext4", 0.00025)


def test_the_table_never_shows_a_ratio_without_machine_flush_and_noise() -> None:
    result = Result("erase", "erase one value", "2 ms", "1 ms", 2.0, AT_MOST, Verdict.MISSED, "why", 5, 1, 0.12)
    words = "\n".join(table.text(MACHINE, [result, absent("peers", "someone else", "without network")]))
    for said in (
        "Some Processor",
        "250 µs",
        "ext4",
        "≤ 1.5",
        "MISSED",
        "not there",
        "without network",
        "12%",
        "20%: 1",
    ):
        assert said in words
    assert max(len(line) for line in words.splitlines()) <= 100


def test_a_line_is_shown_before_the_next_is_measured() -> None:
    measured: list[str] = []

    def measuring() -> Iterator[Result]:
        for row in ("erase", "peers"):
            measured.append(row)
            yield absent(row, f"what {row} is", "not here")

    lines = table.text(MACHINE, measuring())
    assert next(line for line in lines if "what erase is" in line)
    assert measured == ["erase"]
    assert "what peers is" in "\n".join(lines)


def test_programs_are_told_the_same() -> None:
    found = table.facts(MACHINE, [Result("journal", "verify", "2 s", "1 s", 0.5, AT_LEAST, Verdict.MISSED, "", 5)])
    assert json.loads(json.dumps(found)) == found
    (row,) = found["rows"] if isinstance(found["rows"], list) else []
    assert (row["ratio"], row["floor"], row["goal"], row["bound"], row["verdict"]) == (0.5, 0.6, 0.9, "least", "MISSED")


def test_where_nothing_was_measured_the_table_says_so() -> None:
    assert "Nothing was measured." in list(table.text(MACHINE, [absent("peers", "someone", "no network")]))


def test_every_commit_that_changed_something_is_counted_and_no_other(tmp_path: Path) -> None:
    with counting.counted_flushes() as flushes:
        store = Store(tmp_path / "tree.sqlite3")
        store.clear_log()
        before = flushes.count
        with store.writing():
            pass
        assert flushes.count == before
        for expected in (2, 3):  # the first into an empty log makes the log durable as well
            with store.writing():
                store.run("INSERT INTO batch (id, state) VALUES (?, 'gathered')", bytes([expected]))
            assert flushes.count == before + expected
        store.clear_log()
        assert flushes.count == before + 5
        store.close()
    assert sqlite3.connect.__module__ in {"sqlite3", "_sqlite3"}


def test_a_peer_that_cannot_be_installed_is_not_there_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_place: Path, _lock: Path) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(peer, "_install", fails)
    with pytest.raises(peer.PeerNotThere, match="Network is unreachable"):
        peer.environment("effaced")
    assert list((tmp_path / "jikim-bench").iterdir()) == []


@pytest.mark.parametrize("name", ["gdpr-officer", "effaced", "django-gdpr-assist", "django-helpdesk"])
def test_peers_are_locked_by_version_and_digest(name: str) -> None:
    lines = (peer.LOCKS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert f"{name}==" in "".join(packages)
    assert all("==" in line for line in packages)
    assert sum("--hash=sha256:" in line for line in lines) >= len(packages)


def test_what_a_process_started_is_counted_with_it() -> None:
    command = [sys.executable, "-c", "import subprocess, sys; subprocess.run(['sleep', '30'], check=True)"]
    with subprocess.Popen(command) as process:
        try:
            for _ in range(200):
                if len(load.family(process.pid)) == 2:
                    break
                clocks.sleep(0.05)
            assert len(load.family(process.pid)) == 2
            assert load.memory(process.pid) > 1_000_000
            assert load.used(process.pid) >= 0
        finally:
            for number in reversed(load.family(process.pid)):
                os.kill(number, signal.SIGKILL)
    assert load.used(process.pid) == 0


PAGE = b"""<form><input type="hidden" name="served" value="a.b">
<input name="x" type="hidden" value=""><input type="text" name="y" value="z"></form>"""


def test_visitors_bring_back_what_the_page_gave_them_and_nothing_else() -> None:
    assert visitors.hidden(visitors.Answer(200, 0, b"", PAGE)) == {"served": "a.b", "x": ""}


def test_a_request_is_one_form_with_its_file_last() -> None:
    task = {"port": 1, "post": "/inquiry/", "fields": {"name": "Kim"}, "file": ["attachments", 10]}
    head, _, body = visitors.request(task, {"served": "a.b"}, "").partition(b"\r\n\r\n")
    assert head.startswith(b"POST /inquiry/ HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body.index(b'"served"') < body.index(b'"name"') < body.index(b'"attachments"')


def test_what_the_program_needs_is_counted_and_what_it_is_tested_with_is_not() -> None:
    packages = footprint.installed("jikim")
    assert {"jikim", "django", "granian"} <= set(packages)
    assert not {"pytest", "mypy", "playwright"} & set(packages)
    assert footprint.size(packages["django"]) > 1_000_000
