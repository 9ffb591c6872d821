"""The three databases: what they answer when asked, who they are asked as, and that one of them lies apart."""

import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jikim import environment
from jikim.cli import users
from jikim.cli.doctor.finding import Finding, asked, fail, ok, warn
from jikim.domain.errors import Refused
from jikim.domain.journal import Role
from jikim.environment import PRAGMAS
from jikim.store import trouble
from jikim.store.connections import SERVER_SETTINGS, read_back

APART = "separate apart"
POWERS = """SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
            FROM pg_roles WHERE rolname = current_user"""
# Of the roles that pages use: may they come in, and would they find anything?
REACH = """SELECT rolname, has_database_privilege(rolname, current_database(), 'CONNECT'),
                  EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p')
                          AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
                          AND has_table_privilege(roles.rolname, oid, 'SELECT, INSERT, UPDATE, DELETE'))
           FROM pg_roles AS roles WHERE rolname = ANY(%s)"""


def settings_are_kept() -> Iterator[Finding]:
    """An acknowledged inquiry survives a power cut, and what is deleted is overwritten: read back, not hoped for."""
    for alias in environment.aliases():
        yield from asked(alias, partial(_settings, connections[alias]))


def roles_are_small() -> Iterator[Finding]:
    """A role that may do everything keeps no database from any process."""
    for alias in environment.aliases():
        if connections[alias].vendor == "postgresql":
            yield from asked(f"role of {alias}", partial(_role, connections[alias]))


def separate_is_apart() -> Iterator[Finding]:
    """What a law keeps is reachable by no process that serves pages (PIPA art. 21(3))."""
    separate = connections["separate"]
    if separate.vendor == "sqlite":
        yield _file_apart(separate)
    else:
        pages = [connections[alias] for alias in ("live", "visits")]
        yield _server_apart(separate, [one for one in pages if one.vendor == "postgresql"])


def _settings(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    try:
        trouble.refuse_unusable(connection.alias)
    except Refused:
        _keep_shut(connection)
        raise
    if trouble.is_unmade(connection.alias):
        _keep_shut(connection)
        yield fail(connection.alias, "it was never begun", "run `jikim serve` once: it begins what is not there")
        return
    try:
        connection.ensure_connection()
        read_back(connection)
        _refuse_damage(connection)
    except DatabaseError as error:
        yield fail(connection.alias, *trouble.told(connection.alias, error))
        return
    wanted = PRAGMAS if connection.vendor == "sqlite" else SERVER_SETTINGS
    yield ok(connection.alias, f"{connection.display_name}; {len(wanted)} settings read back as asked")


def _keep_shut(connection: BaseDatabaseWrapper) -> None:
    """Keep the other checks from opening a file: SQLite would make one where there is none."""

    def connect() -> None:
        raise OperationalError(f"{connection.alias} is kept shut")

    connection.connect = connect  # type: ignore[method-assign]  # of this one connection, to the end of the command


def _refuse_damage(connection: BaseDatabaseWrapper) -> None:
    """Have SQLite read its whole file; raises DatabaseUnreachable where it is damaged anywhere."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            if cursor.fetchone() != ("ok",):
                raise trouble.damaged(connection.alias)


def _role(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    name, user = f"role of {connection.alias}", _user(connection)
    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        (mighty,) = cursor.fetchone()
    if mighty:
        hint = f"run: ALTER ROLE {user} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
        yield fail(name, f"{user} may do more than keep its tables", hint)
    else:
        yield ok(name, f"{user}, no superuser")


def _file_apart(separate: BaseDatabaseWrapper) -> Finding:
    path, house = Path(str(separate.settings_dict["NAME"])), users.of_this_machine()
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        return fail(APART, f"{path.name} is open to other users", f"run: chmod 600 {path}")
    if house is None:
        hint = "make the users of JIKIM_USERS and serve as root, or give it a PostgreSQL role of its own"
        return warn(APART, "one user runs every process: only what each is told keeps them apart", hint)
    if found.st_uid != house.of[Role.WORKER].number:
        return fail(
            APART, f"{path.name} belongs to user {found.st_uid}, not to the worker's", "run `jikim serve` as root"
        )
    return ok(APART, f"{path.name} belongs to the worker's user alone")


def _server_apart(separate: BaseDatabaseWrapper, pages: list[BaseDatabaseWrapper]) -> Finding:
    own, theirs = _user(separate), sorted({_user(one) for one in pages})
    if own in theirs:
        return fail(APART, f"the role {own} is used by pages too", "give JIKIM_SEPARATE_URL a role of its own")
    with separate.cursor() as cursor:
        cursor.execute(REACH, [theirs])
        found: list[tuple[str, bool, bool]] = cursor.fetchall()
    reading = [role for role, _may_connect, may_read in found if may_read]
    coming = [role for role, may_connect, _may_read in found if may_connect]
    base = separate.settings_dict["NAME"]
    if reading:
        return fail(
            APART, f"{', '.join(reading)} may use its tables", f"run: REVOKE ALL ON ALL TABLES … FROM {reading[0]}"
        )
    if coming:
        hint = f"run: REVOKE CONNECT ON DATABASE {base} FROM PUBLIC; GRANT CONNECT ON DATABASE {base} TO {own}"
        return warn(APART, f"{', '.join(coming)} may connect to it, and read nothing", hint)
    return ok(APART, f"no role of the pages may connect to {base}")


def _user(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
