"""Public keys of passkeys as authenticators write them: a COSE key (RFC 9052, 9053) in strict CBOR (RFC 8949).

Only what a passkey's key consists of is read: one map of small whole numbers to small whole numbers and byte strings,
spelled in the one shortest way, and nothing after it. Everything else is refused.
"""

from collections.abc import Mapping

from jikim.sealing.errors import UnknownFormat
from jikim.sealing.primitives import BadSignature, PublicKey, verify, verify_p256, verify_rsa

KTY, ALG, CURVE, X, Y = 1, 3, -1, -2, -3
N, E = -1, -2  # of an RSA key
MOST_BYTES = 1024
EXPONENT = b"\x01\x00\x01"
ES256 = {KTY: 2, ALG: -7, CURVE: 1}
EDDSA = {KTY: 1, ALG: -8, CURVE: 6}
RS256 = {KTY: 3, ALG: -257}

Cose = Mapping[int, int | bytes]


def read_key(data: bytes) -> Cose:
    """Return the parts of a key for ES256, EdDSA or RS256; raises UnknownFormat for everything else."""
    if len(data) > MOST_BYTES:
        raise _unknown()
    reader = _Reader(data)
    key = {reader.number(): reader.part() for _ in range(reader.entries())}
    if reader.left or len(key) != reader.pairs or not _is_known(key):
        raise _unknown()
    return key


def verify_with(data: bytes, signature: bytes, message: bytes) -> None:
    """Return when a signature is the key's over the message; raises BadSignature, UnknownFormat."""
    key = read_key(data)
    parts = {label: part for label, part in key.items() if isinstance(part, bytes)}
    if key[KTY] == ES256[KTY]:
        verify_p256(parts[X], parts[Y], signature, message)
    elif key[KTY] == EDDSA[KTY]:
        verify(PublicKey(parts[X]), signature, message)
    else:
        verify_rsa(parts[N], EXPONENT, signature, message)


def _is_known(key: Cose) -> bool:
    return (
        _has(key, ES256, {X: (32, 32), Y: (32, 32)})
        or _has(key, EDDSA, {X: (32, 32)})
        or (_has(key, RS256, {N: (256, 512), E: (3, 3)}) and key[E] == EXPONENT)
    )


def _has(key: Cose, numbers: Mapping[int, int], strings: Mapping[int, tuple[int, int]]) -> bool:
    """Say whether a key has exactly these numbers, and byte strings of these lengths."""
    if key.keys() != numbers.keys() | strings.keys() or any(key[label] != one for label, one in numbers.items()):
        return False
    return all(isinstance(part := key[label], bytes) and low <= len(part) <= high
               for label, (low, high) in strings.items())  # fmt: skip


class _Reader:
    """Reads forward, and only what a key is made of."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self.pairs = data, 0, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def entries(self) -> int:
        major, self.pairs = self._head()
        if major != 5:
            raise _unknown()
        return self.pairs

    def number(self) -> int:
        major, value = self._head()
        if major > 1:
            raise _unknown()
        return -1 - value if major else value

    def part(self) -> int | bytes:
        if self.left and self._data[self._at] >> 5 == 2:
            _major, length = self._head()
            return self._take(length)
        return self.number()

    def _head(self) -> tuple[int, int]:
        """Read a major type and its argument, which stands in the fewest bytes that hold it."""
        (first,) = self._take(1)
        short = first & 31
        if short < 24:
            return first >> 5, short
        if short not in {24, 25}:
            raise _unknown()
        value = int.from_bytes(self._take(1 << (short - 24)), "big")
        if value < (24 if short == 24 else 256):
            raise _unknown()
        return first >> 5, value

    def _take(self, length: int) -> bytes:
        if length > self.left:
            raise _unknown()
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken


def _unknown() -> UnknownFormat:
    return UnknownFormat(
        "the passkey's key is not one for ES256, EdDSA or RS256 as passkeys write it",
        hint="set up another passkey, on another device",
    )


__all__ = ["BadSignature", "Cose", "read_key", "verify_with"]
