"""The only module that touches a cipher. Each function takes its own kind of key and refuses every other.

AES-256-GCM under a fresh random 96-bit nonce: NIST SP 800-38D allows 2^32 seals of one key; a value's key makes one
and a few more where the index keeps its tag, the key of a node or of an index page at most 300. HKDF and HMAC with
SHA-256, Ed25519; attachments segment by segment in Tink's AES256-GCM-HKDF-STREAMING.
"""

import hashlib
import hmac as standard_hmac
import os
from collections.abc import Sequence
from typing import NewType

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jikim.sealing.keys import KEY_BYTES, FileKey, Key, KeyWiped, MacKey, PublicKey, Secret, Share, SigningKey

__all__ = [
    "BLOCK_BYTES",
    "DIGEST_BYTES",
    "KEY_BYTES",
    "NONCE_BYTES",
    "TAG_BYTES",
    "BadSignature",
    "DoesNotOpen",
    "FileKey",
    "Framed",
    "Key",
    "KeyWiped",
    "MacKey",
    "PublicKey",
    "Secret",
    "Segments",
    "Share",
    "SigningKey",
    "commit",
    "decrypt",
    "derive",
    "encrypt",
    "length_prefixed",
    "mac",
    "open_sealed",
    "pad",
    "public_key",
    "same_mac",
    "seal",
    "sha256",
    "sign",
    "unpad",
    "verify",
    "verify_p256",
    "verify_rsa",
]

NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 32
SIGNATURE_BYTES = 64
SEGMENT_BYTES = 65_536  # of a sealed stream, tag included; the first one includes the header too
STREAM_HEADER_BYTES = 1 + KEY_BYTES + 7
BLOCK_BYTES = 64  # plaintexts are padded to multiples of this, so that a length tells little

Framed = NewType("Framed", bytes)  # bytes that `length_prefixed` made; ciphers take nothing else as associated data


class DoesNotOpen(Exception):
    """The tag does not fit: another key, other associated data, or altered bytes. Never reaches a person."""


class BadSignature(Exception):
    """The signature is not this key's over this message."""


# --- sealing -----------------------------------------------------------------------------------------------------


def seal(key: Key, plaintext: bytes, aad: Framed) -> bytes:
    """Return nonce, ciphertext and tag; the plaintext is padded first."""
    return encrypt(key, pad(plaintext), aad)


def open_sealed(key: Key, sealed: bytes, aad: Framed) -> bytes:
    """Return the plaintext of `seal`; raises DoesNotOpen, and then nothing of it was seen."""
    return unpad(bytes(decrypt(key, sealed, aad)))


def encrypt(key: Key, plaintext: bytes | bytearray, aad: Framed) -> bytes:
    """Return nonce, ciphertext and tag; the length shows."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_bytes(key, Key)).encrypt(nonce, plaintext, aad)


def decrypt(key: Key, sealed: bytes, aad: Framed) -> bytearray:
    """Return the plaintext of `encrypt` as bytes that can be wiped; raises DoesNotOpen, and nothing of it was seen."""
    cipher = AESGCM(_bytes(key, Key))
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise DoesNotOpen
    plaintext = bytearray(len(sealed) - NONCE_BYTES - TAG_BYTES)
    try:
        cipher.decrypt_into(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad, plaintext)
    except InvalidTag:
        raise DoesNotOpen from None
    return plaintext


def pad(plaintext: bytes) -> bytes:
    """ISO/IEC 7816-4: one 0x80, then zeros up to the next multiple of BLOCK_BYTES."""
    return plaintext + b"\x80" + bytes(-(len(plaintext) + 1) % BLOCK_BYTES)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; raises DoesNotOpen for anything `pad` could not have made."""
    plaintext = padded.rstrip(b"\x00")[:-1]
    if pad(plaintext) != padded:
        raise DoesNotOpen
    return plaintext


# --- deriving, authenticating, committing ------------------------------------------------------------------------


def derive(shares: Sequence[Share], *, salt: bytes, info: bytes) -> Key:
    """HKDF-SHA256 (RFC 5869) over the shares, joined in the order given: the only way a key comes from others."""
    if not shares:
        raise ValueError("a key is derived from at least one share")
    material = bytearray().join([_bytes(share, Share) for share in shares])
    key = _hkdf(material, salt, info)
    material[:] = bytes(len(material))
    return key


def _hkdf(material: bytearray | memoryview, salt: bytes, info: bytes) -> Key:
    derived = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt, info).derive_into(material, derived)
    key = Key(derived)
    derived[:] = bytes(KEY_BYTES)
    return key


