"""`jikim period` as people and programs meet it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jikim.cli import main

ANSWERS = [
    # a request before Chuseok
    (["2026-09-15", "P10D", "--roll"], "2026-09-25", "2026-09-28", "2026-09-30"),
    (["2026-09-15", "P10D"], "2026-09-25", None, "2026-09-30"),
    (["2026-07-07", "P10D", "--roll", "--calendar", "kr"], "2026-07-17", "2026-07-20", "2026-07-22"),
    (["2026-12-22", "P10D", "--roll"], "2027-01-01", "2027-01-04", "2027-01-06"),
    (["2020-10-03", "P5Y", "--roll"], "2025-10-03", "2025-10-10", "2025-10-11"),
    (["2026-04-30", "P6M"], "2026-10-31", None, "2026-11-05"),
    (["2027-02-28", "P1Y", "--roll"], "2028-02-29", "2028-02-29", "2028-03-05"),
    (["2026-11-23", "P0D"], "2026-11-23", None, "2026-11-28"),
    (["2130-01-01", "P1Y"], "2131-01-01", None, "2131-01-06"),  # no roll, so no almanac is needed
]


@pytest.mark.parametrize(("words", "last_day", "keep_until", "destroy_by"), ANSWERS)
def test_programs_get_three_days_and_nothing_else(
    capsys: pytest.CaptureFixture[str], words: list[str], last_day: str, keep_until: str | None, destroy_by: str
) -> None:
    assert main(["period", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "last_day": last_day,
        "keep_until": keep_until,
        "destroy_by": destroy_by,
    }


def test_people_get_three_days_with_the_names_of_the_days_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["period", "2026-09-15", "P10D", "--roll"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "last day    2026-09-25 Fri  the period ends when this day ends",
        "keep until  2026-09-28 Mon  rolled over 25 Sep (Chuseok), 26 Sep (The second day of Chuseok), 27 Sep",
        "                            (Sunday)",
        "destroy by  2026-09-30 Wed  five days after the last day",
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["2026-09-15", "P10D"], "without --roll no law requires the keeping"),
        (["2021-03-10", "P5Y", "--roll"], "the last day is a working day"),
        (["2020-10-03", "P5Y", "--roll"], "holidays left no day between"),
    ],
)
def test_every_day_comes_with_its_reason(capsys: pytest.CaptureFixture[str], words: list[str], reason: str) -> None:
    assert main(["period", *words]) == 0
    assert reason in capsys.readouterr().out


MISTAKES = [
    ["2026-09-31", "P1D"],
    ["20260930", "P1D"],
    ["2026-W40-3", "P1D"],
    ["yesterday", "P1D"],
    ["2026-09-30", "5 years"],
    ["2026-09-30", "PT24H"],
    ["2026-09-30", "-P1D"],
    ["2026-09-30", "P1D", "--calendar", "atlantis"],
    ["2026-09-30", "P1D", "--calendar", "../kr", "--json"],
    ["9999-12-31", "P1D"],
    ["9998-01-01", "P5Y", "--json"],
    ["2100-01-01", "P5Y", "--roll"],
    ["1900-01-01", "P5Y", "--roll"],
]


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_mistake_is_answered_with_a_hint_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    # argparse would take a leading "-P1D" for an option
    given = [*words[:1], "--", *words[1:]] if words[1].startswith("-") else words
    assert main(["period", *given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("jikim: ")
    assert "\nhint: " in said.err


def test_the_command_needs_no_home_no_database_and_no_django(tmp_path: Path) -> None:
    asked = "import sys, jikim.cli; jikim.cli.main(sys.argv[1:]); print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", asked, "period", "2026-09-15", "P10D", "--roll", "--json"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name == "PATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1] == "False"
    assert list(tmp_path.iterdir()) == []
