"""A value opens in its own place, under its own key, whole; everything else stays shut, and says why."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jikim import sealing
from jikim.domain.errors import Refused
from jikim.sealing import envelope
from jikim.sealing.development import DevelopmentKeyring, open_keyring
from jikim.sealing.keyring import (
    Binding,
    KeyDestroyed,
    KeyringUnavailable,
    KeysLinger,
    KeyState,
    KeyUnknown,
    Sealed,
    SealRequest,
    WrongBinding,
)
from jikim.sealing.primitives import Key

RECORD, OTHER = UUID(int=1), UUID(int=2)
HERE = Binding("live", RECORD, UUID(int=3), "email", "value")
WORDS = "문의합니다".encode()


@pytest.fixture
def keyring(tmp_path: Path) -> Iterator[DevelopmentKeyring]:
    ring = open_keyring(tmp_path / "keys.sqlite3")
    yield ring
    ring.close()


def sealed(ring: DevelopmentKeyring, words: bytes = WORDS, at: Binding = HERE) -> Sealed:
    return ring.seal([SealRequest(at, words)])[0]


# --- envelope ----------------------------------------------------------------------------------------------------


def test_an_envelope_is_built_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known answer, its parts built here by hand: header, nonce, AES-256-GCM over padding and place."""
    monkeypatch.setattr(os, "urandom", lambda size: b"n" * size)
    made = envelope.make(Key(b"k" * 32), 7, HERE, b"hello")
    header = b"JKD0" + (7).to_bytes(8, "big")
    parts = (b"jikim/envelope/0", header, b"live", RECORD.bytes, UUID(int=3).bytes, b"email", b"value")
    aad = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    padded = b"hello\x80" + bytes(58)
    assert made == Sealed(7, header + b"n" * 12 + AESGCM(b"k" * 32).encrypt(b"n" * 12, padded, aad))
    assert hashlib.sha256(made.envelope).hexdigest() == (
        "60ab44f6ac56dfcb0608a03190cc7eaa8249c4b342c321d17bb98e2be07b0e5b"
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, store="separate"),
        replace(HERE, record_id=OTHER),
        replace(HERE, value_id=OTHER),
        replace(HERE, item="subject"),
        replace(HERE, facet="name"),
        replace(HERE, item="emai", facet="lvalue"),
        replace(HERE, record_id=HERE.value_id, value_id=HERE.record_id),
    ],
)
def test_an_envelope_opens_in_its_own_place_only(keyring: DevelopmentKeyring, elsewhere: Binding) -> None:
    made = sealed(keyring)
    assert keyring.open_sealed(HERE, made) == WORDS
    with pytest.raises(WrongBinding) as caught:
        keyring.open_sealed(elsewhere, made)
    assert "nothing was opened" in caught.value.hint


def test_every_flipped_bit_keeps_an_envelope_shut(keyring: DevelopmentKeyring) -> None:
    made = sealed(keyring)
    for bit in range(len(made.envelope) * 8):
        altered = bytearray(made.envelope)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(WrongBinding):
            keyring.open_sealed(HERE, Sealed(made.kid, bytes(altered)))


def test_every_truncation_keeps_an_envelope_shut(keyring: DevelopmentKeyring) -> None:
    made = sealed(keyring)
    for length in range(len(made.envelope)):
        with pytest.raises(WrongBinding):
            keyring.open_sealed(HERE, Sealed(made.kid, made.envelope[:length]))
    with pytest.raises(WrongBinding):
        keyring.open_sealed(HERE, Sealed(made.kid, made.envelope + b"\x00"))


def test_swapped_envelopes_stay_shut(keyring: DevelopmentKeyring) -> None:
    one, other = keyring.seal([SealRequest(HERE, b"one"), SealRequest(HERE, b"other")])
    for kid, body in ((one.kid, other.envelope), (other.kid, one.envelope)):
        with pytest.raises(WrongBinding):
            keyring.open_sealed(HERE, Sealed(kid, body))


def test_nothing_about_a_value_shows_in_a_repr_or_an_error(keyring: DevelopmentKeyring) -> None:
    request = SealRequest(HERE, WORDS)
    made = keyring.seal([request])[0]
    with pytest.raises(WrongBinding) as caught:
        keyring.open_sealed(replace(HERE, item="other"), made)
    assert "plaintext" not in repr(request)
    assert "envelope=" not in repr(made)
    assert WORDS.decode() not in str(caught.value)


@pytest.mark.parametrize("words", [b"", b"\x00", b"\x80\x00", b"x" * 63, b"x" * 64, bytes(100_000)])
def test_a_value_comes_back_as_it_was(keyring: DevelopmentKeyring, words: bytes) -> None:
    assert keyring.open_sealed(HERE, sealed(keyring, words)) == words


# --- keys --------------------------------------------------------------------------------------------------------


def test_each_value_has_a_key_of_its_own(keyring: DevelopmentKeyring, tmp_path: Path) -> None:
    made = keyring.seal([SealRequest(HERE, WORDS) for _ in range(5)])
    keyring.close()
    with sqlite3.connect(tmp_path / "keys.sqlite3") as raw:
        rows = raw.execute("SELECT kid, secret FROM item_key").fetchall()
    raw.close()
    assert {kid for kid, _ in rows} == {one.kid for one in made}
    assert len({secret for _, secret in rows}) == 5


def test_a_key_is_durable_before_its_kid_is_known(keyring: DevelopmentKeyring, tmp_path: Path) -> None:
    made = sealed(keyring)
    another = open_keyring(tmp_path / "keys.sqlite3")
    assert another.open_sealed(HERE, made) == WORDS
    another.close()


def test_nothing_sealed_needs_no_key(keyring: DevelopmentKeyring) -> None:
    assert keyring.seal([]) == ()
    assert keyring.destroy([]).kids == ()


