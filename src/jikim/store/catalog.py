"""What tables a database really has, whoever made them: all in one question, as Django asks several for each table."""

from django.db import connections

from jikim.store.direct import rows_of

_SQLITE = """
    SELECT m.name, c.name FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE m.type IN ('table', 'view') AND m.name NOT GLOB 'sqlite_*' ORDER BY m.name, c.cid
"""
_POSTGRESQL = """
    SELECT c.relname, a.attname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
    ORDER BY c.relname, a.attnum
"""


def columns_of(alias: str) -> list[tuple[str, str]]:
    """Return (table, column) of each column of a database; the engine's own tables are left out."""
    question = _SQLITE if connections[alias].vendor == "sqlite" else _POSTGRESQL
    return [(str(table), str(column)) for table, column in rows_of(alias, question)]
