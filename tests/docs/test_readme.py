"""The README is true: its help is the program's, its commands run, its links lead somewhere."""

import re
from pathlib import Path

import pytest

from jikim.cli import main, parser

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_SHOWN = [line[2:].split() for line in README.splitlines() if line.startswith("$ jikim ")]


def test_the_help_it_shows_is_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert f"```\n{parser().format_help()}```" in README


def test_every_link_and_picture_leads_to_a_file() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_it_fits_one_screen() -> None:
    assert len(README.splitlines()) <= 65


@pytest.mark.parametrize("words", [words for words in COMMANDS_SHOWN if words[1] != "due"], ids=" ".join)
def test_a_command_it_shows_runs(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    absolute = [str(ROOT / word) if word.endswith(".toml") else word for word in words[1:]]
    assert main(absolute) == 0
    assert capsys.readouterr().out
