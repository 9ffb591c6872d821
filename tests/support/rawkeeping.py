"""A program that keeps values under a key tree on a disk, and may destroy some; it prints every secret it had.

python -m tests.support.rawkeeping FOLDER (keep | destroy) FOLDER_ON_ANOTHER_DISK
"""

import json
import os
import sqlite3
import sys
from pathlib import Path
from uuid import UUID

from jikim.sealing.formats import Header, open_envelope, seal_envelope
from jikim.sealing.keyring import Binding
from tests.support.keytree import COMPLAINTS, LIVE
from tests.support.killing import FileHouse

BINDING = Binding("live", UUID(int=1), UUID(int=2), "content", "value")


def main(folder: Path, work: str, aside: Path) -> dict[str, dict[str, list[str]]]:
    """Keep eight values, end and begin again; then destroy three of one shelf and the whole of the other."""
    house, table = FileHouse(folder, "one group", aside), _table(folder)
    kids = [*house.give(LIVE, 5), *house.give(COMPLAINTS, 3)]
    canaries = {kid: os.urandom(24) for kid in kids}
    for kid in kids:
        sealed = seal_envelope(house.tree.key(kid), Header(kid, 1), BINDING, canaries[kid])
        table.execute("INSERT INTO item_value VALUES (?, ?)", (kid, sealed))
    house.allocator.close()
    house.restart()
    roots = [house.mirrors[0].shares()[0][1]]
    gone = [*kids[:3], *kids[5:]] if work == "destroy" else []
    if gone:
        house.destroy(*gone[:3], cohorts=[gone[-1] >> 16])
        house.destroyer.rotate()
        roots.append(house.mirrors[0].shares()[0][1])
        table.executemany("DELETE FROM item_value WHERE kid = ?", [(kid,) for kid in gone])
    for kid, envelope in table.execute("SELECT kid, envelope FROM item_value"):
        assert open_envelope(house.tree.key(kid), kid, BINDING, envelope) == canaries[kid]
    house.close()
    left = [kid for kid in kids if kid not in gone]
    return {
        "gone": _told(gone, canaries, house.keys, roots[:-1]),
        "left": _told(left, canaries, house.keys, roots[-1:]),
    }


def _told(
    kids: list[int], canaries: dict[int, bytes], keys: dict[int, bytes], shares: list[bytes]
) -> dict[str, list[str]]:
    return {
        "values": [canaries[kid].hex() for kid in kids],
        "keys": [keys[kid].hex() for kid in kids],
        "shares": [share.hex() for share in shares],
    }


def _table(folder: Path) -> sqlite3.Connection:
    """Open a database of the careless kind: what it deletes, it leaves where it was."""
    table = sqlite3.connect(folder / "live.sqlite3", isolation_level=None)
    table.execute("PRAGMA secure_delete = 0")
    table.execute("CREATE TABLE item_value (kid INTEGER, envelope BLOB)")
    return table


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))
