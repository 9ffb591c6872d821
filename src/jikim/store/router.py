"""Which table lives in which database: a Django app is a database, and its label is the alias."""

from django.db import models

ALIASES = frozenset({"live", "separate", "visits"})


class OneDatabasePerLabel:
    """Send every table to the database of its label; nothing crosses."""

    def db_for_read(self, model: type[models.Model], **_hints: object) -> str | None:
        return _alias(model)

    def db_for_write(self, model: type[models.Model], **_hints: object) -> str | None:
        return _alias(model)

    def allow_relation(self, one: models.Model, other: models.Model, **_hints: object) -> bool:
        return _alias(type(one)) == _alias(type(other))

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        return db == app_label and db in ALIASES


def _alias(model: type[models.Model]) -> str | None:
    """Return the alias of a table; None, which is no database at all, for a label that is not ours."""
    label = model._meta.app_label  # noqa: SLF001 - Django's documented way to a table's label
    return label if label in ALIASES else None
