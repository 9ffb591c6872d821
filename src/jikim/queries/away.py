"""What says that a database cannot be asked or written: stopped, locked, unreadable, or its disk is full."""

from django.db import InterfaceError, OperationalError

DATABASE_AWAY = (InterfaceError, OperationalError)
