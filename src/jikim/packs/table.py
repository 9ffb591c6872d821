"""A strict reader of one TOML table: every key is asked for, of the right kind, or the pack is broken."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import NoReturn, TypeVar

from jikim.domain.errors import JikimError, Misused
from jikim.domain.period import Period
from jikim.domain.terms import Text

LANGUAGES = ("ko", "en")
NOTHING = Text(())

K = TypeVar("K")
W = TypeVar("W", bound=Enum)


class BrokenPack(JikimError):
    """A pack that cannot be read; nothing of it is used."""

    def __init__(self, file: str, where: str, fact: str) -> None:
        super().__init__(f"{file} is broken at {where}: {fact}", hint="mend the pack file; no part of it is used")


class Table:
    """One table of a pack file, and the path that names it in errors."""

    def __init__(self, file: str, path: tuple[str, ...], values: object) -> None:
        self.file, self.path = file, path
        if not isinstance(values, dict):
            raise BrokenPack(file, ".".join(path), "not a table")
        self._values: Mapping[str, object] = values
        self._asked: set[str] = set()

    def broken(self, key: str, fact: str) -> NoReturn:
        raise BrokenPack(self.file, ".".join((*self.path, key)), fact)

    def table(self, key: str) -> "Table":
        self._asked.add(key)
        return Table(self.file, (*self.path, key), self._values.get(key))

    def tables(self) -> Iterator["Table"]:
        """Yield the tables inside this one, in the order of the file."""
        return map(self.table, self._values)

    def text(self, key: str) -> Text:
        """Read a statement in every language of the pack."""
        spoken = self._take(key, dict)
        if spoken is None:
            self.broken(key, "missing")
        if set(spoken) != set(LANGUAGES) or not all(isinstance(said, str) and said.strip() for said in spoken.values()):
            self.broken(key, f"must say something in {' and '.join(LANGUAGES)}, and in nothing else")
        return Text.of(spoken)

    def text_or_nothing(self, key: str) -> Text:
        return self.text(key) if key in self._values else NOTHING

    def words(self, key: str, default: str | None = None) -> str:
        return self._or_default(key, self._take(key, str), default)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        return self._or_default(key, self._take(key, bool), default)

    def number(self, key: str, default: int | None = None) -> int:
        taken = self._take(key, int)
        if isinstance(taken, bool):  # TOML's true is a Python int
            self.broken(key, "not a whole number")
        return self._or_default(key, taken, default)

    def day(self, key: str, default: date | None = None) -> date:
        return self._or_default(key, self.day_or_none(key), default)

    def day_or_none(self, key: str) -> date | None:
        taken = self._take(key, date)
        if isinstance(taken, datetime):  # a Python datetime is a date
            self.broken(key, "not a calendar day")
        return taken

    def period(self, key: str) -> Period:
        return self._or_default(key, self.period_or_none(key), None)

    def period_or_none(self, key: str) -> Period | None:
        written = self._take(key, str)
        try:
            return None if written is None else Period.parse(written)
        except Misused as error:
            self.broken(key, error.message)

    def one_of(self, key: str, vocabulary: type[W]) -> W:
        return self._or_default(key, self.one_of_or_none(key, vocabulary), None)

    def one_of_or_none(self, key: str, vocabulary: type[W]) -> W | None:
        word = self._take(key, str)
        return None if word is None else self._in(vocabulary, key, word)

    def some_of(self, key: str, vocabulary: type[W]) -> tuple[W, ...]:
        """Read a list of one or more words of a vocabulary."""
        listed = self._take(key, list)
        if not listed:
            self.broken(key, "needs at least one word")
        return tuple(self._in(vocabulary, key, word) for word in listed)

    def close(self) -> None:
        """Refuse keys that nobody asked for: a misspelt key must not pass as an absent one."""
        for key in self._values.keys() - self._asked:
            self.broken(key, "unknown key")

    def _take(self, key: str, kind: type[K]) -> K | None:
        self._asked.add(key)
        value = self._values.get(key)
        if value is not None and not isinstance(value, kind):
            self.broken(key, f"must be {_NAMES[kind]}")
        return value

    def _or_default(self, key: str, taken: K | None, default: K | None) -> K:
        value = default if taken is None else taken
        if value is None:
            self.broken(key, "missing")
        return value

    def _in(self, vocabulary: type[W], key: str, word: object) -> W:
        try:
            return vocabulary(word)
        except ValueError:
            self.broken(key, f"unknown word {word!r}")


_NAMES: Mapping[type, str] = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    date: "a calendar day",
    list: "a list",
    dict: "a table",
}
