"""A run of tests cannot pass by looking away."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
FILE = """
import pytest

def test_that_passes() -> None:
    pass

@pytest.mark.skip(reason="not today")
def test_that_is_skipped() -> None:
    pass

@pytest.mark.xfail(reason="known", strict=True)
def test_that_is_known_to_fail() -> None:
    raise AssertionError
"""


@pytest.mark.parametrize(
    ("ci", "counts"),
    [
        ("true", {"passed": 2, "failed": 1, "skipped": 0}),
        ("", {"passed": 2, "failed": 0, "skipped": 1}),
    ],
)
def test_in_ci_a_skip_is_a_failure(tmp_path: Path, ci: str, counts: dict[str, int]) -> None:
    assert tallied(tmp_path, FILE, ci) == counts


def test_in_ci_a_file_that_skips_itself_is_a_failure(tmp_path: Path) -> None:
    whole = "import pytest\npytest.skip('not here', allow_module_level=True)\n"
    assert tallied(tmp_path, whole, "true") == {"passed": 0, "failed": 1, "skipped": 0}


def test_in_ci_a_long_difference_is_told_within_a_moment(tmp_path: Path) -> None:
    """Told whole, it takes minutes: a run that has a failure would seem to hang."""
    long = """
        from hashlib import shake_256
        def test_that_fails() -> None:
            assert shake_256(b"one").digest(200_000) == shake_256(b"other").digest(200_000)
    """
    assert tallied(tmp_path, dedent(long), "true") == {"passed": 0, "failed": 1, "skipped": 0}


def tallied(folder: Path, content: str, ci: str) -> dict[str, int]:
    (folder / "test_some.py").write_text(content)
    tally = folder / "tally.json"
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.support.strictness"]
    subprocess.run(
        [sys.executable, *words, "--noconftest", "-p", "no:django", f"--tally={tally}", f"--rootdir={folder}", folder],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"CI": ci},
        capture_output=True,
        timeout=60,
        check=False,
    )
    counts: dict[str, int] = json.loads(tally.read_text())
    return counts
