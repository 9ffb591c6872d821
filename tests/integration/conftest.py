"""Fixtures of this folder. Tables are imported inside them: this file is read before Django's settings are."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.company import Company


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Company]":
    """A company whose policy is in force, on 5 October 2026, with somebody at the desk and a keyring of its own."""
    commits = "committed_stores" in request.fixturenames
    request.getfixturevalue("committed_stores" if commits else "stores")  # the databases come before the company
    from tests.support.company import founded

    with founded(tmp_path / "keys.sqlite3") as company:
        yield company
