"""Every text of a file that people read, by language."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jikim.language import path as paths
from jikim.language import schema
from jikim.language.draft import Draft
from jikim.language.path import Path

# Tables of the language whose last key is a name too, and no language.
_NO_TEXT = ("rights.deadline.*", "cookies.group.*.cookies.*", "statement.*")
# Texts without which a page or a form would show nothing at a place.
NEEDED = (
    "controller.name",
    "item.*.label",
    "purpose.*.label",
    "record.*.label",
    "cookies.group.*.label",
    "sharing.processor.*.label",
    "sharing.processor.*.task",
    "systems.*.label",
)
# Texts that are names themselves: facts, and not words about facts. A reason to override answers the checker.
_NAMES = (
    "controller.name",
    "officer.name",
    "department.complaints.name",
    "department.access.name",
    "sharing.processor.*.label",
)
_OVERRIDE = "override.*.reason"


@dataclass(frozen=True, slots=True)
class Said:
    """What stands at one place in every language."""

    path: Path
    spoken: dict[str, str]
    is_name: bool
    is_override: bool


def texts(draft: Draft) -> Iterator[Said]:
    """Walk every text that is a table of languages, in the order of the language."""
    for pattern in patterns():
        for path in places(draft, paths.split(pattern)):
            yield Said(path, draft.spoken(path), pattern in _NAMES, pattern == _OVERRIDE)


@cache
def patterns() -> tuple[str, ...]:
    """Return where texts may stand, without the language at the end."""
    found = (pattern for pattern in schema.leaf_patterns() if pattern.endswith(".*") and pattern not in _NO_TEXT)
    return tuple(pattern.removesuffix(".*") for pattern in found)


def places(draft: Draft, pattern: Path, start: Path = ()) -> Iterator[Path]:
    """Walk the places of a file that have the shape of a pattern and hold a table."""
    if not pattern:
        if isinstance(draft.value(start), dict):
            yield start
        return
    here = draft.value(start) if start else draft.raw
    keys = keys_of(here) if pattern[0] == "*" else (pattern[0],)
    for key in keys:
        yield from places(draft, pattern[1:], (*start, key))


def keys_of(here: object) -> tuple[str, ...]:
    if isinstance(here, dict):
        return tuple(str(key) for key in here)
    return tuple(map(str, range(len(here)))) if isinstance(here, list) else ()
