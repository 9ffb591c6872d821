"""Asking and adding without the ORM, whose words cost more than the database's work: for what every request does.

Values are prepared as the fields themselves would. On PostgreSQL what stands inside `in_one_go` is one statement.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter
from threading import Lock, local
from typing import Any
from uuid import UUID

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ROWS_AT_ONCE = 500  # of one statement; PostgreSQL takes 65,535 values


def _instant(value: datetime) -> str:
    """Return an instant as SQLite keeps it."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


# What a driver takes as it stands; a column of another kind asks its field.
AS_IT_STANDS = (models.CharField, models.TextField, models.IntegerField, models.BinaryField)
ON_SQLITE: "dict[type[models.Field[Any, Any]], Callable[[Any], object]]" = {
    models.UUIDField: attrgetter("hex"),
    models.DateField: str,
    models.DateTimeField: _instant,
}
READ_ON_SQLITE: "dict[type[models.Field[Any, Any]], Callable[[Any], object]]" = {models.UUIDField: UUID}
READ = (*AS_IT_STANDS, models.UUIDField, models.DateField)  # what `among` reads; drivers know days, one of them ids
Preparing = Callable[[Any, BaseDatabaseWrapper], object]
Gathered = list[tuple[str, list[object]]]


class _Gathering(local):
    """What the present thread adds by one statement, by database."""

    def __init__(self) -> None:
        self.into: dict[str, Gathered] = {}


_gathering = _Gathering()


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of one model are added: the words before their values, and how each value is prepared."""

    head: str
    one: str  # the places of one row's values
    taken: Callable[[models.Model], tuple[Any, ...]]
    prepared: tuple[tuple[int, Preparing], ...]

    def values(self, row: models.Model, connection: BaseDatabaseWrapper) -> list[object]:
        found = list(self.taken(row))
        for place, prepare in self.prepared:
            if found[place] is not None:
                found[place] = prepare(found[place], connection)
        return found


@dataclass(frozen=True, slots=True)
class _Question:
    """How columns of one model are asked for: the words before the values, how these are prepared, what is read."""

    head: str
    prepare: Preparing | None
    read: tuple[tuple[int, Callable[[Any], object]], ...]

    def row(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        row = list(found)
        for place, read in self.read:
            if row[place] is not None:
                row[place] = read(row[place])
        return tuple(row)


def rows_of(alias: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return an answer as the database gives it. sql: our own words, `%s` for each value."""
    connection = _ready(alias)
    given: Sequence[object] = values
    if connection.vendor == "sqlite":
        given = [_instant(one) if isinstance(one, datetime) else one for one in values]
    with connection.wrap_database_errors:
        found: list[tuple[Any, ...]] = _execute(connection, sql, given).fetchall()
        return found


