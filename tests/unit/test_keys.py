"""A key gives nothing away, has one use, and is gone from memory when it is wiped."""

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from jikim.sealing import primitives
from jikim.sealing.keys import FileKey, Key, KeyWiped, MacKey, PublicKey, Secret, Share, SigningKey
from jikim.sealing.primitives import Segments, length_prefixed
from jikim.sealing.streams import SealingStream, open_stream

KINDS: tuple[type[Secret], ...] = (Key, Share, MacKey, FileKey, SigningKey)
AAD = length_prefixed(b"test")

# Every function that takes a secret, called with whatever secret a test gives it.
USES: dict[str, tuple[type[Secret], Callable[[Any], object]]] = {
    "encrypt": (Key, lambda key: primitives.encrypt(key, b"words", AAD)),
    "decrypt": (Key, lambda key: primitives.decrypt(key, bytes(28), AAD)),
    "seal": (Key, lambda key: primitives.seal(key, b"words", AAD)),
    "open_sealed": (Key, lambda key: primitives.open_sealed(key, bytes(92), AAD)),
    "commit": (Key, lambda key: primitives.commit(b"domain", key)),
    "derive": (Share, lambda key: primitives.derive([key], salt=b"", info=b"")),
    "mac": (MacKey, lambda key: primitives.mac(key, b"words")),
    "same_mac": (MacKey, lambda key: primitives.same_mac(key, b"words", bytes(32))),
    "sign": (SigningKey, lambda key: primitives.sign(key, b"words")),
    "public_key": (SigningKey, primitives.public_key),
    "SealingStream": (FileKey, lambda key: SealingStream(key, AAD)),
    "open_stream": (FileKey, lambda key: list(open_stream(key, io.BytesIO(), AAD))),
    "Segments": (FileKey, lambda key: Segments(key, bytes([40]) + bytes(39), AAD)),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_key_serves_its_own_use_and_no_other(use: str, kind: type[Secret]) -> None:
    wanted, call = USES[use]
    if kind is wanted:
        try:
            call(kind.fresh())
        except primitives.DoesNotOpen:
            assert use in {"decrypt", "open_sealed", "open_stream"}
        return
    with pytest.raises(TypeError, match=f"takes a {wanted.__name__}, not a {kind.__name__}"):
        call(kind.fresh())


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("plain", [b"k" * 32, "k" * 32, None, bytearray(32)], ids=["bytes", "text", "nothing", "array"])
def test_plain_bytes_are_no_key(use: str, plain: object) -> None:
    with pytest.raises(TypeError, match="not a"):
        USES[use][1](plain)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_a_kind_is_refused_too(kind: type[Secret]) -> None:
    heir: type[Secret] = type("Heir", (kind,), {"__slots__": ()})
    for _, call in USES.values():
        with pytest.raises(TypeError, match="not a Heir"):
            call(heir.fresh())


def test_a_verifier_takes_public_keys_only() -> None:
    key = SigningKey.fresh()
    for wrong in (key, primitives.public_key(key).raw):
        with pytest.raises(TypeError, match="a PublicKey verifies"):
            primitives.verify(wrong, bytes(64), b"words")  # type: ignore[arg-type]  # the misuse under test
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        PublicKey(bytes(31))


def test_a_secret_without_a_use_is_not_made() -> None:
    with pytest.raises(TypeError, match="one of its kinds"):
        Secret(b"k" * 32)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_has_32_bytes(kind: type[Secret], length: int) -> None:
    with pytest.raises(ValueError, match=f"32 bytes, not {length}"):
        kind(bytes(length))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "give_away", [pickle.dumps, copy.copy, copy.deepcopy, hash, lambda key: key == Key.fresh(), vars]
)
def test_no_kind_is_copied_hashed_compared_or_listed(kind: type[Secret], give_away: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        give_away(kind.fresh())


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_shows_its_bytes(kind: type[Secret]) -> None:
    key = kind(b"SECRETSECRETSECRETSECRETSECRETSE")
    assert f"{key} {key!r} {[key]} {key!s:>4}".count(f"{kind.__name__}(hidden)") == 4


@pytest.mark.parametrize("kind", KINDS)
def test_no_refusal_shows_the_bytes(kind: type[Secret]) -> None:
    for wanted, call in USES.values():
        if wanted is not kind:
            with pytest.raises(TypeError) as refusal:
                call(kind(b"SECRETSECRETSECRETSECRETSECRETSE"))
            assert "SECRET" not in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
def test_fresh_keys_differ(kind: type[Secret]) -> None:
    assert len({kind.fresh().reveal() for _ in range(100)}) == 100


@pytest.mark.parametrize("how", ["wipe", "with", "forget", "take"])
def test_the_bytes_of_a_wiped_key_are_overwritten_where_they_lay(how: str) -> None:
    overwritten: list[bytes] = []

    class Watched(bytearray):
        """Tells what it holds each time it is overwritten."""

        def __setitem__(self, where: Any, words: Any) -> None:
            super().__setitem__(where, words)
            overwritten.append(bytes(self))

    key = Key(b"k" * 32)
    key._secret = Watched(b"k" * 32)
    if how == "wipe":
        key.wipe()
    elif how == "with":
        with key:
            assert not overwritten
    elif how == "take":
        assert MacKey.taken_from(key).reveal() == b"k" * 32
    else:
        del key
    assert overwritten == [bytes(31)]  # the 32nd was taken off before


def test_a_wiped_key_is_refused_everywhere_and_can_be_wiped_again() -> None:
    for kind, call in USES.values():
        key = kind.fresh()
        key.wipe()
        key.wipe()
        with pytest.raises(KeyWiped, match=f"this {kind.__name__} was wiped"):
            call(key)


def test_a_key_that_is_lent_is_not_wiped_under_its_borrower() -> None:
    key = Key(b"k" * 32)
    lent = key.lend()
    with pytest.raises(BufferError):
        key.wipe()
    assert bytes(lent) == b"k" * 32
    with pytest.raises(TypeError):
        lent[0] = 0
    del key
    assert bytes(lent) == b"k" * 32


def test_what_a_key_was_made_of_may_be_wiped_without_harm() -> None:
    source = bytearray(b"k" * 32)
    key = Key(source)
    source[:] = bytes(32)
    assert key.reveal() == b"k" * 32


def test_a_plain_opened_by_decrypt_can_be_wiped() -> None:
    key = Key.fresh()
    words = primitives.decrypt(key, primitives.encrypt(key, b"words", AAD), AAD)
    words[:] = bytes(5)
    assert isinstance(words, bytearray)
    assert words == bytes(5)


def test_an_error_while_a_key_is_lent_is_not_hidden() -> None:
    def fail() -> None:
        with Key.fresh() as key:
            assert key.lend().nbytes == 32
            held = key.lend()
            raise ValueError(f"{held.nbytes} bytes lent")

    with pytest.raises(ValueError, match="32 bytes lent"):
        fail()
    with pytest.raises(BufferError), Key.fresh() as other:
        kept = other.lend()
    assert kept.nbytes == 32
