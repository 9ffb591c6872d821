"""Who works here: for the officer's pages, and for the worker that lets things go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from jikim import sealing
from jikim.clock import wall_now
from jikim.domain.destruction import LIVE
from jikim.domain.staff import StaffRole
from jikim.queries.desk import WORKING
from jikim.queries.row_seals import stands
from jikim.sealing.codes import token_digest
from jikim.sealing.keyring import Binding, Sealed
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskLink, LeftKey, StaffAccount

ACCOUNT, VALUE = "account", "value"
SECRETS, SECRET = "mfa_authenticator", re.compile(r"\b(\d+)\.[0-9a-f]{8}-[0-9a-f-]{27}\.")


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `name` is "" once its key is gone."""

    id: UUID
    username: str
    name: str
    roles: tuple[StaffRole, ...]
    state: str
    since: datetime


def has_officer() -> bool:
    """Say whether somebody at work here is the privacy officer, and the desk made them that."""
    return any(StaffRole.OFFICER in row.roles and stands(row) for row in _working())


def roles_of(account_id: UUID) -> frozenset[StaffRole]:
    """Return what an account at work may do; nothing for any other."""
    row = _working().filter(id=account_id).first()
    return frozenset(map(StaffRole, row.roles)) if row and stands(row) else frozenset()


def who_approves() -> frozenset[UUID]:
    """Return the accounts at work whose role it is to approve; no seal is looked at, for the worker has no secret."""
    return frozenset(row.id for row in _working() if StaffRole.APPROVER in row.roles)


def people() -> tuple[Person, ...]:
    """Return every account with its name opened, those at work first; raises what the keyring raises."""
    rows = sorted(StaffAccount.objects.all(), key=lambda row: (row.state != WORKING, row.made_at))
    named = [row for row in rows if row.name_kid is not None]
    names = dict(zip((row.id for row in named), _names(named), strict=True))
    return tuple(
        Person(row.id, row.username, names.get(row.id, ""), tuple(map(StaffRole, row.roles)), row.state, row.made_at)
        for row in rows
    )


def link_is_good(link: str) -> bool:
    """Say whether an invitation still leads to an account; asking uses nothing up."""
    digest = token_digest(Use.LINK_TOKEN, link)
    row = DeskLink.objects.filter(link_hash=digest, used_at=None, usable_until__gt=wall_now()).first()
    return row is not None and stands(row)


def left_keys() -> tuple[int, ...]:
    """Return the keys that nothing of the staff's needs any more; the worker asks for their destruction."""
    return tuple(LeftKey.objects.order_by("kid").values_list("kid", flat=True))


def credential_kids(account_id: UUID | None = None) -> tuple[int, ...]:
    """Return the keys of second factors' secrets, of one account or of all.

    Their table is a guest's, which not every process has a model of.
    """
    connection = connections[LIVE]
    if SECRETS not in connection.introspection.table_names():
        return ()
    which, values = ("", []) if account_id is None else (" WHERE user_id = %s", [in_a_row(account_id)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT data FROM {SECRETS}{which}", values)  # noqa: S608 - constants
        return tuple(int(kid) for (data,) in cursor.fetchall() for kid in SECRET.findall(str(data)))


def in_a_row(account_id: UUID) -> UUID | str:
    """Return an account's number as the database at hand writes it."""
    written: UUID | str = StaffAccount._meta.pk.get_db_prep_value(account_id, connections[LIVE])  # noqa: SLF001 - documented
    return written


def place_of_name(account_id: UUID) -> Binding:
    return Binding(LIVE, account_id, account_id, ACCOUNT, VALUE)


def _names(rows: Sequence[StaffAccount]) -> list[str]:
    places = [(place_of_name(row.id), Sealed(row.name_kid or 0, bytes(row.name_envelope))) for row in rows]
    opened = sealing.current().open_all(places) if places else ()
    return [value.decode() if isinstance(value, bytes) else "" for value in opened]


def _working() -> "QuerySet[StaffAccount]":
    return StaffAccount.objects.filter(state=WORKING)
