"""Keys lie in locked slots once a process asks for it; a slot is overwritten before it serves again."""

import subprocess
import sys
from pathlib import Path

import pytest

from jikim.sealing import keys
from jikim.sealing.arena import CHUNK_BYTES, SLOT_BYTES, Arena
from jikim.sealing.keys import Key, KeyWiped
from jikim.sealing.primitives import DoesNotOpen, decrypt, encrypt, length_prefixed

AAD = length_prefixed(b"test")


@pytest.fixture
def arena(monkeypatch: pytest.MonkeyPatch) -> Arena:
    one = Arena()
    monkeypatch.setattr(keys._memory, "arena", one)
    return one


def test_a_slot_is_overwritten_and_serves_again(arena: Arena) -> None:
    slot = arena.take(b"k" * SLOT_BYTES)
    arena.give_back(slot)
    assert bytes(slot.cells) == bytes(SLOT_BYTES)
    assert arena.take(b"n" * SLOT_BYTES) is slot


def test_a_wiped_key_gives_its_slot_to_the_next(arena: Arena) -> None:
    key = Key(b"k" * SLOT_BYTES)
    slot = key._secret
    assert key.reveal() == b"k" * SLOT_BYTES
    key.wipe()
    with pytest.raises(KeyWiped):
        key.lend()
    following = Key(b"n" * SLOT_BYTES)
    assert following._secret is slot
    assert following.reveal() == b"n" * SLOT_BYTES


@pytest.mark.parametrize("whole", [True, False], ids=["the view", "a part of it"])
def test_a_slot_that_is_lent_is_neither_overwritten_nor_given_away(arena: Arena, whole: bool) -> None:
    key = Key(b"k" * SLOT_BYTES)
    slot, lent = key._secret, key.lend() if whole else key.lend()[:16]
    with pytest.raises(BufferError):
        key.wipe()
    del key
    others = [Key.fresh() for _ in range(10)]
    assert all(other._secret is not slot for other in others)
    assert bytes(lent) == b"k" * len(lent)
    del lent
    assert Key.fresh()._secret is not None
    assert isinstance(slot, type(arena.take(bytes(SLOT_BYTES))))
    assert bytes(slot.cells) != b"k" * SLOT_BYTES, "overwritten once nobody has it any more"


def test_a_cipher_works_with_a_key_in_a_slot_and_lets_go_of_it(arena: Arena) -> None:
    with Key.fresh() as key:
        assert decrypt(key, encrypt(key, b"words", AAD), AAD) == b"words"
    with Key.fresh() as key:
        failed = False
        try:
            decrypt(key, bytes(40), AAD)
        except DoesNotOpen:
            failed = True
        assert failed


def test_it_grows_with_the_keys_that_live(arena: Arena) -> None:
    many = [Key.fresh() for _ in range(CHUNK_BYTES // SLOT_BYTES + 1)]
    assert len({key.reveal() for key in many}) == len(many)
    assert len(arena._chunks) == 2


PROGRAM = f"""
from pathlib import Path
from jikim.sealing import keys
from jikim.sealing.keys import Key

def locked():
    lines = Path("/proc/self/smaps").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Locked:"))

assert not keys.is_locked()
before, plain = locked(), Key.fresh()
assert keys.lock_memory() and keys.is_locked()
held = [Key.fresh() for _ in range(100)]
assert locked() - before == {CHUNK_BYTES} // 1024, (before, locked())
assert "dd" in Path("/proc/self/smaps").read_text(), "left out of dumps"
plain.wipe()
"""


def test_the_system_says_that_the_slots_are_locked() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_process_that_may_not_lock_says_so() -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0)); import os; "
    nobody = "os.setuid(65534) if os.geteuid() == 0 else None; "
    program = limit + nobody + "from jikim.sealing import keys; assert not keys.lock_memory() and not keys.is_locked()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_is_locked_in_a_process_that_did_not_ask() -> None:
    assert Path("/proc/self/smaps").exists()
    assert not keys.is_locked()
