"""Start: the home, then Django, then the tables, then every refusal. A program that got through may serve people."""

import os
from collections.abc import Collection

import django
from django.apps import apps
from django.core.checks import ERROR, CheckMessage, Tags, run_checks
from django.core.checks.registry import registry
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from jikim.domain.errors import Refused
from jikim.domain.journal import Role
from jikim.environment import ALIASES, Home, HomeKind, aliases, open_home, read_home, role, secret_key, stamp
from jikim.store import trouble

PAGES = (Role.PUBLIC, Role.DESK)  # who serves some


class NotReady(Refused):
    """A fact that this program depends on is broken; it did not start."""


class DatabaseTooNew(Refused):
    """A newer program changed the tables; nothing was touched."""


class DatabaseTooOld(Refused):
    """The tables are those of an older program; nothing was touched."""


class DatabaseShared(Refused):
    """Two of the three databases are one and the same; nothing was changed in it."""


def ready(kind: HomeKind | None = None, *, migrate: bool = False, but: Collection[str] = ()) -> Home:
    """Make this process ready to work in the home, or refuse to.

    kind:    the home wanted, made when there is none; None takes the home that is there
    migrate: bring the tables up to date; without it, tables that are not are refused
    but:     refusals that do not count, by their id; for what repairs the very fact
    raises:  the home's own refusals, BadVariable, DatabaseTooNew, DatabaseTooOld, DatabaseShared, DatabaseUnreachable,
             DatabaseGone, NotReady
    """
    os.umask(0o077)  # what is made from here on is this user's alone, also outside the home
    found = open_home(kind or read_home().kind)
    if role() not in (Role.WORKER, Role.POSTMAN):  # they sign nothing, and may not have been given what others use
        secret_key()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikim.config.settings")
    django.setup()
    for alias in aliases():
        _tables(alias, migrate=migrate)
    refuse_broken_facts(but)
    return stamp() if migrate else found


def refuse_broken_facts(but: Collection[str] = ()) -> None:
    """Run every system check, all of them, and refuse with all that is broken at once.

    Those of the pages' addresses load every page: they are left to the processes that serve some.
    """
    tags = registry.tags_available() - (frozenset() if role() in PAGES else {Tags.urls})
    found = run_checks(tags=sorted(tags), databases=aliases())
    broken = [message for message in found if message.level >= ERROR and message.id not in but]
    if broken:
        raise NotReady(
            "\n  ".join(["this cannot start:", *sorted(map(_told, broken))]), hint="mend these, then start again"
        )


def _refuse_another(alias: str) -> None:
    """Hold a database against the tables of the others, because one server has many addresses, and against none."""
    found = set(connections[alias].introspection.table_names())
    if not found:
        trouble.refuse_gone(alias)
    for other in ALIASES:
        theirs = {model._meta.db_table for model in apps.get_app_config(other).get_models()}  # noqa: SLF001 - documented
        if other != alias and found & theirs:
            raise DatabaseShared(
                f"the database of {alias} holds the tables of {other}",
                hint=f"let JIKIM_{alias.upper()}_URL and JIKIM_{other.upper()}_URL name a database each",
            )


def _told(message: CheckMessage) -> str:
    return f"{message.id} {message.msg}" + (f" ({message.hint})" if message.hint else "")


def _tables(alias: str, *, migrate: bool) -> None:
    trouble.refuse_unusable(alias)
    try:
        _refuse_another(alias)
        executor = MigrationExecutor(connections[alias])
        applied, known = executor.loader.applied_migrations.keys(), executor.loader.disk_migrations.keys()
        if unknown := [change for change in applied - known if change[0] in ALIASES]:  # a guest's: the desk's alone
            raise DatabaseTooNew(
                f"the {alias} database has tables of a newer Jikim ({len(unknown)} changes unknown here)",
                hint="run that newer Jikim, or restore a backup made by this one",
            )
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing and migrate:
            call_command("migrate", database=alias, interactive=False, verbosity=0, skip_checks=True)
        elif missing:
            raise DatabaseTooOld(
                f"the {alias} database has tables of an older Jikim",
                hint="run `jikim serve` (or `jikim demo`) once: it brings them up to date",
            )
    except DatabaseError as error:
        fact, hint = trouble.told(alias, error)
        raise trouble.DatabaseUnreachable(fact, hint=hint) from error
