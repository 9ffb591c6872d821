"""What every new connection must answer before it may be used: settings are read back, not hoped for."""

from django.db.backends.base.base import BaseDatabaseWrapper

from jikim.domain.errors import Refused
from jikim.environment import PRAGMAS

# An acknowledged inquiry survives a power cut.
SERVER_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class UnsafeDatabase(Refused):
    """A database does not keep what it is given, or keeps what it was told to erase; nothing was written."""


def read_back(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Hold a new connection against what was asked of it; raises UnsafeDatabase and closes it.

    Connected to Django's `connection_created`.
    """
    wanted = PRAGMAS if connection.vendor == "sqlite" else SERVER_SETTINGS
    statement = "PRAGMA {}" if connection.vendor == "sqlite" else "SHOW {}"
    for setting, value in wanted.items():
        with connection.cursor() as cursor:
            cursor.execute(statement.format(setting))
            (found,) = cursor.fetchone()
        if found != value:
            connection.close()
            raise UnsafeDatabase(
                f"the database {connection.alias} answers {setting} = {found}, not {value}",
                hint="use a file system, a SQLite build or a PostgreSQL configuration that keeps it",
            )
