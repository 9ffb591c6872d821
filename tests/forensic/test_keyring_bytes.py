"""After a key is destroyed its bytes are in no file of the keyring, and no value was ever in one."""

import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing.development import open_keyring
from jikim.sealing.keyring import Binding, SealRequest
from jikim.sealing.primitives import Key
from tests.support.scan import scan_folders

HERE = Binding("live", UUID(int=1), UUID(int=2), "email", "value")
CANARY = b"canary-3f9c1e7a-of-the-keyring"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every key made while the test runs, in order; text, so that a scan can spell it in every way."""
    made: list[bytes] = []

    def fresh() -> Key:
        made.append(f"key-{len(made):03}-{'q' * 24}".encode())
        return Key(made[-1])

    monkeypatch.setattr(Key, "fresh", fresh)
    return made


def test_destroyed_keys_leave_the_file_and_its_log(tmp_path: Path, keys: list[bytes]) -> None:
    ring = open_keyring(tmp_path / "keys.sqlite3")
    kids = [one.kid for one in ring.seal([SealRequest(HERE, CANARY) for _ in range(60)])]
    assert scan_folders(keys[0], tmp_path).places, "the scanner sees a living key"
    ring.destroy(kids[::3])
    for number, key in enumerate(keys):
        assert bool(scan_folders(key, tmp_path).places) is bool(number % 3)
    ring.close()


def test_without_the_overwriting_the_same_scan_finds_the_key(tmp_path: Path, keys: list[bytes]) -> None:
    """What the test above would not notice if it could see nothing: a keyring that only deletes rows."""
    ring = open_keyring(tmp_path / "keys.sqlite3")
    ring.seal([SealRequest(HERE, CANARY) for _ in range(60)])
    ring.close()
    careless = sqlite3.connect(tmp_path / "keys.sqlite3", isolation_level=None)
    careless.execute("PRAGMA secure_delete = OFF")
    careless.execute("DELETE FROM item_key WHERE kid % 3 = 1")
    careless.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    careless.close()
    assert scan_folders(keys[0], tmp_path).places


def test_a_sealed_value_never_reaches_the_keyring_file(tmp_path: Path) -> None:
    ring = open_keyring(tmp_path / "keys.sqlite3")
    made = ring.seal([SealRequest(HERE, CANARY)])[0]
    ring.reseal(made, HERE, HERE)
    found = scan_folders(CANARY, tmp_path)
    assert found.scanned_bytes > 0
    assert found.places == ()
    assert CANARY not in made.envelope
    ring.close()
