"""How values are written into a frame and read back: every part has a shape, and nothing of another shape is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from jikim.domain.errors import Misused
from jikim.sealing.keyd.wire import refused

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E", bound=StrEnum)

LARGEST = 2**63 - 1
_HEX_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape(Generic[A]):
    """A pair: write a value as JSON, its bytes beside it; read it back, or raise FrameRefused."""

    write: Callable[[A, list[bytes]], object]
    read: Callable[[object, Sequence[bytes]], A]


def _plain(kind: type[A], fits: Callable[[A], bool] = lambda _value: True) -> Shape[A]:
    def read(written: object, _blobs: Sequence[bytes]) -> A:
        if type(written) is not kind or not fits(written):
            raise refused(f"something else where a {kind.__name__} stands")
        return written

    return Shape(lambda value, _blobs: value, read)


def _as_text(name: str, write: Callable[[A], str], read: Callable[[str], A]) -> Shape[A]:
    """Return the shape of what is written in exactly one way as text."""

    def read_back(written: object, _blobs: Sequence[bytes]) -> A:
        try:
            if isinstance(written, str) and write(value := read(written)) == written:
                return value
        except ValueError:
            pass
        raise refused(f"something else where {name} stands")

    return Shape(lambda value, _blobs: write(value), read_back)


def _write_blob(value: bytes, blobs: list[bytes]) -> object:
    blobs.append(value)
    return len(blobs) - 1


def _read_blob(written: object, blobs: Sequence[bytes]) -> bytes:
    if type(written) is not int or not 0 <= written < len(blobs):
        raise refused("a number of a blob that is not there")
    return blobs[written]


def _read_id(written: object, _blobs: Sequence[bytes]) -> UUID:
    if not isinstance(written, str) or not _HEX_ID.fullmatch(written):
        raise refused("something else where an identifier stands")
    return UUID(int=int(written, 16))


TEXT = _plain(str)
FLAG = _plain(bool)
NUMBER = _plain(int, lambda value: 0 <= value <= LARGEST)
BYTES = Shape(_write_blob, _read_blob)
ID = Shape(lambda value, _blobs: value.hex, _read_id)
DAY = _as_text("a day", date.isoformat, date.fromisoformat)
INSTANT = _as_text("an instant", datetime.isoformat, datetime.fromisoformat)
NOTHING: Shape[None] = Shape(lambda _value, _blobs: 0, lambda _written, _blobs: None)


def word(kind: type[E]) -> Shape[E]:
    return _as_text(f"a {kind.__name__}", str, kind)


def optional(shape: Shape[A]) -> Shape[A | None]:
    def write(value: A | None, blobs: list[bytes]) -> object:
        return None if value is None else shape.write(value, blobs)

    return Shape(write, lambda written, blobs: None if written is None else shape.read(written, blobs))


def many(shape: Shape[A], most: int) -> Shape[tuple[A, ...]]:
    """Return the shape of a list of at most so many: a frame is worked on in one go, so its work is bounded."""

    def read(written: object, blobs: Sequence[bytes]) -> tuple[A, ...]:
        if not isinstance(written, list) or len(written) > most:
            raise refused(f"something else where a list of at most {most} stands")
        return tuple(shape.read(one, blobs) for one in written)

    return Shape(lambda values, blobs: [shape.write(value, blobs) for value in values], read)


def row(*shapes: Shape[Any]) -> Shape[tuple[Any, ...]]:
    """Return the shape of a fixed row of different parts."""

    def read(written: object, blobs: Sequence[bytes]) -> tuple[Any, ...]:
        if not isinstance(written, list) or len(written) != len(shapes):
            raise refused(f"something else where {len(shapes)} parts stand")
        return tuple(shape.read(one, blobs) for shape, one in zip(shapes, written, strict=True))

    def write(values: tuple[Any, ...], blobs: list[bytes]) -> object:
        return [shape.write(value, blobs) for shape, value in zip(shapes, values, strict=True)]

    return Shape(write, read)


def pair(one: Shape[A], other: Shape[B]) -> Shape[tuple[A, B]]:
    both: Any = row(one, other)
    return Shape(both.write, both.read)


def triple(one: Shape[A], other: Shape[B], third: Shape[C]) -> Shape[tuple[A, B, C]]:
    all_three: Any = row(one, other, third)
    return Shape(all_three.write, all_three.read)


def record(kind: Callable[..., A], *shapes: Shape[Any]) -> Shape[A]:
    """Return the shape of a dataclass: its fields in their order."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass, called to be made
    parts = row(*shapes)

    def read(written: object, blobs: Sequence[bytes]) -> A:
        try:
            return kind(*parts.read(written, blobs))
        except (ValueError, Misused):
            raise refused("parts that do not fit together") from None

    return Shape(lambda value, blobs: parts.write(tuple(getattr(value, name) for name in names), blobs), read)


def mapping(key: Shape[A], value: Shape[B], most: int) -> Shape[Mapping[A, B]]:
    """Return the shape of a mapping; a key that comes twice is refused."""
    rows = many(pair(key, value), most)

    def read(written: object, blobs: Sequence[bytes]) -> Mapping[A, B]:
        found = rows.read(written, blobs)
        if len({one for one, _ in found}) != len(found):
            raise refused("the same key twice")
        return dict(found)

    return Shape(lambda values, blobs: rows.write(tuple(values.items()), blobs), read)
