"""Tink itself, as the oracle of the streams we seal and open by ourselves."""

import io
from functools import cache

from tink import TinkError, proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

SEGMENT_BYTES = 65_536

__all__ = ["TinkError", "open_by_tink", "seal_by_tink"]


def seal_by_tink(key: bytes, words: bytes, aad: bytes) -> bytes:
    kept = _Kept()
    with _cipher(key).new_encrypting_stream(kept, aad) as stream:
        stream.write(words)
    return kept.given


def open_by_tink(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext; raises TinkError."""
    with _cipher(key).new_decrypting_stream(io.BytesIO(sealed), aad) as stream:
        return bytes(stream.read())


class _Kept(io.BytesIO):
    """What Tink wrote, also after it closed what it wrote to."""

    given = b""

    def close(self) -> None:
        self.given = self.given or self.getvalue()
        super().close()


@cache
def _cipher(key: bytes) -> streaming_aead.StreamingAead:
    streaming_aead.register()
    params = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=SEGMENT_BYTES, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
    )
    words = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(key_value=key, params=params)
    data = tink_pb2.KeyData(
        type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
        value=words.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    entry = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[entry]).SerializeToString()
    handle = proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)
