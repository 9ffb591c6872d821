"""A frame is read as it was written; whatever else comes is refused before anything is believed."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from jikim.domain.journal import Role
from jikim.sealing.errors import FrameRefused
from jikim.sealing.keyd import table
from jikim.sealing.keyd.shapes import BYTES, DAY, FLAG, ID, INSTANT, NUMBER, TEXT, Shape, many, mapping, optional, pair
from jikim.sealing.keyd.values import Move
from jikim.sealing.keyd.wire import MAX_FRAME, Frame, decode, encode
from jikim.sealing.keyring import Binding, KeyState, Sealed, SealRequest

SOME_ID = UUID(int=7)
PLACE = Binding("live", SOME_ID, UUID(int=8), "이메일", "value")
SHAPES: dict[str, tuple[Shape[Any], object]] = {
    "text": (TEXT, "이름"),
    "number": (NUMBER, 2**63 - 1),
    "flag": (FLAG, True),
    "bytes": (BYTES, b"\x00\xff"),
    "id": (ID, SOME_ID),
    "day": (DAY, date(2026, 11, 23)),
    "instant": (INSTANT, datetime(2026, 11, 23, 7, 0, 1, 5, tzinfo=UTC)),
    "role": (table.ROLE, Role.PUBLIC),
    "state": (table.OPENED, KeyState.RETIRED),
    "opened": (table.OPENED, b"words"),
    "nothing there": (optional(ID), None),
    "list": (many(BYTES, 3), (b"a", b"", b"c")),
    "mapping": (mapping(NUMBER, BYTES, 3), {5: b"five", 6: b"six"}),
    "envelope": (table.SEALED, Sealed(5, b"envelope", SOME_ID)),
    "move": (table.MOVE, Move(Sealed(5, b"e"), PLACE, PLACE, "contract-5y", date(2031, 1, 1))),
}


def framed(head: object, rest: bytes = b"") -> bytes:
    words = head if isinstance(head, bytes) else json.dumps(head).encode()
    return len(words).to_bytes(4, "big") + words + rest


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_reads_back_what_it_wrote(name: str) -> None:
    shape, value = SHAPES[name]
    blobs: list[bytes] = []
    written = shape.write(value, blobs)
    frame = decode(encode(Frame({"id": "1", "ask": written}, tuple(blobs))))
    assert shape.read(frame.head["ask"], frame.blobs) == value


WRONG: list[object] = [None, 1.5, -1, [], {}, [[1]], "\u0000", [1, 2, 3, 4, 5, 6], 2**63, 10**4000]


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "nothing there"])
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:20])
def test_no_shape_reads_another(name: str, wrong: object) -> None:
    shape, _value = SHAPES[name]
    for written in (wrong, [wrong]):
        if (name, written) != ("text", ["\u0000"]):
            with pytest.raises(FrameRefused):
                shape.read(written, ())


def test_one_day_has_one_spelling() -> None:
    assert DAY.read(["2026-11-23"], ()) == date(2026, 11, 23)
    with pytest.raises(FrameRefused, match="a day"):
        DAY.read(["20261123"], ())


def test_a_list_is_no_longer_than_a_step_may_take() -> None:
    with pytest.raises(FrameRefused, match="at most 3"):
        many(NUMBER, 3).read([[4], [1, 2, 3, 4]], ())


@pytest.mark.parametrize("written", [[[2], [1]], [[1], [1, 2]], [[-1, 2], [1]], [[1, 1], [1]]])
def test_a_list_is_as_long_as_it_says(written: object) -> None:
    with pytest.raises(FrameRefused):
        many(NUMBER, 3).read_all(written, ())


def test_the_columns_of_a_row_are_of_one_length() -> None:
    with pytest.raises(FrameRefused, match="lengths"):
        pair(NUMBER, TEXT).read_all([[1, 2], ["a"]], ())


def test_what_is_missing_is_told_exactly() -> None:
    for written in ([[True], []], [[False], [1]], [[1], [1]]):
        with pytest.raises(FrameRefused):
            optional(NUMBER).read(written, ())


def test_one_value_is_one() -> None:
    for written in ([], [1, 2]):
        with pytest.raises(FrameRefused, match="values where one stands"):
            NUMBER.read(written, ())


def test_a_value_is_opened_or_it_is_told_why_not() -> None:
    for state, value in (([[False], []], [[False], [0, 0]]), ([[True], ["destroyed"]], [[True], [0, 1]])):
        with pytest.raises(FrameRefused, match="both or none"):
            table.OPENED.read([state, value], (b"words",))


def test_identifiers_have_sixteen_bytes_each() -> None:
    with pytest.raises(FrameRefused, match="identifiers"):
        ID.read(0, (b"x" * 17,))


def test_a_key_does_not_come_twice() -> None:
    with pytest.raises(FrameRefused, match="twice"):
        mapping(NUMBER, TEXT, 3).read([[2], [[1, 1], ["a", "b"]]], ())


@pytest.mark.parametrize(
    ("call", "most", "one"),
    [
        (table.SEAL, 64, SealRequest(PLACE, b"")),
        (table.OPEN_ALL, 64, (PLACE, Sealed(1, b""))),
        (table.STATES, 256, 5),
    ],
)
def test_one_frame_asks_for_no_more_than_one_step_does(call: table.Call[Any, Any], most: int, one: object) -> None:
    for count, is_read in ((most, True), (most + 1, False)):
        blobs: list[bytes] = []
        asked = (one,) * count
        written = call.asks.write(asked if call is table.STATES else (asked, ""), blobs)
        if is_read:
            call.asks.read(written, blobs)
        else:
            with pytest.raises(FrameRefused, match=f"at most {most}"):
                call.asks.read(written, blobs)


BAD: dict[str, bytes] = {
    "nothing": b"",
    "a length": b"\x00\x00\x00\x02",
    "a head beyond the end": b"\xff\xff\xff\xff{}",
    "too much": b"\x00" * (MAX_FRAME + 1),
    "no JSON": framed(b"{"),
    "no object": framed([]),
    "no ASCII": framed('{"id":"é"}'.encode()),
    "no blobs": framed({"id": "1"}),
    "blobs that are no list": framed({"blobs": 1}),
    "a blob of a negative length": framed({"blobs": [-1, 1]}),
    "a blob of half a byte": framed({"blobs": [0.5, 0.5]}, b"a"),
    "a blob that is true": framed({"blobs": [True]}, b"a"),
    "blobs beyond the end": framed({"blobs": [2]}, b"a"),
    "bytes that are no blob": framed({"blobs": [1]}, b"ab"),
    "a deep nest": framed(b"[" * 100_000),
    "a long number": framed(b'{"blobs":[],"a":' + b"9" * 10_000 + b"}"),
}


@pytest.mark.parametrize("name", BAD)
def test_bytes_that_are_no_frame_are_refused(name: str) -> None:
    with pytest.raises(FrameRefused, match="nothing was done"):
        decode(BAD[name])


@pytest.mark.parametrize("size", [0, 1, 100])
def test_a_frame_has_room_for_what_it_may_hold_and_no_more(size: int) -> None:
    empty = len(encode(Frame({}, (b"",))))
    room = MAX_FRAME - empty - len(str(MAX_FRAME)) + 1
    assert len(encode(Frame({}, (bytes(room - size),)))) <= MAX_FRAME
    with pytest.raises(FrameRefused):
        encode(Frame({}, (bytes(MAX_FRAME),)))


def test_a_refusal_shows_nothing_of_the_frame() -> None:
    secret = "kim@example.kr"
    asks: list[Callable[[], object]] = [
        lambda: decode(framed(secret.encode())),
        lambda: ID.read(secret, ()),
        lambda: NUMBER.read(secret, ()),
        lambda: pair(TEXT, TEXT).read([secret], ()),
    ]
    for ask in asks:
        with pytest.raises(FrameRefused) as refusal:
            ask()
        assert secret not in str(refusal.value)
