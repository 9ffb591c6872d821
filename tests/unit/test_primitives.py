"""The cipher is the published one, padding is exact, and a key gives nothing away."""

import copy
import os
import pickle
from collections.abc import Callable

import pytest

from jikim.sealing import primitives
from jikim.sealing.primitives import DoesNotOpen, Framed, Key


def test_the_cipher_is_aes_256_gcm_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """McGrew and Viega, GCM specification, test case 16 (256-bit key, associated data): our call, their numbers."""
    key = Key(bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2))
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plaintext = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    monkeypatch.setattr(os, "urandom", lambda size: nonce[:size])
    monkeypatch.setattr(primitives, "pad", lambda words: words)
    assert primitives.seal(key, plaintext, Framed(aad)).hex() == (
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


@pytest.mark.parametrize(
    ("length", "padded_length"),
    [(0, 64), (1, 64), (63, 64), (64, 128), (65, 128), (127, 128), (10_485_760, 10_485_824)],
)
def test_padding_hides_the_length_within_a_block_and_comes_off_again(length: int, padded_length: int) -> None:
    words = b"\x80" * length
    assert len(primitives.pad(words)) == padded_length
    assert primitives.unpad(primitives.pad(words)) == words


@pytest.mark.parametrize(
    "padded",
    [b"", bytes(64), b"a" * 64, b"\x80" + bytes(64), b"a\x80" + bytes(61), b"a\x80" + bytes(126)],
    ids=["nothing", "no mark", "no padding", "too long", "not a block", "a block too many"],
)
def test_padding_that_was_never_made_does_not_come_off(padded: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        primitives.unpad(padded)


def test_length_prefixes_keep_parts_apart() -> None:
    assert primitives.length_prefixed(b"ab", b"", b"c") == bytes.fromhex("00000002 6162 00000000 00000001 63")
    assert primitives.length_prefixed(b"ab", b"c") != primitives.length_prefixed(b"a", b"bc")


def test_every_seal_takes_a_new_nonce() -> None:
    key = Key.fresh()
    assert len({primitives.seal(key, b"the same", Framed(b""))[: primitives.NONCE_BYTES] for _ in range(200)}) == 200


@pytest.mark.parametrize("give_away", [pickle.dumps, copy.copy, copy.deepcopy, hash, lambda key: key == Key.fresh()])
def test_a_key_is_never_copied_hashed_or_compared(give_away: Callable[[Key], object]) -> None:
    with pytest.raises(TypeError):
        give_away(Key.fresh())


def test_a_key_never_shows() -> None:
    key = Key(b"k" * 32)
    assert f"{key} {key!r} {[key]}" == "Key(hidden) Key(hidden) [Key(hidden)]"
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        Key(b"k" * 31)
