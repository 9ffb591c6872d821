"""Keeping room for the next number of what waits for the journal.

SQLite numbers a row after the highest number that its table ever had, and refuses every further row once that is the
highest there is. A single row with such a number, from whoever can write to the database, would silence everything that
is told in the commit of its fact, and so stop every action for good. PostgreSQL counts apart from the rows.
"""

import logging

from django.apps import apps
from django.db import connections, transaction

from jikim import environment

log = logging.getLogger(__name__)

FAR = 2**53  # as many entries nobody tells


def keep_room() -> None:
    """Number anew, in their order, what waits in any database under a number far off."""
    for alias in environment.aliases():
        if connections[alias].vendor == "sqlite" and _highest(alias) > FAR:
            _number_anew(alias)
            log.error("an entry of %s had a number far off; what waits there is numbered anew", alias)


def _highest(alias: str) -> int:
    """Return the highest number that an entry has, or ever had as far as the database remembers."""
    table = _table(alias)
    with connections[alias].cursor() as cursor:
        asked = f'SELECT max(seq) FROM (SELECT max(id) AS seq FROM "{table}" UNION SELECT seq {_REMEMBERED})'  # noqa: S608
        return int(cursor.execute(asked, [table]).fetchone()[0] or 0)


def _number_anew(alias: str) -> None:
    waiting, table = apps.get_model(alias, "PendingLeaf").objects, _table(alias)
    with transaction.atomic(alias), connections[alias].cursor() as cursor:
        last = waiting.filter(pk__lte=FAR).order_by("-pk").values_list("pk", flat=True).first() or 0
        far_off = list(waiting.filter(pk__gt=FAR).order_by("pk").values_list("pk", flat=True))
        for place, number in enumerate(far_off, start=1):
            waiting.filter(pk=number).update(id=last + place)
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + len(far_off), table])


def _table(alias: str) -> str:
    return f"{alias}_pendingleaf"


_REMEMBERED = "FROM sqlite_sequence WHERE name = %s"
