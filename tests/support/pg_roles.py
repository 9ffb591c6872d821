"""Three roles on a PostgreSQL, each with its password, its database and nothing else; none may do more than that."""

import secrets
from collections.abc import Mapping

from psycopg import sql

from tests.support.postgres import NAMES, Cluster

RULES = "local all {owner} trust\nlocal all all scram-sha-256\n"


def given(cluster: Cluster) -> Mapping[str, str]:
    """Make the roles and let each in by its password alone; returns the variables that point Jikim at them."""
    words = {name: secrets.token_hex(16) for name in NAMES}
    with cluster.connect() as connection:
        for name, word in words.items():
            role = sql.Identifier(name)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(word)))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(role, role))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
    (cluster.folder / "data" / "pg_hba.conf").write_text(RULES.format(owner=cluster.role))
    with cluster.connect() as connection:
        connection.execute("SELECT pg_reload_conf()")
    return {
        f"JIKIM_{name.upper()}_URL": f"postgres://{name}:{word}@/{name}?host={cluster.folder}"
        for name, word in words.items()
    }
