"""What a clause is made of. Words are spans, so that emphasis and links survive in every format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words. `important`: the law wants it noticed (PIPA art. 22(2)); `href`: an address people can follow."""

    text: str
    important: bool = False
    href: str = ""


Words: TypeAlias = tuple[Span, ...]
Said: TypeAlias = str | Span | Sequence[str | Span]


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words


@dataclass(frozen=True, slots=True)
class Subheading:
    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    entries: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row; the first cell of each row names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    pairs: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One station of a life; `ends` where the record is gone."""

    label: str
    note: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class LifeLine:
    label: str
    nodes: tuple[Node, ...]


Block: TypeAlias = Paragraph | Subheading | BulletList | Table | Definitions | LifeLine


def words(said: Said) -> Words:
    if isinstance(said, str | Span):
        said = (said,)
    return tuple(part if isinstance(part, Span) else Span(part) for part in said if part)


def paragraph(*said: str | Span) -> Paragraph:
    return Paragraph(words(said))


def bullets(entries: Iterable[Said]) -> BulletList:
    return BulletList(tuple(words(entry) for entry in entries))


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[Said]]) -> Table:
    return Table(caption, tuple(header), tuple(tuple(words(cell) for cell in row) for row in rows))


def definitions(pairs: Iterable[tuple[str, Said]]) -> Definitions:
    return Definitions(tuple((term, words(said)) for term, said in pairs))