def among(kind: type[models.Model], key: str, values: Iterable[object], names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return some columns of the rows in whose column `key` stands one of some values, as the ORM would; in no order.

    raises: TypeError for a column of a kind that nobody asked for so far
    """
    connection = _ready(router.db_for_read(kind))
    asked = _question(kind, key, tuple(names), connection.vendor)
    given = [asked.prepare(value, connection) if asked.prepare else value for value in values]
    found: list[tuple[Any, ...]] = []
    with connection.wrap_database_errors:
        for start in range(0, len(given), ROWS_AT_ONCE):
            part = given[start : start + ROWS_AT_ONCE]
            sql = f"{asked.head} ({', '.join(['%s'] * len(part))})"
            found += _execute(connection, sql, part).fetchall()
    return [asked.row(row) for row in found] if asked.read else found


def insert(rows: Sequence[models.Model]) -> None:
    """Add new rows of one table; keys that the database draws are not read back. Raises as `bulk_create` does."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        _insert(rows[start : start + ROWS_AT_ONCE], "")


def insert_unless_there(*rows: models.Model) -> int:
    """Add rows of one table but those whose key is taken; returns how many were. Not for use inside `in_one_go`."""
    parts = (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))
    return sum(_insert(part, " ON CONFLICT DO NOTHING") for part in parts)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write some columns of rows that are there, as they stand in memory; all of one table, and in one transaction."""
    if not rows:
        return
    kind = type(rows[0])
    alias = router.db_for_write(kind)
    connection = transaction.get_connection(alias)
    quoted, meta = connection.ops.quote_name, kind._meta  # noqa: SLF001 - Django's documented way to a model's columns
    fields = [field for field in meta.concrete_fields if field.name in names]
    changes = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    words = f"UPDATE {quoted(meta.db_table)} SET {changes} WHERE {quoted(meta.pk.column)} = %s"  # noqa: S608 - our own
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, meta.pk)]
        for row in rows
    ]
    with transaction.atomic(alias), connection.cursor() as cursor:
        cursor.executemany(words, values)


@contextmanager
def writing(alias: str) -> Iterator[None]:
    """One transaction. Threads that write to one SQLite file take turns here, and write by one connection.

    In front of the file's own lock each would sleep, for longer every time it finds it taken; and a connection that
    finds the file changed by another reads every page anew, half a hundred for an inquiry.
    """
    connection = transaction.get_connection(alias)
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _pen(alias).taken() if alone else nullcontext(), transaction.atomic(alias):
        yield


@contextmanager
def in_one_go(alias: str) -> Iterator[None]:
    """Add the rows of the tables inside by one statement, so that a server is asked once; its error shows at the end.

    SQLite, which is asked by a call, adds each as it comes.
    """
    connection = _ready(alias)
    if connection.vendor != "postgresql":
        yield
        return
    gathered: Gathered = []
    _gathering.into[alias] = gathered
    try:
        yield
    finally:
        del _gathering.into[alias]
    if gathered:
        *before, last = [sql for sql, _values in gathered]
        named = ", ".join(f"table_{number} AS ({sql})" for number, sql in enumerate(before))
        values = [value for _sql, given in gathered for value in given]
        with connection.wrap_database_errors:
            _execute(connection, f"WITH {named} {last}" if before else last, values)


class _Pen:
    """The connection by which the threads of this process write to one SQLite file, and whose turn it is."""

    def __init__(self, alias: str) -> None:
        self._alias, self._turn = alias, Lock()
        self._connection: BaseDatabaseWrapper | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Put it in the place of the thread's own connection, for one turn."""
        own = connections[self._alias]
        with self._turn:
            connections[self._alias] = self._ready(own)
            try:
                yield
            finally:
                connections[self._alias] = own

    def _ready(self, own: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
        if self._connection is None:
            self._connection = own.copy()
            self._connection.inc_thread_sharing()
        self._connection.close_if_unusable_or_obsolete()
        return self._connection


@cache
def _pen(alias: str) -> _Pen:
    return _Pen(alias)


def _insert(rows: Sequence[models.Model], ending: str) -> int:
    kind = type(rows[0])
    connection = _ready(router.db_for_write(kind))
    table = _table(kind, connection.vendor)
    sql = table.head + ", ".join([table.one] * len(rows)) + ending
    values = [value for row in rows for value in table.values(row, connection)]
    if (gathered := _gathering.into.get(connection.alias)) is not None:
        gathered.append((sql, values))
        return 0
    with connection.wrap_database_errors:
        return int(_execute(connection, sql, values).rowcount)


def _ready(alias: str) -> BaseDatabaseWrapper:
    """Return a connection that may be used, as Django's own cursor makes sure of it."""
    connection: BaseDatabaseWrapper = transaction.get_connection(alias)
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    return connection


def _execute(connection: BaseDatabaseWrapper, sql: str, values: Sequence[object]) -> Any:
    """Ask the driver itself, in its own signs for values: what is written for none of them is not searched for any."""
    if connection.vendor == "sqlite":
        return connection.connection.execute(_marked(sql), values)
    driver: Any = connection
    return driver.Database.RawCursor(connection.connection).execute(_numbered(sql), values)


@lru_cache(maxsize=256)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    first, *rest = sql.split("%s")
    return first + "".join(f"${number}{words}" for number, words in enumerate(rest, 1))


@lru_cache(maxsize=64)
def _table(kind: type[models.Model], vendor: str) -> _Table:
    """Return how new rows are added; a number that the database counts is no column of theirs."""
    found = kind._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's columns
    fields = [field for field in found if not isinstance(field, models.AutoField | models.BigAutoField)]
    quoted = transaction.get_connection(router.db_for_write(kind)).ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    head = f"INSERT INTO {quoted(kind._meta.db_table)} ({names}) VALUES "  # noqa: S608, SLF001 - the names of our own tables
    preparing = ((place, _preparing(field, vendor)) for place, field in enumerate(fields))
    return _Table(
        head,
        f"({', '.join(['%s'] * len(fields))})",
        _taking([field.attname for field in fields]),
        tuple((place, prepare) for place, prepare in preparing if prepare is not None),
    )


@lru_cache(maxsize=64)
def _question(kind: type[models.Model], key: str, names: tuple[str, ...], vendor: str) -> _Question:
    meta = kind._meta  # noqa: SLF001 - Django's documented way to a model's columns
    quoted = transaction.get_connection(router.db_for_read(kind)).ops.quote_name
    fields = {field.attname: field for field in meta.concrete_fields}
    columns = ", ".join(quoted(fields[name].column) for name in names)
    head = f"SELECT {columns} FROM {quoted(meta.db_table)} WHERE {quoted(fields[key].column)} IN"  # noqa: S608 - our own
    reading = ((place, _reading(fields[name], vendor)) for place, name in enumerate(names))
    return _Question(
        head, _preparing(fields[key], vendor), tuple((place, read) for place, read in reading if read is not None)
    )


def _reading(field: "models.Field[Any, Any]", vendor: str) -> Callable[[Any], object] | None:
    if not isinstance(field, READ):
        raise TypeError(f"{type(field).__name__} is not read without the ORM")
    return READ_ON_SQLITE.get(type(field)) if vendor == "sqlite" else None


def _taking(names: list[str]) -> Callable[[models.Model], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (getattr(row, names[0]),)
    return attrgetter(*names)


def _preparing(field: "models.Field[Any, Any]", vendor: str) -> Preparing | None:
    if isinstance(field, AS_IT_STANDS):
        return None
    if vendor == "sqlite" and (plain := ON_SQLITE.get(type(field))):
        return lambda value, _connection: plain(value)
    if type(field) in ON_SQLITE:
        return None
    return field.get_db_prep_save
