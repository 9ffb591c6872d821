"""docs/findings.md is the table of findings, and says what the code says.

Run `python -m tests.docs.test_findings` after changing a code: it writes the table again.
"""

from pathlib import Path

from jikim import packs
from jikim.language import check
from jikim.language.findings import CODES, RULES, cite

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"
HEAD = "| code | what was found | law | the next step |"


def row(name: str) -> str:
    found = CODES[name]
    law = cite(packs.load("kr"), found.source) or "–"
    fixed = "" if found.can_override else " *Cannot be overridden.*"
    cells = (f"`{name}`", found.what + fixed, law, f"{found.hint}.")
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def table() -> list[str]:
    return [row(name) for name in sorted(CODES, key=lambda name: ("EWN".index(name[0]), name))]


def test_every_code_is_explained_as_the_code_explains_it() -> None:
    written = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == table()


def test_every_source_is_an_entry_of_the_pack() -> None:
    pack = packs.load("kr")
    assert [found.name for found in CODES.values() if found.source and not cite(pack, found.source)] == []


def test_every_rule_is_registered_under_codes_of_its_own() -> None:
    owned = [found.name for codes in RULES.values() for found in codes]
    assert all(RULES.values())
    assert set(owned) <= set(CODES)
    assert check.NOT_YET.name in CODES


def write() -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text("\n".join([text.partition(HEAD)[0] + HEAD, "|---|---|---|---|", *table(), ""]), encoding="utf-8")


if __name__ == "__main__":
    write()
