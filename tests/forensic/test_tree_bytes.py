"""What is destroyed is nowhere on the raw disk: no key, no value, no old root; and the scan can find."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.forensic.test_tree_power_cut import ground
from tests.support.disks import times_found
from tests.support.scan import NothingScanned
from tests.support.server import surroundings

ROOT = Path(__file__).resolve().parents[2]
UNSEALED = ROOT / "tests" / "support" / "unsealed"
MIRRORS = 2


@dataclass(frozen=True, slots=True)
class Looked:
    """What a program kept and destroyed, and how often each of its secrets is on the disk it worked on."""

    gone: Mapping[str, list[int]]
    left: Mapping[str, list[int]]


def look(folder: Path, work: str, *paths: Path) -> Looked:
    disk = ground(folder / "disk")
    with disk.opened() as point:
        words = [sys.executable, "-m", "tests.support.rawkeeping", str(point), work, str(folder)]
        path = ":".join(map(str, (*paths, ROOT)))
        run = subprocess.run(
            words, env=surroundings(folder, {"PYTHONPATH": path}), check=True, capture_output=True, timeout=60
        )
    raw = scanned(disk.raw())
    told = json.loads(run.stdout)
    found = {
        fate: {kind: [times_found(raw, bytes.fromhex(one)) for one in secrets] for kind, secrets in kinds.items()}
        for fate, kinds in told.items()
    }
    return Looked(found["gone"], found["left"])


def scanned(raw: bytes) -> bytes:
    """Return the bytes of a disk; raises NothingScanned when it has none that say something."""
    if not raw.strip(b"\x00"):
        raise NothingScanned("the disk is empty")
    return raw


def test_nothing_of_what_is_destroyed_is_on_the_raw_disk(tmp_path: Path) -> None:
    seen = look(tmp_path, "destroy")
    assert seen.gone == {"values": [0] * 6, "keys": [0] * 6, "shares": [0]}
    assert seen.left == {"values": [0] * 2, "keys": [0] * 2, "shares": [MIRRORS]}, "only the root lies there in clear"


def test_the_same_scan_finds_everything_where_sealing_does_nothing(tmp_path: Path) -> None:
    seen = look(tmp_path, "keep", UNSEALED)
    assert len(seen.left["values"]) == len(seen.left["keys"]) == 8
    assert all(times > 0 for kind in seen.left.values() for times in kind)


def test_the_same_scan_finds_values_that_a_careless_database_deleted_where_sealing_does_nothing(tmp_path: Path) -> None:
    seen = look(tmp_path, "destroy", UNSEALED)
    assert len(seen.gone["values"]) == 6
    assert all(seen.gone["values"])
    assert seen.gone["shares"] == [0], "the root is destroyed, whatever hangs from it"


SPELLINGS: list[Callable[[bytes], bytes]] = [
    bytes,
    lambda raw: raw.hex().encode(),
    lambda raw: raw.hex().upper().encode(),
    base64.b64encode,
    lambda raw: base64.b64encode(b"x" + raw),
    lambda raw: base64.b64encode(b"xy" + raw + b"z"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_in_any_spelling(spelling: Callable[[bytes], bytes]) -> None:
    secret = bytes(range(100, 132))
    assert times_found(b"\n" * 5000 + spelling(secret) + b"\n", secret) == 1


def test_a_scan_of_nothing_says_nothing() -> None:
    with pytest.raises(NothingScanned):
        scanned(bytes(4096))
