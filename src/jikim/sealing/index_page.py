"""The bytes of the index by which a person's mailbox leads to a subject: pages of tags, each page a sealed value.

The tag of a mailbox stands only inside sealed bytes, under a key that is destroyed like any other, so that no table and
no old backup offers anything to guess against. A page is sealed under its own kid, bound to the store `index`.
"""

from collections.abc import Iterable
from uuid import UUID

from jikim.sealing.formats import INDEX
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import DoesNotOpen, MacKey, length_prefixed, mac

TAG_BYTES = 16
PLACE_BYTES = 4
ENTRY_BYTES = TAG_BYTES + 16
MAILBOX = "email"  # the one kind of value that is looked up so far

Entry = tuple[bytes, UUID]  # tag, subject


def tag_of(key: MacKey, kind: str, value: str) -> bytes:
    """Return the tag of a value that was normalised before; kind: what is looked up, e.g. "email"."""
    return mac(key, length_prefixed(INDEX, kind.encode(), value.encode()))[:TAG_BYTES]


def page_number(tag: bytes, pages: int) -> int:
    """Say on which of so many pages a tag stands.

    One page is divided at a time, the lowest that has not been since their number was a power of two; every other tag
    stays where it was (W. Litwin, VLDB 1980).
    """
    place = int.from_bytes(tag[:PLACE_BYTES], "big")
    divided_at = 1 << (pages.bit_length() - 1)
    number = place % (2 * divided_at)
    return number if number < pages else number - divided_at


def page_to_divide(pages: int) -> int:
    """Return the page whose tags go apart when a page is added: some of them to the new one, numbered `pages`."""
    return pages - (1 << (pages.bit_length() - 1))


def write_page(entries: Iterable[Entry]) -> bytes:
    """Return a page's plaintext: tag and subject of each entry, ascending, so that their order tells no history."""
    rows = sorted((tag, subject.bytes) for tag, subject in entries)
    if any(len(tag) != TAG_BYTES for tag, _ in rows):
        raise ValueError(f"a tag has {TAG_BYTES} bytes")
    return b"".join(tag + subject for tag, subject in rows)


def read_page(page: bytes) -> tuple[Entry, ...]:
    """Return the entries of a page; raises DoesNotOpen for bytes that are no page."""
    if len(page) % ENTRY_BYTES:
        raise DoesNotOpen
    rows = (page[at : at + ENTRY_BYTES] for at in range(0, len(page), ENTRY_BYTES))
    return tuple((row[:TAG_BYTES], UUID(bytes=row[TAG_BYTES:])) for row in rows)


def of_page(number: int) -> Binding:
    """Return the place of a page's envelope."""
    return Binding("index", UUID(int=0), UUID(int=number), MAILBOX, "page")


def of_tag(record_id: UUID, kid: int) -> Binding:
    """Return the place of the tag that is kept beside an enrolled value, sealed under that value's own key."""
    return Binding("index", record_id, UUID(int=kid), MAILBOX, "tag")
