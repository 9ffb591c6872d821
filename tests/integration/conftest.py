"""Fixtures of this folder. Tables are imported inside them: this file is read before Django's settings are."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jikim.sealing.keyring import Sealed
    from tests.support.company import Company


@pytest.fixture
def company(request: pytest.FixtureRequest, ram_path: Path) -> "Iterator[Company]":
    """A company whose policy is in force, on 5 October 2026, with somebody at the desk and a keyring of its own."""
    commits = "committed_stores" in request.fixturenames
    request.getfixturevalue("committed_stores" if commits else "stores")  # the databases come before the company
    from tests.support.company import founded

    with founded(ram_path / "keys") as company:
        yield company


@pytest.fixture
def keys(ram_path: Path) -> Iterator[None]:
    """A keyring of this test alone, for what needs no company."""
    from tests.support.company import sealed_by

    with sealed_by(ram_path / "keys"):
        yield


@pytest.fixture
def issued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every key that a value was sealed with while the test runs."""
    from jikim.sealing.keyd.vault import Vault

    kids: list[int] = []
    really = Vault.seal

    def seal(self: Vault, *given: Any) -> "tuple[Sealed, ...]":
        made = really(self, *given)
        kids.extend(one.kid for one in made)
        return made

    monkeypatch.setattr(Vault, "seal", seal)
    return kids
