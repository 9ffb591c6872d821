"""Every column of every table says what it is: in the models, and in the tables that are really there."""

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from jikim.environment import ALIASES
from jikim.store.catalog import columns_of
from jikim.store.columns import THIRD_PARTY, ColumnClass, Columns

HINT = "say what it holds in `columns`: id, state, code, date, count, digest, public, sealed, credential or staff"


def models_are_classified(**_asked: object) -> list[CheckMessage]:
    """Hold each model's declaration against its fields, both ways."""
    return [problem for alias in ALIASES for model in _models(alias) for problem in _problems(model)]


def tables_are_classified(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Hold the tables that are really there, whoever made them, against the declarations."""
    return [problem for alias in databases or () for problem in _strangers(alias)]


def _problems(model: type[models.Model]) -> Iterator[CheckMessage]:
    declared, name = _declared(model), f"{model._meta.app_label}.{model.__name__}"
    fields = {field.column or "": field for field in model._meta.concrete_fields}
    for column in sorted(fields.keys() - declared.keys()):
        yield Error(f"the column {name}.{column} does not say what it is", hint=HINT, id="jikim.E101")
    for column in sorted(declared.keys() - fields.keys()):
        yield Error(f"{name} declares {column}, which it does not have", hint="remove it", id="jikim.E102")
    for column in sorted(fields.keys() & declared.keys()):
        if declared[column] not in set(ColumnClass):
            yield Error(f"the column {name}.{column} says {declared[column]}", hint=HINT, id="jikim.E103")
        if declared[column] == ColumnClass.SEALED and not isinstance(fields[column], models.BinaryField):
            yield Error(
                f"the column {name}.{column} is sealed but holds no bytes",
                hint="keep envelopes in a BinaryField; a personal value never reaches a database in clear",
                id="jikim.E104",
            )


def _strangers(alias: str) -> Iterator[CheckMessage]:
    declared = {model._meta.db_table: _declared(model) for model in _models(alias)} | THIRD_PARTY
    for table, column in columns_of(alias):
        if column not in declared.get(table, {}):
            yield Error(
                f"the {alias} database has a column {table}.{column} that nobody declared",
                hint="find out who made it; declare it in the store, or drop it",
                id="jikim.E105",
            )


def _models(alias: str) -> Iterator[type[models.Model]]:
    return apps.get_app_config(alias).get_models(include_auto_created=True)


def _declared(model: type[models.Model]) -> Columns:
    declared: Columns = getattr(model, "columns", {})
    return declared
