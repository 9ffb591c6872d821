"""A key tree in memory with its adversary, for tests of the tree."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import House


@pytest.fixture
def adversary() -> Iterator[Adversary]:
    """Record every blob that is sealed from here on."""
    watcher = Adversary()
    with watched_by(watcher):
        yield watcher


@pytest.fixture
def house(ram_path: Path, adversary: Adversary) -> Iterator[House]:
    """Give a new key tree with two mirrors, watched by the adversary."""
    one = House(ram_path)
    yield one
    one.store.close()
