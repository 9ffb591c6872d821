"""A sealed value never reaches the disk in clear: not the database, not its log, not a temporary file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.scan import Found, scan_folders, scan_trace, tracer
from tests.support.server import surroundings

CANARY = b"canary-7c1e-sealed-and-stored"
UNSEALED = Path(__file__).parents[1] / "support" / "unsealed"
PROGRAM = """
import sqlite3, sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.sealing.keyd.blueprint import Blueprint
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.values import Destruction, Move
from jikim.sealing.keyring import Binding, SealRequest

home, work = Path(sys.argv[1]), sys.argv[2]
canary = b"-".join([b"canary", b"7c1e", b"sealed", b"and", b"stored"])
keys = home / "keys"
house = House(Blueprint(keys, ((keys / "root.slots",),), anywhere=True, origin="example.kr/jikim-journal"))
keyring = local(house)
live, separate = (Binding(store, UUID(int=1), UUID(int=2), "content", "value") for store in ("live", "separate"))
table = sqlite3.connect(home / "live.sqlite3")
table.execute("PRAGMA journal_mode = wal")
table.execute("CREATE TABLE item_value (kid INTEGER, envelope BLOB)")
sealed = keyring.seal([SealRequest(live, canary)])[0]
table.execute("INSERT INTO item_value VALUES (?, ?)", (sealed.kid, sealed.envelope))
table.commit()
if work == "live on":
    moved = keyring.reseal([Move(sealed, live, separate, "complaint-dispute", date(2029, 10, 10))])[0]
    gone = {sealed.kid: sha256(sealed.envelope).digest()}
    keyring.destroy([Destruction(UUID(int=3), DestroyReason.MOVED, "0" * 64, gone)])
    assert keyring.as_role(Role.CUSTODIAN).open_sealed(separate, moved) == canary
    table.execute("UPDATE item_value SET kid = ?, envelope = ?", (moved.kid, moved.envelope))
    table.commit()
house.close()
"""


def scanned(tmp_path: Path, work: str, more: dict[str, str]) -> tuple[Found, Found]:
    """Run the program traced; return what its writes and what its home show of the canary."""
    home, trace = tmp_path / "home", tmp_path / "trace"
    home.mkdir()
    (tmp_path / "program.py").write_text(PROGRAM)
    words = [*tracer(trace), sys.executable, str(tmp_path / "program.py"), str(home), work]
    subprocess.run(words, env=surroundings(home, more), check=True, capture_output=True, timeout=60)
    return scan_trace(CANARY, trace), scan_folders(CANARY, home)


def test_a_sealed_value_is_never_written_in_clear(tmp_path: Path) -> None:
    writes, files = scanned(tmp_path, "live on", {})
    assert writes.places == files.places == ()
    assert writes.scanned_bytes > 10_000, "the databases alone write more than this"


@pytest.mark.parametrize("seen", ["writes", "files"])
def test_the_same_scan_finds_the_value_where_sealing_does_nothing(tmp_path: Path, seen: str) -> None:
    writes, files = scanned(tmp_path, "stop there", {"PYTHONPATH": str(UNSEALED)})
    places = writes.places if seen == "writes" else files.places
    assert [place for place in places if "live.sqlite3" in place or "pwrite64" in place]
