"""What operators are told is the program's: every variable it reads is named, none is made up, links lead on."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "operating"
PAGES = sorted(FOLDER.glob("*.md"))
VARIABLE = re.compile(r"JIKIM_[A-Z]+(?:_[A-Z]+)*")
OF_ITS_OWN = re.compile(r"JIKIM_(ROLE|\w+_FD)")  # given to a process by the one that starts it, never by people


def read_by_the_program() -> set[str]:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return {name for name in VARIABLE.findall(sources) if not OF_ITS_OWN.fullmatch(name)}


def test_every_variable_is_explained_and_none_is_made_up() -> None:
    told = {name.removesuffix("_FILE") for page in PAGES for name in VARIABLE.findall(page.read_text(encoding="utf-8"))}
    assert told == read_by_the_program()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_found_from_the_first() -> None:
    first = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"]({page.name})" not in first and page.name != "README.md"] == []
