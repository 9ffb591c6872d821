"""A demo home that was lived once for all browser tests; each gets a copy of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.server import jikim

LIVED_UNTIL = "2026-11-20"

Copy = Callable[[], Path]


@pytest.fixture(scope="session")
def lived_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the demo company, lived from its first day to LIVED_UNTIL."""
    home = tmp_path_factory.mktemp("lived") / "home"
    lived = jikim(home, "demo", "--on", LIVED_UNTIL, "--no-serve", within=240)
    assert lived.returncode == 0, lived.stderr
    return home


@pytest.fixture
def demo_home(lived_home: Path, tmp_path: Path) -> Path:
    """A copy of the lived home, to do with as the test likes. After midnight it stands a day later, as homes do."""
    home = tmp_path / "demo"
    shutil.copytree(lived_home, home)
    home.chmod(0o700)
    return home
