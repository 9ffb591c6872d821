"""A policy file as it was read: nothing about it is believed yet, and asking it never raises."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jikim.language import path as paths
from jikim.language.path import Path

Where = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's tables as TOML gave them. The getters answer empty where the file is silent or has another type."""

    name: str
    source: str
    raw: dict[str, Any]

    def value(self, where: Where) -> object:
        """Return what stands there; None when nothing does."""
        here: object = self.raw
        for key in _keys(where):
            here = _step(here, key)
        return here

    def has(self, where: Where) -> bool:
        """Tell whether anything at all stands there."""
        return self.value(where) is not None

    def table(self, where: Where) -> Mapping[str, Any]:
        found = self.value(where)
        return found if isinstance(found, dict) else {}

    def tables(self, where: Where) -> dict[str, Mapping[str, Any]]:
        """Return the named tables inside a table, in the author's order: `tables("item")` is every item."""
        return {name: found for name, found in self.table(where).items() if isinstance(found, dict)}

    def rows(self, where: Where) -> tuple[Mapping[str, Any], ...]:
        """Return the tables of a list of tables, such as `override`."""
        found = self.value(where)
        return tuple(row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()

    def text(self, where: Where) -> str:
        found = self.value(where)
        return found if isinstance(found, str) else ""

    def words(self, where: Where) -> tuple[str, ...]:
        """Return the texts of a list; one text alone counts as a list of one."""
        found = self.value(where)
        if isinstance(found, str):
            return (found,)
        return tuple(word for word in found if isinstance(word, str)) if isinstance(found, list) else ()

    def number(self, where: Where) -> int | None:
        found = self.value(where)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def spoken(self, where: Where) -> dict[str, str]:
        """Return a text by language: `{ko = "…", en = "…"}`."""
        return {language: words for language, words in self.table(where).items() if isinstance(words, str)}

    def leaves(self) -> Iterator[tuple[Path, object]]:
        """Walk every fact in the author's order. A list of words is one fact; a list of tables is walked by number."""
        return leaves(self.raw)

    def leaf_paths(self) -> tuple[str, ...]:
        return tuple(paths.dotted(path) for path, _ in self.leaves())


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Walk the facts below a value; depth is bounded when the file is read."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(below, dict | list) for below in value):
        for number, below in enumerate(value):
            yield from leaves(below, (*path, str(number)))
    else:
        yield path, value


def _keys(where: Where) -> Path:
    return paths.split(where) if isinstance(where, str) else tuple(where)


def _step(here: object, key: str) -> object:
    if isinstance(here, dict):
        return here.get(key)
    if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
        return here[int(key)]
    return None
