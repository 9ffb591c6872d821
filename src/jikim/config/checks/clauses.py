"""What a policy says is kept by code that exists, or stands in the list of promises not kept yet."""

import importlib
from collections.abc import Iterator, Sequence

from django.core.checks import CheckMessage, Error

from jikim.config.checks.policies import current, raw
from jikim.language.coverage import NO_CLAUSE, pattern_of
from jikim.language.draft import leaves
from jikim.language.keepers import KEEPERS, NOT_YET
from jikim.language.path import dotted


def keepers_exist(**_asked: object) -> list[CheckMessage]:
    """Find the code that each clause names; a name that leads nowhere keeps nothing."""
    return [
        Error(
            f"{code} is said to keep {', '.join(clauses)}, and does not exist",
            hint="name the code that keeps them in language/keepers.py, or list them among the promises not kept yet",
            id="jikim.E201",
        )
        for code, clauses in _by_code().items()
        if not _exists(code)
    ]


def clauses_are_kept(databases: Sequence[str] | None = None, **_asked: object) -> list[CheckMessage]:
    """Find what the policy in force, or one to come, says and neither code keeps nor the list admits."""
    return [
        Error(
            f"policy version {row.number} says {clause}, and no code keeps it",
            hint="publish a version without it, or run a Jikim that keeps it",
            id="jikim.E207",
        )
        for row in current(databases)
        for clause in _unkept(raw(row))
    ]


def _by_code() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for clause, code in KEEPERS.items():
        found.setdefault(code, []).append(clause)
    return found


def _exists(code: str) -> bool:
    module, _, name = code.rpartition(".")
    try:
        return callable(getattr(importlib.import_module(module), name, None))
    except (ImportError, ValueError):  # ValueError: no module named at all
        return False


def _unkept(facts: dict[str, object]) -> Iterator[str]:
    admitted = {pattern for promise in NOT_YET for pattern in promise.patterns} | set(NO_CLAUSE)
    for path, _ in leaves(facts):
        if (pattern := pattern_of(path)) not in KEEPERS and pattern not in admitted:
            yield dotted(path)
