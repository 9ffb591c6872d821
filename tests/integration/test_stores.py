"""The tests' own three databases: apart from each other, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from django.db import connections

from tests.support.postgres import NAMES, Cluster


def test_what_one_store_holds_is_not_in_another(stores: None) -> None:
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in NAMES}
    assert "live_itemvalue" in tables["live"]
    assert "separate_setaside" not in tables["live"]
    assert not {name for name in tables["separate"] | tables["visits"] if name.startswith("live_")}


def test_postgresql_never_runs_as_root(postgresql: Cluster) -> None:
    with postgresql.connect() as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    assert Path(folder).stat().st_uid != 0


def test_postgresql_listens_on_no_network_address(postgresql: Cluster) -> None:
    with postgresql.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize("name", NAMES)
def test_each_store_is_a_postgresql_database_of_its_own(postgresql: Cluster, name: str) -> None:
    with postgresql.connect(name) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (name,)
