"""The only module that touches a cipher: AES-256-GCM under keys that cannot be shown, copied or compared.

Each key seals once under a fresh random 96-bit nonce (NIST SP 800-38D allows 2^32 such seals; we make one).
"""

import hashlib
import os
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
BLOCK_BYTES = 64  # plaintexts are padded to multiples of this, so that a length tells little


class DoesNotOpen(Exception):
    """The tag does not fit: another key, other associated data, or altered bytes. Never reaches a person."""


class Key:
    """256 random bits that no repr, pickle, copy or comparison gives away."""

    __slots__ = ("_secret",)
    __hash__ = None  # type: ignore[assignment]  # the way Python says unhashable; typeshed calls it a method

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret = secret

    @classmethod
    def fresh(cls) -> "Key":
        return cls(os.urandom(KEY_BYTES))

    def reveal(self) -> bytes:
        """Return the bytes, for the keyring's own file and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("keys are never compared")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("keys are never copied or pickled")


def seal(key: Key, plaintext: bytes, aad: bytes) -> bytes:
    """Return nonce, ciphertext and tag; the plaintext is padded first."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.reveal()).encrypt(nonce, pad(plaintext), aad)


def open_sealed(key: Key, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext; raises DoesNotOpen, and then nothing of it was seen."""
    if len(sealed) < NONCE_BYTES + BLOCK_BYTES + TAG_BYTES:
        raise DoesNotOpen
    try:
        return unpad(AESGCM(key.reveal()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad))
    except InvalidTag:
        raise DoesNotOpen from None


def pad(plaintext: bytes) -> bytes:
    """ISO/IEC 7816-4: one 0x80, then zeros up to the next multiple of BLOCK_BYTES."""
    return plaintext + b"\x80" + bytes(-(len(plaintext) + 1) % BLOCK_BYTES)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; raises DoesNotOpen for anything `pad` could not have made."""
    plaintext = padded.rstrip(b"\x00")[:-1]
    if pad(plaintext) != padded:
        raise DoesNotOpen
    return plaintext


def length_prefixed(*parts: bytes) -> bytes:
    """Join parts so that no two different lists give the same bytes: each is preceded by its length, 32 bits."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
