"""What says that a database cannot be asked or written: stopped, locked, damaged, or its disk is full."""

from django.db import DatabaseError, InterfaceError, OperationalError


def is_away(error: BaseException) -> bool:
    """Say whether it is the database that is in trouble. A damaged file of SQLite is told by the bare base class."""
    return isinstance(error, (InterfaceError, OperationalError)) or type(error) is DatabaseError
