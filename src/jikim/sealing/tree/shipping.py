"""Nodes and rows go to the copies before anything depends on them; from a copy and a mirror's slots a keyring rises.

What has to go is noted by triggers, in the transaction that changes it, from the first time there is a copy.
"""

import json
from collections.abc import Iterable

from jikim.domain.errors import Misused
from jikim.sealing.tree.ports import Copies, NoCopies, Row, SealedNode
from jikim.sealing.tree.store import Store

NOT_FOLLOWED = ("node", "unsent")  # nodes know themselves whether they were shipped
NOTES = """CREATE TABLE IF NOT EXISTS unsent (
    no INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (place, key)
)"""


def ship(store: Store, copies: Copies) -> None:
    """Give the copies all they have not acknowledged; what they raise leaves it to the next time."""
    if isinstance(copies, NoCopies):
        return  # all stays marked as not shipped, so that a first copy is given everything
    with store.writing():  # so that nodes and rows are of one moment
        _follow(store)
        waiting, notes = store.unshipped(), store.rows("SELECT no, place, key FROM unsent ORDER BY no")
        rows = [_read(store, place, tuple(json.loads(key))) for _no, place, key in notes]
    if waiting or rows:
        copies.ship(waiting, rows)
        store.mark_shipped(waiting)
        with store.writing():
            for no, _place, _key in notes:
                store.run("DELETE FROM unsent WHERE no = ?", no)  # what changed meanwhile has another number


def rebuild(store: Store, nodes: Iterable[SealedNode], rows: Iterable[Row]) -> None:
    """Fill an empty keyring with what a copy was given. Afterwards settle it with the slots of a mirror.

    store:  with the index's tables made
    raises: Misused, when the keyring is not empty or does not know a table; nothing was written
    """
    if store.row("SELECT 1 FROM keyring") is not None:
        raise Misused("the keyring is not empty", hint="rebuild in a new file, and keep this one as it is")
    tables = set(_tables(store))
    with store.writing():
        store.run("PRAGMA defer_foreign_keys = ON")
        for row in rows:
            if row.table not in tables:
                raise Misused(f"no table is called {row.table}", hint="rebuild with the version that made the copy")
            if row.values is not None:
                places = ", ".join("?" * len(row.values))
                store.run(f"INSERT OR REPLACE INTO {row.table} VALUES ({places})", *row.values)  # noqa: S608  # a known name
        store.keep(nodes)
        _drop_what_no_root_needs(store)


def _drop_what_no_root_needs(store: Store) -> None:
    """Remove nodes whose epoch was rolled back, and those that were replaced: a copy need not have deleted either."""
    store.run("DELETE FROM node WHERE birth NOT IN (SELECT epoch FROM batch WHERE epoch IS NOT NULL)")
    sql = """DELETE FROM node WHERE EXISTS (SELECT 1 FROM node AS newer, keyring
             WHERE newer.id = node.id AND newer.birth > node.birth AND newer.birth <= keyring.epoch)"""
    store.run(sql)


def _follow(store: Store) -> None:
    """Note from now on what changes in each table; what it holds already is noted at once."""
    store.run(NOTES)
    for table in _tables(store):
        if store.row("SELECT 1 FROM sqlite_master WHERE name = ?", f"note_insert_{table}") is None:
            key = _key_of(store, table)
            note = "INSERT OR REPLACE INTO unsent (place, key)"
            for event, sides in (("insert", ["NEW"]), ("update", ["OLD", "NEW"]), ("delete", ["OLD"])):
                changed = (", ".join(f"{side}.{name}" for name in key) for side in sides)
                notes = "".join(f"{note} VALUES ('{table}', json_array({names})); " for names in changed)
                store.run(f"CREATE TRIGGER note_{event}_{table} AFTER {event} ON {table} BEGIN {notes}END")
            store.run(f"{note} SELECT '{table}', json_array({', '.join(key)}) FROM {table}")  # noqa: S608  # known names


def _tables(store: Store) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    return [name for (name,) in store.rows(sql) if name not in NOT_FOLLOWED]


def _key_of(store: Store, table: str) -> list[str]:
    return [name for (name,) in store.rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table)]


def _read(store: Store, table: str, key: tuple[int | str, ...]) -> Row:
    named = " AND ".join(f"{name} = ?" for name in _key_of(store, table))
    return Row(table, key, store.row(f"SELECT * FROM {table} WHERE {named}", *key))  # noqa: S608  # a known name
