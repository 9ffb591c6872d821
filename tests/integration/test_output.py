"""A command says what it has to say wherever its output goes, and never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = ("policy", "check", "policies/utracs/1.toml")
PERIOD = ("period", "2026-02-13", "P1D", "--roll")


def run(*words: str, **how: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # the streams differ from test to test
        [sys.executable, "-m", "jikim", *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, **how
    )


@pytest.mark.parametrize("words", [CHECK, PERIOD, ("--help",)])
def test_a_full_disk_behind_the_output_is_told_with_the_next_step(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = run(*words, stdout=full)
    assert done.returncode == 1
    assert done.stderr.startswith("jikim: it cannot be written: No space left on device\nhint: ")
    assert "Traceback" not in done.stderr


def test_an_output_that_was_closed_changes_nothing_else() -> None:
    command = f"exec {sys.executable} -m jikim {' '.join(CHECK)} >&-"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_korean_letters_shows_their_numbers() -> None:
    done = run(*CHECK, stdout=subprocess.PIPE, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\uac1c\\uc778" in done.stdout


def test_a_long_roll_over_holidays_fits_the_terminal() -> None:
    done = run(*PERIOD, stdout=subprocess.PIPE)
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "Korean New Year" in done.stdout
