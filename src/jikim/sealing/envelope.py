"""The bytes of a sealed value: header, nonce, ciphertext, tag. The header and the place are authenticated with it.

The development format: b"JKD0", the kid (64 bits), then what `primitives.seal` returns. No format is promised yet.
"""

from jikim.sealing.errors import WrongBinding
from jikim.sealing.keyring import Binding, Sealed
from jikim.sealing.primitives import DoesNotOpen, Framed, Key, length_prefixed, open_sealed, seal

MAGIC = b"JKD0"
HEADER_BYTES = len(MAGIC) + 8
DOMAIN = b"jikim/envelope/0"


def make(key: Key, kid: int, binding: Binding, plaintext: bytes) -> Sealed:
    """Seal a value into the envelope of one key and one place."""
    header = _header(kid)
    return Sealed(kid, header + seal(key, plaintext, associated_data(header, binding)))


def read(key: Key, binding: Binding, sealed: Sealed) -> bytes:
    """Return the value of an envelope; raises WrongBinding when it is another's, cut short or altered."""
    header, body = sealed.envelope[:HEADER_BYTES], sealed.envelope[HEADER_BYTES:]
    if header != _header(sealed.kid):
        raise _wrong(binding, sealed.kid)
    try:
        return open_sealed(key, body, associated_data(header, binding))
    except DoesNotOpen:
        raise _wrong(binding, sealed.kid) from None


def associated_data(header: bytes, binding: Binding) -> Framed:
    """Name the one place: domain, header, store, record, value, item, facet; each with its length before it."""
    return length_prefixed(
        DOMAIN,
        header,
        binding.store.encode(),
        binding.record_id.bytes,
        binding.value_id.bytes,
        binding.item.encode(),
        binding.facet.encode(),
    )


def _header(kid: int) -> bytes:
    return MAGIC + kid.to_bytes(8, "big")


def _wrong(binding: Binding, kid: int) -> WrongBinding:
    return WrongBinding(
        f"the envelope under key {kid} does not belong to {binding.store} value {binding.value_id}, or was altered",
        hint="nothing was opened; compare this row with a backup, and treat the difference as an incident",
    )
