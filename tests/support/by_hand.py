"""The formats once more, from docs/formats.md, with nothing of Jikim's: known answers are made with it."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def framed(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def padded(words: bytes) -> bytes:
    words += b"\x80"
    while len(words) % 64:
        words += b"\x00"
    return words


def gcm(key: bytes, nonce: bytes, words: bytes, aad: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, words, aad)


def node(key: bytes, nonce: bytes, number: int, birth: int, children: dict[int, bytes]) -> bytes:
    words = b"".join(bytes([slot]) + children[slot] for slot in sorted(children))
    return b"\x01" + gcm(
        key, nonce, words, framed(b"jikim/node/1", b"\x01", *(struct.pack(">Q", n) for n in (number, birth)))
    )


def envelope(key: bytes, nonce: bytes, kid: int, version: int, place: tuple[bytes, ...], words: bytes) -> bytes:
    header = b"JK1\x01" + struct.pack(">QI", kid, version)
    return header + gcm(key, nonce, padded(words), framed(b"jikim/env/1", header, *place))


def slot(epoch: int, share: bytes) -> bytes:
    body = b"JKROOT01" + struct.pack(">Q", epoch) + share
    return body + hashlib.sha256(body).digest() + bytes(4096 - 80)


def leaf_key(secret: bytes, role: bytes) -> bytes:
    return hmac.digest(secret, framed(b"jikim/leaf/1", role), "sha256")


def leaf_mac(secret: bytes, database: bytes, role: bytes, nonce: bytes, entry: bytes) -> bytes:
    return hmac.digest(leaf_key(secret, role), framed(b"jikim/leaf/1", database, role, nonce, entry), "sha256")


def hkdf(material: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block of output, from HMAC alone."""
    return hmac.digest(hmac.digest(salt, material, "sha256"), info + b"\x01", "sha256")


def stream(key: bytes, salt: bytes, prefix: bytes, aad: bytes, words: bytes) -> bytes:
    """Tink's AES256-GCM-HKDF-STREAMING, from its published description."""
    derived, first, rest = hkdf(key, salt, aad), 65_536 - 40 - 16, 65_536 - 16
    pieces = [words[:first], *(words[at : at + rest] for at in range(first, len(words), rest))]
    sealed = b"".join(
        AESGCM(derived).encrypt(prefix + struct.pack(">I?", number, number == len(pieces) - 1), piece, None)
        for number, piece in enumerate(pieces)
    )
    return bytes([40]) + salt + prefix + sealed
