"""Frames, the same in both directions: be32 length of the head, the head (JSON in ASCII), and blobs one after another.

The head tells the length of each blob. Nothing in a frame is believed before its shape has been checked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jikim.sealing.errors import FrameRefused

MAX_FRAME = 128 * 1024
LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: words, and the bytes they point at by number."""

    head: Mapping[str, object]
    blobs: tuple[bytes, ...] = ()


def encode(frame: Frame) -> bytes:
    """Return a frame's bytes; raises FrameRefused when they are more than MAX_FRAME."""
    lengths = [len(blob) for blob in frame.blobs]
    head = json.dumps({**frame.head, "blobs": lengths}, separators=(",", ":")).encode("ascii")
    if LENGTH_BYTES + len(head) + sum(lengths) > MAX_FRAME:
        raise refused(f"a frame of more than {MAX_FRAME} bytes")
    return len(head).to_bytes(LENGTH_BYTES, "big") + head + b"".join(frame.blobs)


def decode(data: bytes) -> Frame:
    """Return the frame these bytes are; raises FrameRefused for all others."""
    if not LENGTH_BYTES < len(data) <= MAX_FRAME:
        raise refused(f"a frame of {len(data)} bytes")
    end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "big")
    if end > len(data):
        raise refused("a head longer than its frame")
    head = _head(data[LENGTH_BYTES:end])
    return Frame(head, _blobs(data[end:], head.pop("blobs", None)))


def _head(words: bytes) -> dict[str, object]:
    try:
        head = json.loads(words.decode("ascii"))
    except (ValueError, RecursionError):
        raise refused("a head that is no JSON") from None
    if not isinstance(head, dict):
        raise refused("a head that is no object")
    return head


def _blobs(rest: bytes, lengths: object) -> tuple[bytes, ...]:
    if not isinstance(lengths, list) or not _measure(lengths, len(rest)):
        raise refused("blobs of other lengths than the head tells")
    blobs, start = [], 0
    for length in lengths:
        blobs.append(rest[start : start + length])
        start += length
    return tuple(blobs)


def _measure(lengths: Sequence[object], total: int) -> bool:
    whole = [length for length in lengths if type(length) is int and length >= 0]
    return len(whole) == len(lengths) and sum(whole) == total


def refused(what: str) -> FrameRefused:
    return FrameRefused(
        f"the key daemon does not read {what}", hint="use the client that came with this version; nothing was done"
    )
