"""Reading every entry and hashing it; this file is also the program of the second process that reads a long journal.

Verification costs two hashes for each entry and little else, so two processes take half each. The standard library
alone, and no import of ours: the second process has begun after a hundredth of a second.
"""

import sqlite3
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

LEVELS = 4  # what is given out are hashes of this level, each over 16 entries
WIDTH = 1 << LEVELS
AT_ONCE = 1 << 16  # entries; bounds the memory, and divides by WIDTH


def hashes(connection: sqlite3.Connection, start: int, stop: int) -> tuple[bytes, list[bytes]]:
    """Hash the entries from `start`, a multiple of WIDTH, to before `stop`.

    returns: the hashes over each WIDTH entries, joined, and those of the entries that are left over
    """
    found, row = bytearray(), list[bytes]()
    for row in _leaf_hashes(connection, start, stop):
        above = row[: len(row) - len(row) % WIDTH]
        for _level in range(LEVELS):
            pairs = iter(above)
            above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        found += b"".join(above)
    return bytes(found), row[len(row) - len(row) % WIDTH :]


def _leaf_hashes(connection: sqlite3.Connection, start: int, stop: int) -> Iterator[list[bytes]]:
    rows = connection.execute("SELECT data FROM leaf WHERE i >= ? AND i < ? ORDER BY i", (start, stop))
    while row := [sha256(b"\x00" + data).digest() for (data,) in islice(rows, AT_ONCE)]:
        yield row


def main(path: str, stop: str) -> None:
    """Give out the hashes over the first entries of a journal's file, as the other process asked."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = 1")
    sys.stdout.buffer.write(hashes(connection, 0, int(stop))[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