def mac(key: MacKey, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104)."""
    return standard_hmac.digest(_bytes(key, MacKey), message, "sha256")


def same_mac(key: MacKey, message: bytes, claimed: bytes) -> bool:
    """Say whether `claimed` is the message's HMAC, in a time that does not tell how much of it fits."""
    return standard_hmac.compare_digest(mac(key, message), claimed)


def commit(domain: bytes, secret: Key) -> bytes:
    """SHA-256 of the domain and the key: tells the key apart from every other and nothing about it."""
    return hashlib.sha256(domain + _bytes(secret, Key)).digest()


# --- signing -----------------------------------------------------------------------------------------------------


def public_key(key: SigningKey) -> PublicKey:
    return PublicKey(_ed25519(key).public_key().public_bytes_raw())


def sign(key: SigningKey, message: bytes) -> bytes:
    """Ed25519 (RFC 8032), 64 bytes; the same message always gives the same signature."""
    return _ed25519(key).sign(message)


def verify(key: PublicKey, signature: bytes, message: bytes) -> None:
    """Return when the signature is good; raises BadSignature, so that an answer cannot be overlooked."""
    if type(key) is not PublicKey:
        raise TypeError(f"a PublicKey verifies, not a {type(key).__name__}")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignature from None


def verify_p256(x: bytes, y: bytes, signature: bytes, message: bytes) -> None:
    """Return when a passkey's ECDSA signature (P-256, SHA-256, DER) is good; raises BadSignature.

    Passkeys sign approvals, seldom: what verifies them is loaded with the first, so that the key daemon starts fast.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    try:
        numbers.public_key().verify(signature, message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):  # ValueError: no point of the curve
        raise BadSignature from None


def verify_rsa(n: bytes, e: bytes, signature: bytes, message: bytes) -> None:
    """Return when a passkey's RSA signature (PKCS #1 v1.5, SHA-256) is good; raises BadSignature."""
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    numbers = rsa.RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big"))
    try:
        numbers.public_key().verify(signature, message, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise BadSignature from None


def _ed25519(key: SigningKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_bytes(key, SigningKey))


# --- streams -----------------------------------------------------------------------------------------------------


class Segments:
    """Seals and opens the segments of one stream, each by its place, as Tink's AES256-GCM-HKDF-STREAMING has it.

    The number and the mark of the last one are in the nonce, so that no segment opens in another's place. Each place is
    sealed once: the key is drawn from a fresh salt, and belongs to this stream alone.
    """

    def __init__(self, key: FileKey, header: bytes, aad: Framed) -> None:
        """header: the stream's first STREAM_HEADER_BYTES bytes; raises DoesNotOpen for bytes that are no header."""
        secret = _bytes(key, FileKey)
        if len(header) != STREAM_HEADER_BYTES or header[0] != STREAM_HEADER_BYTES:
            raise DoesNotOpen
        self.header = header
        self._key = _hkdf(secret, header[1 : 1 + KEY_BYTES], aad)

    @classmethod
    def begin(cls, key: FileKey, aad: Framed) -> "Segments":
        """Begin a stream that nobody has sealed yet."""
        return cls(key, bytes([STREAM_HEADER_BYTES]) + os.urandom(STREAM_HEADER_BYTES - 1), aad)

    def seal(self, number: int, words: bytes | bytearray | memoryview, *, last: bool) -> bytes:
        """Return the segment that stands at `number`, its tag included; whoever calls counts, and seals each once."""
        return AESGCM(self._key.lend()).encrypt(self._nonce(number, last=last), words, None)

    def open(self, number: int, segment: bytes, *, last: bool) -> bytes:
        """Return the plaintext of the segment that stands at `number`; raises DoesNotOpen."""
        try:
            return AESGCM(self._key.lend()).decrypt(self._nonce(number, last=last), segment, None)
        except (InvalidTag, ValueError):
            raise DoesNotOpen from None

    def _nonce(self, number: int, *, last: bool) -> bytes:
        return self.header[1 + KEY_BYTES :] + number.to_bytes(4, "big") + bytes([last])


# --- bytes -------------------------------------------------------------------------------------------------------


def length_prefixed(*parts: bytes) -> Framed:
    """Join parts so that no two different lists give the same bytes: each is preceded by its length, 32 bits."""
    return Framed(b"".join(len(part).to_bytes(4, "big") + part for part in parts))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(key: Secret, kind: type[Secret]) -> memoryview:
    """Return the key's bytes for the one use its kind has; raises TypeError for any other kind, also a subclass."""
    if type(key) is not kind:
        raise TypeError(f"this takes a {kind.__name__}, not a {type(key).__name__}")
    return key.lend()
