"""The policy map is true: complete, pointing at what exists, and each test notices when its code is gone."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from jikim.language import keepers

ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "docs" / "policy-map.md"
SENTENCES = 67  # sentences of the reference policy; a constant of its text
PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"),
    *("-p", "tests.support.disable"),
)
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|(.*)\|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    promise: str
    code: str
    test: str

    @property
    def kept(self) -> bool:
        return not self.code.startswith("not yet")


def rows() -> list[Row]:
    found = ROW.findall(MAP.read_text(encoding="utf-8"))
    return [Row(int(number), promise, code.strip("`"), test.strip(" `")) for number, promise, code, test in found]


KEPT = sorted({(row.code, row.test) for row in rows() if row.kept})


def test_every_sentence_of_the_reference_policy_has_one_row_in_its_order() -> None:
    assert [row.number for row in rows()] == list(range(1, SENTENCES + 1))


def test_a_row_names_code_and_test_or_says_not_yet() -> None:
    for row in rows():
        assert bool(row.test) == row.kept, f"row {row.number} names one of the two"
        assert row.promise.endswith("."), f"row {row.number} is no sentence"


@pytest.mark.parametrize(("code", "test"), KEPT)
def test_named_code_and_test_exist(code: str, test: str) -> None:
    module, _, name = code.partition(":")
    path, _, function = test.partition("::")
    source = ROOT / "src" / (module.replace(".", "/") + ".py")
    assert re.search(rf"^\s*(def|class) {name.rpartition('.')[2]}\b", source.read_text(encoding="utf-8"), re.MULTILINE)
    assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "test"), KEPT)
def test_disabling_the_named_code_makes_the_named_test_fail(code: str, test: str) -> None:
    run = subprocess.run(
        [*PYTEST, test],
        cwd=ROOT,
        env=os.environ | {"JIKIM_DISABLE": code},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1, f"{test} does not notice that {code} is gone:\n{run.stdout[-2000:]}{run.stderr[-2000:]}"
    assert "1 failed" in run.stdout or "1 error" in run.stdout


def test_a_row_not_kept_yet_names_a_promise_that_policy_check_notes() -> None:
    named = {row.code.removeprefix("not yet: ") for row in rows() if not row.kept}
    assert named
    assert named <= {promise.name for promise in keepers.NOT_YET}
