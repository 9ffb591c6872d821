"""Known answers, read from tests/vectors."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> dict[str, Any]:
    """Return the answers of one file."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def cases(name: str, table: str) -> list[Any]:
    """Return one table's cases for parametrize; a table without any is a fault of the file."""
    found: list[Any] = vectors(name)[table]["cases"]
    if not found:
        raise ValueError(f"{name}.json has no case of {table}")
    return found
