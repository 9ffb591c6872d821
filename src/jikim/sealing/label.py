"""The third block of a slot file: whose it is and where it was made. Written once; it holds no secret.

`JKLABEL1` · home (16) · SHA-256 of the file's extents when it was made (32, zeros where they are not told) ·
SHA-256 of the bytes before (32) · zeros up to 4,096.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

LABEL_MAGIC = b"JKLABEL1"
LABEL_BYTES = 4096
BODY_BYTES = len(LABEL_MAGIC) + 16 + 32


@dataclass(frozen=True, slots=True)
class Label:
    """Whose a slot file is, and the digest of the place where it was made."""

    home: UUID
    place: bytes


def write_label(label: Label) -> bytes:
    body = LABEL_MAGIC + label.home.bytes + label.place
    return (body + hashlib.sha256(body).digest()).ljust(LABEL_BYTES, b"\x00")


def read_label(block: bytes) -> Label | None:
    """Return the label, None for anything `write_label` could not have made."""
    if len(block) != LABEL_BYTES:
        return None
    label = Label(UUID(bytes=block[8:24]), block[24:BODY_BYTES])
    return label if write_label(label) == block else None
