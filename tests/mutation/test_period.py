"""Every small change of the Civil Act arithmetic is noticed by the unit tests of periods."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
MODULE = "jikim.domain.period"
TESTS = ("tests/unit/test_period.py", "tests/unit/test_period_limits.py")
NOTICED, UNNOTICED = 1, 0  # pytest's exit codes; a module that cannot even be imported gives 2
BROKEN = 2
PATIENCE_SECONDS = 30  # a change may make a loop endless, which is noticed too

# Changes that change nothing anybody could notice, each with the reason.
EQUIVALENT = {
    "period.Period: True -> False (2)": "slots=True saves memory; what a period is stays the same",
    "period.Window: True -> False (2)": "the same",
}

MUTANTS = mutants(MODULE)


def outcome(chosen: str) -> int:
    """Run the unit tests against one change, or with "" against the code as it is."""
    plugins = ["-p", "tests.support.mutants", "-p", "no:django", "-p", "no:xdist", "-p", "no:cacheprovider"]
    words = [sys.executable, "-m", "pytest", "-q", "-x", "--noconftest", *plugins, *TESTS]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    try:
        run = subprocess.run(
            words,
            cwd=ROOT,
            env=surroundings | {"JIKIM_MUTANT": chosen, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NOTICED
    return run.returncode


@pytest.fixture(scope="session")
def sound() -> None:
    """Without a change the tests pass; otherwise their failing would say nothing."""
    assert outcome("") == UNNOTICED


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_change_of_the_arithmetic_is_noticed(mutant: Mutant, sound: None) -> None:
    expected = {UNNOTICED} if mutant.name in EQUIVALENT else {NOTICED, BROKEN}
    assert outcome(f"{MODULE}#{mutant.number}") in expected


def test_every_exception_is_a_change_that_exists() -> None:
    assert set(EQUIVALENT) <= {mutant.name for mutant in MUTANTS}


def test_the_changes_reach_every_function() -> None:
    assert len(MUTANTS) > 80
    assert {mutant.name.partition(":")[0].rpartition(".")[2] for mutant in MUTANTS} >= {
        "last_day",
        "roll",
        "window",
        "legal_day",
        "parse",
    }
