"""The keys and the rows belong together: a keyring that does not know a row's key is the wrong one, or an old copy.

Another home's keyring may know the number and not the key. Then its keys would be destroyed in place of ours, and a
certificate would say so; therefore the newest envelope of each database is tried as well.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from django.core.checks import CheckMessage, Error

from jikim import environment, sealing
from jikim.domain.journal import Role
from jikim.queries.told import knows_newest
from jikim.sealing.keyring import Binding, KeyDestroyed, KeyState, Sealed
from jikim.store.live.models import ItemValue, OutgoingMail
from jikim.store.separate.models import SeparateItem

Row: TypeAlias = ItemValue | SeparateItem | OutgoingMail
OLDER_COPY = "jikim.E303"
TABLES: dict[str, type[Row]] = {"live": ItemValue, "separate": SeparateItem}
MAIL: dict[str, type[Row]] = {"live": OutgoingMail}  # the postman is told of no other value whether it fits


def keys_belong_to_rows(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Ask the keyring for the newest key of each database; kids only grow, so an older copy does not know it."""
    tables = MAIL if environment.role() is Role.POSTMAN else TABLES
    newest = ((alias, tables[alias]) for alias in databases or () if alias in tables)
    return [problem for alias, table in newest for problem in _problems(alias, _newest(table))]


def journal_belongs_to_rows(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Ask the journal for the newest entry of each database; an older copy of that database does not know it."""
    return [_older(alias) for alias in databases or () if not knows_newest(alias)]


def _older(alias: str) -> CheckMessage:
    fact = f"the {alias} database does not know the newest entry that the journal has of it: it is an older copy"
    hint = "put the newest copy back; where there is none, `jikim restore` lets go of what was destroyed since"
    return Error(fact, hint=hint, id=OLDER_COPY)


def _problems(alias: str, row: Row | None) -> Iterator[CheckMessage]:
    hint = "put back the keys and roots that belong to these databases; nothing of this is erased"
    state = sealing.current().states([row.kid])[row.kid] if row and row.kid is not None else None
    if row and state is KeyState.UNKNOWN:
        fact = f"the keyring does not know key {row.kid}, which the {alias} database names"
        yield Error(fact, hint=hint, id="jikim.E301")
    if row and state is KeyState.ALIVE and row.envelope and not _fits(alias, row):
        yield Error(f"key {row.kid} of the keyring is not the key of the {alias} database", hint=hint, id="jikim.E302")


def _fits(alias: str, row: Row) -> bool:
    """Try the key on its envelope, inside the keyring; the value stays there."""
    try:
        return sealing.current().fits(_place(alias, row), Sealed(row.kid or 0, bytes(row.envelope)))
    except KeyDestroyed:  # by another process, just now, and so it was the right one
        return True


def _place(alias: str, row: Row) -> Binding:
    if isinstance(row, OutgoingMail):
        return Binding("mail", row.record_id, row.id, row.item, "value")
    return Binding(alias, row.record_id, row.id if isinstance(row, ItemValue) else row.value_id, row.item, row.facet)


def _newest(table: type[Row]) -> Row | None:
    return table._default_manager.exclude(kid__isnull=True).order_by("-kid").first()  # noqa: SLF001 - Django's documented name
