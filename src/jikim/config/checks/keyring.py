"""The keys and the rows belong together: a keyring that does not know a row's key is the wrong one, or an old copy."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error
from django.db import models

from jikim import sealing
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import ItemValue
from jikim.store.separate.models import SeparateItem

TABLES: dict[str, type[models.Model]] = {"live": ItemValue, "separate": SeparateItem}


def keys_belong_to_rows(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Ask the keyring for the newest key of each database; kids only grow, so an older copy does not know it."""
    newest = {alias: _newest_kid(alias) for alias in databases or () if alias in TABLES}
    return [
        Error(
            f"the keyring does not know key {kid}, which the {alias} database names",
            hint="put back the keyring file that belongs to these databases; nothing of this is erased",
            id="jikim.E301",
        )
        for alias, kid in newest.items()
        if kid is not None and sealing.current().state(kid) is KeyState.UNKNOWN
    ]


def _newest_kid(alias: str) -> int | None:
    kid: int | None = TABLES[alias]._default_manager.aggregate(newest=models.Max("kid"))["newest"]  # noqa: SLF001 - Django's documented name
    return kid
