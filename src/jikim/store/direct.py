"""Asking and adding without the ORM, whose words cost more than the database's work: for what every request does.

Values are prepared by the fields themselves, as the ORM would. On PostgreSQL what stands inside `in_one_go` is sent
without waiting for each answer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import models, router, transaction

ROWS_AT_ONCE = 500  # of one statement; PostgreSQL takes 65,535 values


def rows_of(alias: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return an answer as the database gives it. sql: our own words, `%s` for each value."""
    connection = transaction.get_connection(alias)
    given = [connection.ops.adapt_datetimefield_value(one) if isinstance(one, datetime) else one for one in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def insert(rows: Sequence[models.Model]) -> None:
    """Add new rows of one table; keys that the database draws are not read back. Raises as `bulk_create` does."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        _insert(rows[start : start + ROWS_AT_ONCE], "")


def insert_unless_there(row: models.Model) -> bool:
    """Add one row unless its key is taken; says whether it was added. Not for use inside `in_one_go`."""
    return _insert([row], " ON CONFLICT DO NOTHING") > 0


@contextmanager
def in_one_go(alias: str) -> Iterator[None]:
    """Send the statements inside together; an error of any shows at the end at the latest."""
    connection = transaction.get_connection(alias)
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _insert(rows: Sequence[models.Model], ending: str) -> int:
    kind = type(rows[0])
    connection = transaction.get_connection(router.db_for_write(kind))
    fields = _fields(kind)
    head, one = _words(kind, connection.vendor)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{head}{', '.join([one] * len(rows))}{ending}", values)
        return int(cursor.rowcount)


@lru_cache(maxsize=64)
def _fields(kind: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """Return the columns that a new row brings along; a number that the database counts is none of them."""
    found = kind._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's columns
    return tuple(field for field in found if not isinstance(field, models.AutoField | models.BigAutoField))


@lru_cache(maxsize=64)
def _words(kind: type[models.Model], _vendor: str) -> tuple[str, str]:
    connection = transaction.get_connection(router.db_for_write(kind))
    quoted = connection.ops.quote_name
    names = [quoted(field.column) for field in _fields(kind)]
    table = quoted(kind._meta.db_table)  # noqa: SLF001 - as above
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - the names of our own tables
    return head, f"({', '.join(['%s'] * len(names))})"
