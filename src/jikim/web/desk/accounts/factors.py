"""The rows of second factors: each bears a seal over its number, its account, its kind and all that it holds.

A row is read once, and only what was read and bears its seal is compared with: between two looks it could be exchanged.
"""

import json
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from jikim.sealing.seals import Use, keyed_digest, stands

SEAL = "seal"  # beside what allauth keeps in the row, which minds nothing that it does not know


def keep(row: Authenticator) -> None:
    """Write a row that was made here, or was read as `own` gives it, under its seal."""
    if row.pk is None:
        row.save(force_insert=True)
    row.data[SEAL] = keyed_digest(Use.FACTOR, _facts(row))
    row.save(update_fields=["data"])


def own(account_id: UUID, kind: str, *, lock: bool = False) -> list[Authenticator]:
    """Return an account's second factors of a kind, but for those that the desk did not write."""
    rows = Authenticator.objects.select_for_update() if lock else Authenticator.objects
    return [row for row in rows.filter(user_id=account_id, type=kind) if _stands(row)]


def _stands(row: Authenticator) -> bool:
    return stands(Use.FACTOR, _facts(row), str(row.data.get(SEAL, "")) if isinstance(row.data, dict) else "")


def _facts(row: Authenticator) -> str:
    held: Any = row.data
    if isinstance(held, dict):
        held = {name: value for name, value in held.items() if name != SEAL}
    return json.dumps([row.pk, str(row.user_id), row.type, held], sort_keys=True)
