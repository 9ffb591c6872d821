"""Which table lives in which database: a Django app is a database, and its label is the alias."""

from django.db import models

ALIASES = frozenset({"live", "separate", "visits"})
GUESTS = {"mfa": "live"}  # the tables of other packages that we let in, and where they stand


class OneDatabasePerLabel:
    """Send every table to the database of its label; nothing crosses."""

    def db_for_read(self, model: type[models.Model], **_hints: object) -> str | None:
        return _alias(model)

    def db_for_write(self, model: type[models.Model], **_hints: object) -> str | None:
        return _alias(model)

    def allow_relation(self, one: models.Model, other: models.Model, **_hints: object) -> bool:
        return _alias(type(one)) == _alias(type(other))

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        return db == _home(app_label)


def _alias(model: type[models.Model]) -> str | None:
    return _home(model._meta.app_label)  # noqa: SLF001 - Django's documented way to a table's label


def _home(label: str) -> str | None:
    """Return the alias of a label; None, which is no database at all, for one that is not ours."""
    return label if label in ALIASES else GUESTS.get(label)
