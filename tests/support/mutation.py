"""A policy with one thing changed: the clean reference policy, edited by path."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import tomlkit

from jikim.language import load
from jikim.language import path as paths
from jikim.language.check import Report, check
from jikim.language.draft import Draft

POLICIES = Path(__file__).parents[2] / "policies"
CLEAN = POLICIES / "utracs" / "2.toml"
TODAY = date(2026, 11, 23)
GONE = object()  # as the new value of a path: take it out


@dataclass(frozen=True)
class Changed:
    """Edits by path, the codes they bring, and the day they are judged on."""

    edits: Mapping[str, object]
    codes: frozenset[str] = frozenset()
    on: date = TODAY

    def report(self) -> Report:
        return check(draft(self.edits), on=self.on)


@dataclass(frozen=True)
class Fault:
    """One code: two policies that have it, one that comes near and has it not."""

    fails: tuple[Changed, Changed]
    passes: Changed = field(default_factory=lambda: Changed({}))


def bad(edits: Mapping[str, object], *also: str, on: date = TODAY) -> Changed:
    """Say which edits bring a code, and what else they bring with it."""
    return Changed(edits, frozenset(also), on)


def clean() -> dict[str, Any]:
    return deepcopy(_clean().raw)


@cache
def _clean() -> Draft:
    return load.read(CLEAN)


def draft(edits: Mapping[str, object]) -> Draft:
    raw = clean()
    for path, value in edits.items():
        put(raw, path, value)
    return Draft(name="changed.toml", source="", raw=raw)


def put(raw: dict[str, Any], path: str, value: object) -> None:
    """Set or take out what stands at a path; tables on the way are made."""
    *above, key = paths.split(path)
    here = raw
    for part in above:
        here = here.setdefault(part, {})
    if value is GONE:
        del here[key]
    else:
        here[key] = value


def as_toml(edits: Mapping[str, object]) -> str:
    """Write a changed policy as its author would save it."""
    return tomlkit.dumps(draft(edits).raw)