def test_a_destroyed_key_opens_nothing_and_is_told_from_an_unknown_one(keyring: DevelopmentKeyring) -> None:
    made, kept = sealed(keyring), sealed(keyring)
    gone = keyring.destroy([made.kid])
    assert gone.kids == (made.kid,)
    assert [keyring.state(kid) for kid in (made.kid, kept.kid, 99)] == [
        KeyState.DESTROYED,
        KeyState.ALIVE,
        KeyState.UNKNOWN,
    ]
    with pytest.raises(KeyDestroyed, match=f"key {made.kid} was destroyed at"):
        keyring.open_sealed(HERE, made)
    with pytest.raises(KeyUnknown, match="key 99 was never made") as caught:
        keyring.open_sealed(HERE, Sealed(99, made.envelope))
    assert "not erased" in caught.value.hint
    assert keyring.open_sealed(HERE, kept) == WORDS


def test_destroying_again_tells_the_same(keyring: DevelopmentKeyring) -> None:
    made = sealed(keyring)
    assert keyring.destroy([made.kid]) == keyring.destroy([made.kid])


def test_destroying_an_unknown_key_destroys_nothing(keyring: DevelopmentKeyring) -> None:
    made = sealed(keyring)
    with pytest.raises(KeyUnknown):
        keyring.destroy([made.kid, 99])
    assert keyring.state(made.kid) is KeyState.ALIVE


def test_a_kid_is_never_used_again(keyring: DevelopmentKeyring, tmp_path: Path) -> None:
    """Not even when its row is torn out of the file by other means."""
    made = sealed(keyring)
    keyring.destroy([made.kid])
    keyring.close()
    raw = sqlite3.connect(tmp_path / "keys.sqlite3", isolation_level=None)
    raw.execute("DELETE FROM item_key")
    raw.close()
    assert sealed(keyring).kid > made.kid


def test_a_destroyed_key_cannot_come_back_to_its_row(keyring: DevelopmentKeyring, tmp_path: Path) -> None:
    made = sealed(keyring)
    keyring.destroy([made.kid])
    raw = sqlite3.connect(tmp_path / "keys.sqlite3", isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE item_key SET secret = zeroblob(32) WHERE kid = ?", (made.kid,))
    raw.close()


def test_resealing_moves_a_value_and_leaves_the_old_key_alive(keyring: DevelopmentKeyring) -> None:
    there = replace(HERE, store="separate")
    old = sealed(keyring)
    new = keyring.reseal(old, HERE, there)
    assert new.kid != old.kid
    assert keyring.open_sealed(there, new) == WORDS
    assert keyring.state(old.kid) is KeyState.ALIVE
    keyring.destroy([old.kid])
    assert keyring.open_sealed(there, new) == WORDS
    with pytest.raises(KeyDestroyed):
        keyring.reseal(old, HERE, there)


def test_two_envelopes_agree_when_they_hold_the_same_value_each_in_its_place(keyring: DevelopmentKeyring) -> None:
    there = replace(HERE, store="separate")
    old = sealed(keyring)
    assert keyring.agree(old, HERE, keyring.reseal(old, HERE, there), there)
    assert not keyring.agree(old, HERE, sealed(keyring, b"another", there), there)
    with pytest.raises(WrongBinding):
        keyring.agree(old, HERE, sealed(keyring), there)


def test_keys_that_linger_in_the_log_are_not_called_destroyed(tmp_path: Path) -> None:
    """A reader holds the log open: the key is unusable at once, but its end is said only when its bytes are gone."""
    ring = DevelopmentKeyring(tmp_path / "keys.sqlite3", busy_ms=50)
    made = sealed(ring)
    reader = sqlite3.connect(tmp_path / "keys.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM item_key").fetchall()
    with pytest.raises(KeysLinger, match="held open by a reader"):
        ring.destroy([made.kid])
    assert ring.state(made.kid) is KeyState.DESTROYED
    reader.execute("COMMIT")
    reader.close()
    ring.destroy([made.kid])
    assert (tmp_path / "keys.sqlite3-wal").stat().st_size == 0
    ring.close()


def test_the_running_keyring_is_the_one_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_running", sealing._Running())
    with pytest.raises(Refused, match="no keyring is running"):
        sealing.current()
    sealing.use(lambda: open_keyring(tmp_path / "keys.sqlite3"))
    assert sealing.current() is sealing.current()
    assert sealing.current().name == "development keyring"


def test_a_keyring_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite3").write_bytes(b"not a database " * 100)
    with pytest.raises(KeyringUnavailable, match="cannot be used"):
        open_keyring(tmp_path / "keys.sqlite3")
    with pytest.raises(KeyringUnavailable, match="cannot be opened: Is a directory"):
        open_keyring(tmp_path)


# --- the file goes away -------------------------------------------------------------------------------------------


def test_a_keyring_file_that_is_gone_makes_no_key_that_would_be_lost(
    keyring: DevelopmentKeyring, tmp_path: Path
) -> None:
    """SQLite writes on into a file that has no name any more, and all of it is lost at the end of the process."""
    made, file = sealed(keyring), tmp_path / "keys.sqlite3"
    away = file.rename(tmp_path / "away")
    with pytest.raises(KeyringUnavailable, match="removed or replaced while it was open"):
        sealed(keyring)
    with pytest.raises(KeyringUnavailable):
        keyring.destroy([made.kid])
    assert not file.exists()
    shutil.copyfile(away, file)  # another file of the same name: the log of the first one does not belong to it
    with pytest.raises(KeyringUnavailable):
        keyring.state(made.kid)
    file.unlink()
    away.rename(file)
    assert keyring.open_sealed(HERE, made) == WORDS
