"""The numbered steps in the document are the numbered steps in the code."""

import re
from pathlib import Path

import pytest

from jikim.sealing.tree.steps import Step

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "destruction.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("letter", "module"), [("m", "separate"), ("d", "destroy")])
def test_document_and_code_number_the_same_steps(letter: str, module: str) -> None:
    code = (ROOT / "src" / "jikim" / "procedures" / f"{module}.py").read_text(encoding="utf-8")
    described = re.findall(rf"^    ({letter}\d)  ", code, re.MULTILINE)
    coded = re.findall(rf"^def ({letter}\d)_", code, re.MULTILINE)
    told = re.findall(rf"^\| ({letter}\d) \| ", DOCUMENT, re.MULTILINE)
    assert told == described
    assert set(coded) == set(told) - {f"{letter}0"}  # step 0 is shared: intents.begin


def test_document_and_code_number_the_same_steps_of_the_key_tree() -> None:
    told = re.findall(r"^\| ([ADR]\d) \| ", DOCUMENT, re.MULTILINE)
    assert told == list(dict.fromkeys(step.name[:2] for step in Step))
