"""Published versions are what they were, and what is stored is what they name."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import models

from jikim import environment
from jikim.clock import policy_now, policy_today
from jikim.domain.errors import JikimError
from jikim.domain.processor import scope_of
from jikim.domain.terms import ItemKind
from jikim.domain.vocabulary import SystemWork
from jikim.language import canonical, load
from jikim.language.compile import compile as compiled
from jikim.outbox import gate
from jikim.store.live.models import ItemValue, PolicyVersion
from jikim.store.separate.models import SeparateItem


def versions_are_unchanged(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Hash every stored version again."""
    return [
        Error(
            f"policy version {row.number} is no longer what was published: its SHA-256 differs",
            hint="restore the live database from a backup; a published version never changes",
            id="jikim.E202",
        )
        for row in rows(databases)
        if hashlib.sha256(bytes(row.canonical)).hexdigest() != row.sha256
    ]


def file_is_unchanged(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Hold the policy file (JIKIM_POLICY) against the published version of the same name and number."""
    told, digest = _file()
    return [
        Error(
            f"the policy file says {row.policy_id} version {row.number}, but not with the facts that were published",
            hint="give the changed policy the next version number, or put the published file back (JIKIM_POLICY)",
            id="jikim.E203",
        )
        for row in rows(databases)
        if (row.policy_id, row.number) == told and row.sha256 != digest
    ]


def items_have_a_purpose(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Find items of the policy in force, or of one to come, that no purpose names."""
    return [
        Error(
            f"policy version {row.number} names the item {item}, and none of its purposes does",
            hint="publish a version whose purposes name it, or one without it",
            id="jikim.E204",
        )
        for row in current(databases)
        for item in _without_purpose(raw(row))
    ]


def versions_compile(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Compile the policy in force and those to come; what this program cannot read it cannot keep."""
    return [
        Error(
            f"policy version {row.number} cannot be carried out by this program",
            hint="run the Jikim that published it, or a later one",
            id="jikim.E205",
        )
        for row in current(databases)
        if not _compiles(row)
    ]


def stored_items_are_named(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Find stored values of items that no published version ever named."""
    asked = databases or ()
    named = {item for row in rows(("live",)) for item in raw(row).get("item", {})} if asked else set()
    return [
        Error(
            f"the {alias} database holds values of {item}, which no published policy names",
            hint="restore the policy versions that belong to these rows",
            id="jikim.E206",
        )
        for alias, table in (("live", ItemValue), ("separate", SeparateItem))
        if alias in asked
        for item in _stored(table)
        if item not in named
    ]


def files_lie_where_it_says(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Ask the gate for each item of files of the policy in force, where attachments lie outside the home."""
    receiver = environment.files_receiver() if "live" in (databases or ()) else None
    return [
        Error(
            f"attachments lie outside the home, and policy version {row.number} does not let {item} go to {receiver}",
            hint=f"name the place in the policy as [systems.{receiver}], kind storage, with its items; or unset "
            "JIKIM_FILES_URL; JIKIM_FILES_RECEIVER says which of the systems it is",
            id="jikim.E207",
        )
        for row in current(databases)[:1]
        for item in _file_items(row)
        if receiver and not _may_go(row, receiver, item)
    ]


def rows(databases: Sequence[str] | None) -> Iterator[PolicyVersion]:
    """Yield every published version, when the live database is asked about."""
    if "live" in (databases or ()):
        yield from PolicyVersion.objects.order_by("number")


def current(databases: Sequence[str] | None) -> list[PolicyVersion]:
    """Return the version in force and those to come, the earliest first."""
    found = sorted(rows(databases), key=lambda row: row.effective_at)
    past = [row for row in found if row.effective_at <= policy_now()]
    return past[-1:] + found[len(past) :]


def raw(row: PolicyVersion) -> dict[str, Any]:
    """Return a version's tables; {} when its bytes are not a policy, which `versions_compile` reports."""
    try:
        return canonical.restore(bytes(row.canonical))
    except JikimError:
        return {}


def _file() -> tuple[tuple[object, object], str]:
    """Return name, number and digest of the policy file; empty ones when it pretends to be no version at all."""
    try:
        facts = load.read(environment.policy_path()).raw
        return (facts["policy"]["id"], facts["policy"]["version"]), canonical.fingerprint(facts)
    except (JikimError, KeyError, TypeError):
        return ("", 0), ""


def _without_purpose(facts: dict[str, Any]) -> list[str]:
    named = {item for purpose in facts.get("purpose", {}).values() for item in purpose.get("items", ())}
    return [item for item in facts.get("item", {}) if item not in named]


def _compiles(row: PolicyVersion) -> bool:
    try:
        compiled(canonical.restore(bytes(row.canonical)))
    except JikimError:
        return False
    return True


def _file_items(row: PolicyVersion) -> list[str]:
    return [name for name, item in raw(row).get("item", {}).items() if item.get("kind") == ItemKind.FILES]


def _may_go(row: PolicyVersion, receiver: str, item: str) -> bool:
    try:
        gate.let_out(scope_of(compiled(raw(row))), receiver, SystemWork.STORAGE, [item], on=policy_today())
    except JikimError:
        return False
    return True


def _stored(table: type[models.Model]) -> list[str]:
    items = table._default_manager.values_list("item", flat=True)  # noqa: SLF001 - Django's documented name
    return list(items.distinct().order_by("item"))
