"""The bytes of the index by which a person's mailbox leads to a subject: pages of tags, each page a sealed value.

The tag of a mailbox stands only inside sealed pages, under a key that is destroyed like any other, so that no table and
no old backup offers anything to guess against. A page is sealed under its own kid, bound to the store `index`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from jikim.sealing.formats import INDEX
from jikim.sealing.primitives import DoesNotOpen, MacKey, length_prefixed, mac

TAG_BYTES = 16
ENTRY_BYTES = TAG_BYTES + 16


@dataclass(frozen=True, slots=True)
class Tag:
    """Where a value stands in the index: on page `place` mod the number of pages, under `tag`."""

    place: int
    tag: bytes


def tag_of(key: MacKey, kind: str, value: str) -> Tag:
    """Return the tag of a value that was normalised before; kind: what is looked up, e.g. "email"."""
    digest = mac(key, length_prefixed(INDEX, kind.encode(), value.encode()))
    return Tag(int.from_bytes(digest[:4], "big"), digest[4 : 4 + TAG_BYTES])


def write_page(entries: Iterable[tuple[bytes, UUID]]) -> bytes:
    """Return a page's plaintext: tag and subject of each entry, ascending, so that their order tells no history."""
    rows = sorted((tag, subject.bytes) for tag, subject in entries)
    if any(len(tag) != TAG_BYTES for tag, _ in rows):
        raise ValueError(f"a tag has {TAG_BYTES} bytes")
    return b"".join(tag + subject for tag, subject in rows)


def read_page(page: bytes) -> tuple[tuple[bytes, UUID], ...]:
    """Return the entries of a page; raises DoesNotOpen for bytes that are no page."""
    if len(page) % ENTRY_BYTES:
        raise DoesNotOpen
    rows = (page[at : at + ENTRY_BYTES] for at in range(0, len(page), ENTRY_BYTES))
    return tuple((row[:TAG_BYTES], UUID(bytes=row[TAG_BYTES:])) for row in rows)
