"""What every test shares: a home of its own, its tier by folder, and the fixtures of tests/support.

The home is made before Django's settings are read, in each process of a run, so that no test meets another's files or
those of the person who runs it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.ram",
    "tests.support.houses",
    "tests.support.strictness",
    "tests.support.stores",
    "tests.support.server",
    "tests.support.browser",
]

HERE = Path(__file__).parent
HOME = Path(tempfile.mkdtemp(prefix="jikim-test-home-"))


def _surround() -> None:
    for name in [name for name in os.environ if name.startswith("JIKIM_") and name != "JIKIM_DISABLE"]:
        del os.environ[name]
    os.environ |= {
        "JIKIM_HOME": str(HOME),
        "JIKIM_ROOTS": "anywhere",  # a folder for temporary files need not lie where a root can be overwritten
        "DJANGO_SETTINGS_MODULE": "jikim.config.settings",
    }
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)


_surround()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the marker of the folder it stands in."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(item.path.relative_to(HERE).parts[0])
