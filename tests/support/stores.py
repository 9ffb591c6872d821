"""The three databases for a test: SQLite files, or the same tests again on PostgreSQL with `--stores=postgresql`.

Ask for `stores` (rolled back afterwards) or `committed_stores` (really committed, emptied afterwards). A test about
several who write at the same time asks for `many_writers` too: it is one about PostgreSQL, as SQLite lets in one. One
about the files themselves asks for `own_files` instead.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connections

from tests.support.postgres import Cluster, running

ALIASES = ("live", "separate", "visits")
FIXTURES = {"stores": False, "committed_stores": True}  # name → whether the test commits
MANY, FILES = "many_writers", "own_files"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--stores",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="with postgresql, run only the tests that ask for stores, on a PostgreSQL of their own",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at PostgreSQL before Django reads them; then have Django read them."""
    if runs_in_parallel(config) and not is_worker(config):
        # A worker that inherits the name reads the settings before it comes here, and would test on SQLite.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        return
    on_postgresql = config.getoption("--stores") == "postgresql"
    if on_postgresql:
        until_the_end = ExitStack()
        config.add_cleanup(until_the_end.close)
        os.environ |= until_the_end.enter_context(running()).variables()
    engines = {str(settings.DATABASES[alias]["ENGINE"]).endswith(".postgresql") for alias in ALIASES}
    if engines != {on_postgresql}:
        raise pytest.UsageError(f"--stores={config.getoption('--stores')} came too late: Django has its settings")


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def runs_in_parallel(config: pytest.Config) -> bool:
    return bool(config.getoption("numprocesses", None))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Open all three databases to the tests that ask for them, and to no other."""
    asking = [item for item in items if asked(item)]
    for item in asking:
        commits = any(FIXTURES[name] for name in asked(item))
        item.add_marker(pytest.mark.django_db(databases=ALIASES, transaction=commits))
    on_postgresql = config.getoption("--stores") == "postgresql"
    some, foreign = (asking, FILES) if on_postgresql else (items, MANY)
    kept = [item for item in some if foreign not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def asked(item: pytest.Item) -> list[str]:
    return [name for name in getattr(item, "fixturenames", ()) if name in FIXTURES]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tell Django that our databases wait for no "default" one: there is none."""
    for alias in ALIASES:
        connections.databases[alias]["TEST"]["DEPENDENCIES"] = []


@pytest.fixture
def stores(db: None) -> None:
    """The three databases, empty; whatever the test writes is rolled back."""


@pytest.fixture
def committed_stores(transactional_db: None) -> None:
    """The three databases, empty; the test commits as people's programs do."""


@pytest.fixture
def many_writers(committed_stores: None) -> None:
    """Databases that several may write to at the same time."""


@pytest.fixture
def own_files(committed_stores: None) -> None:
    """Databases that are files of the house."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL of this process of the run, with the three databases, for programs the test starts."""
    with running() as cluster:
        yield cluster
