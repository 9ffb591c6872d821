"""How values are written into a frame and read back: every part has a shape, and nothing of another shape is read.

What is alike stands in columns: a shape writes and checks all values of one part together, not value by value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from jikim.domain.errors import Misused
from jikim.sealing.keyd.wire import refused

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E", bound=StrEnum)

LARGEST = 2**63 - 1
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Shape(Generic[A]):
    """A pair: write a column of values as JSON, their bytes beside it; read it back, or raise FrameRefused."""

    write_all: Callable[[Sequence[A], list[bytes]], object]
    read_all: Callable[[object, Sequence[bytes]], Sequence[A]]

    def write(self, value: A, blobs: list[bytes]) -> object:
        """Write one value: a column of its own."""
        return self.write_all([value], blobs)

    def read(self, written: object, blobs: Sequence[bytes]) -> A:
        found = self.read_all(written, blobs)
        if len(found) != 1:
            raise refused(f"{len(found)} values where one stands")
        return found[0]


def _listed(written: object) -> list[object]:
    if not isinstance(written, list):
        raise refused("something else where a column stands")
    return written


def _plain(kind: type[A], fits: Callable[[A], bool] = lambda _value: True) -> Shape[A]:
    def read_all(written: object, _blobs: Sequence[bytes]) -> Sequence[A]:
        column: list[Any] = _listed(written)
        for value in column:
            if type(value) is not kind or not fits(value):
                raise refused(f"something else where a {kind.__name__} stands")
        return column

    return Shape(lambda values, _blobs: list(values), read_all)


def _as_text(name: str, write: Callable[[A], str], read: Callable[[str], A]) -> Shape[A]:
    """Return the shape of what is written in exactly one way as text."""

    def read_all(written: object, blobs: Sequence[bytes]) -> Sequence[A]:
        words = TEXT.read_all(written, blobs)
        try:
            column = [read(word) for word in words]
        except ValueError:
            column = []
        if [write(value) for value in column] != words:
            raise refused(f"something else where {name} stands")
        return column

    return Shape(lambda values, _blobs: [write(value) for value in values], read_all)


def _write_blobs(values: Sequence[bytes], blobs: list[bytes]) -> object:
    """Write where the blobs begin and how many they are: they follow each other."""
    blobs += values
    return [len(blobs) - len(values), len(values)]


def _read_blobs(written: object, blobs: Sequence[bytes]) -> Sequence[bytes]:
    first, count = _parts(written, 2)
    if type(first) is int and type(count) is int and 0 <= first <= first + count <= len(blobs):
        return blobs[first : first + count]
    raise refused("numbers of blobs that are not there")


def _write_ids(values: Sequence[UUID], blobs: list[bytes]) -> object:
    """Write all of them as one blob."""
    blobs.append(b"".join([value.bytes for value in values]))
    return len(blobs) - 1


def _read_ids(written: object, blobs: Sequence[bytes]) -> Sequence[UUID]:
    if type(written) is not int or not 0 <= written < len(blobs) or len(blobs[written]) % ID_BYTES:
        raise refused("something else where identifiers stand")
    joined = blobs[written]
    return [UUID(bytes=joined[start : start + ID_BYTES]) for start in range(0, len(joined), ID_BYTES)]


TEXT = _plain(str)
FLAG = _plain(bool)
NUMBER = _plain(int, lambda value: 0 <= value <= LARGEST)
BYTES = Shape(_write_blobs, _read_blobs)
ID = Shape(_write_ids, _read_ids)
DAY = _as_text("a day", date.isoformat, date.fromisoformat)
INSTANT = _as_text("an instant", datetime.isoformat, datetime.fromisoformat)
NOTHING: Shape[None] = Shape(lambda _values, _blobs: 0, lambda _written, _blobs: [None])


def word(kind: type[E]) -> Shape[E]:
    return _as_text(f"a {kind.__name__}", str, kind)


def through(shape: Shape[B], write: Callable[[A], B], read: Callable[[B], A]) -> Shape[A]:
    """Return the shape of what is written as something else; what cannot be read back is refused."""

    def read_all(written: object, blobs: Sequence[bytes]) -> Sequence[A]:
        found = shape.read_all(written, blobs)
        try:
            return [read(value) for value in found]
        except (ValueError, Misused):
            raise refused("parts that do not fit together") from None

    return Shape(lambda values, blobs: shape.write_all([write(value) for value in values], blobs), read_all)


def optional(shape: Shape[A]) -> Shape[A | None]:
    """Return the shape of what may be missing: which are there, and these."""

    def write_all(values: Sequence[A | None], blobs: list[bytes]) -> object:
        there = [value for value in values if value is not None]
        return [[value is not None for value in values], shape.write_all(there, blobs)]

    def read_all(written: object, blobs: Sequence[bytes]) -> Sequence[A | None]:
        told, there = _parts(written, 2)
        flags, found = FLAG.read_all(told, blobs), shape.read_all(there, blobs)
        if sum(flags) != len(found):
            raise refused("more or less than is there")
        following = iter(found)
        return [next(following) if flag else None for flag in flags]

    return Shape(write_all, read_all)


def many(shape: Shape[A], most: int) -> Shape[tuple[A, ...]]:
    """Return the shape of a list of at most so many: a frame is worked on in one go, so its work is bounded."""

    def write_all(values: Sequence[Sequence[A]], blobs: list[bytes]) -> object:
        return [[len(value) for value in values], shape.write_all([one for value in values for one in value], blobs)]

    def read_all(written: object, blobs: Sequence[bytes]) -> Sequence[tuple[A, ...]]:
        told, joined = _parts(written, 2)
        lengths, found = NUMBER.read_all(told, blobs), shape.read_all(joined, blobs)
        if max(lengths, default=0) > most or sum(lengths) != len(found):
            raise refused(f"something else where a list of at most {most} stands")
        following = iter(found)
        return [tuple(islice(following, length)) for length in lengths]

    return Shape(write_all, read_all)


def row(*shapes: Shape[Any]) -> Shape[tuple[Any, ...]]:
    """Return the shape of a fixed row of different parts: a column of each."""

    def write_all(values: Sequence[tuple[Any, ...]], blobs: list[bytes]) -> object:
        columns = zip(*values, strict=True) if values else [()] * len(shapes)
        return [shape.write_all(column, blobs) for shape, column in zip(shapes, columns, strict=True)]

    def read_all(written: object, blobs: Sequence[bytes]) -> Sequence[tuple[Any, ...]]:
        parts = _parts(written, len(shapes))
        columns = [shape.read_all(part, blobs) for shape, part in zip(shapes, parts, strict=True)]
        try:
            return list(zip(*columns, strict=True))
        except ValueError:
            raise refused("columns of different lengths") from None

    return Shape(write_all, read_all)


def pair(one: Shape[A], other: Shape[B]) -> Shape[tuple[A, B]]:
    both: Any = row(one, other)
    return Shape(both.write_all, both.read_all)


def triple(one: Shape[A], other: Shape[B], third: Shape[C]) -> Shape[tuple[A, B, C]]:
    all_three: Any = row(one, other, third)
    return Shape(all_three.write_all, all_three.read_all)


def record(kind: Callable[..., A], *shapes: Shape[Any]) -> Shape[A]:
    """Return the shape of a dataclass: its fields in their order."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass, called to be made
    return through(row(*shapes), attrgetter(*names), lambda parts: kind(*parts))


def mapping(key: Shape[A], value: Shape[B], most: int) -> Shape[Mapping[A, B]]:
    """Return the shape of a mapping; a key that comes twice is refused."""

    def once(rows: tuple[tuple[A, B], ...]) -> Mapping[A, B]:
        found = dict(rows)
        if len(found) != len(rows):
            raise refused("the same key twice")
        return found

    return through(many(pair(key, value), most), lambda values: tuple(values.items()), once)


def _parts(written: object, count: int) -> list[object]:
    if not isinstance(written, list) or len(written) != count:
        raise refused(f"something else where {count} parts stand")
    return written
