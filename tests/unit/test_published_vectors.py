"""Our calls, the numbers of those who published the algorithms."""

import hashlib
import os
from typing import Any

import pytest

from jikim.sealing import primitives
from jikim.sealing.primitives import BadSignature, DoesNotOpen, Framed, Key, MacKey, PublicKey, SigningKey
from tests.support.vectors import cases

Case = dict[str, Any]


def of(case: Case, *names: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(case[name]) for name in names)


@pytest.mark.parametrize("case", cases("published", "hkdf-sha256"), ids=lambda case: case["name"])
def test_keys_are_derived_as_in_rfc_5869(case: Case) -> None:
    material, salt, info, output = of(case, "ikm", "salt", "info", "okm")
    assert primitives._hkdf(bytearray(material), salt, info).reveal() == output[:32]


@pytest.mark.parametrize("case", cases("published", "hmac-sha256"), ids=lambda case: case["name"])
def test_messages_are_authenticated_as_in_rfc_4231(case: Case) -> None:
    secret, message, expected = of(case, "key", "message", "mac")
    key = MacKey(secret.ljust(32, b"\x00") if len(secret) <= 64 else hashlib.sha256(secret).digest())
    assert primitives.mac(key, message)[: len(expected)] == expected
    assert primitives.same_mac(key, message, primitives.mac(key, message))
    assert not primitives.same_mac(key, message + b".", primitives.mac(key, message))


@pytest.mark.parametrize("case", cases("published", "ed25519"), ids=lambda case: case["name"])
def test_messages_are_signed_as_in_rfc_8032(case: Case) -> None:
    seed, public, message, signature = of(case, "seed", "public", "message", "signature")
    key = SigningKey(seed)
    assert primitives.public_key(key) == PublicKey(public)
    assert primitives.sign(key, message) == signature
    primitives.verify(PublicKey(public), signature, message)


@pytest.mark.parametrize("case", cases("published", "ed25519"), ids=lambda case: case["name"])
def test_a_signature_altered_in_any_byte_or_length_is_refused(case: Case) -> None:
    public, message, signature = of(case, "public", "message", "signature")
    altered = [signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :] for at in range(len(signature))]
    for bad in (*altered, b"", signature[:-1], signature + b"\x00"):
        with pytest.raises(BadSignature):
            primitives.verify(PublicKey(public), bad, message)
    with pytest.raises(BadSignature):
        primitives.verify(PublicKey(public), signature, message + b".")


@pytest.mark.parametrize("case", cases("published", "aes-256-gcm"), ids=lambda case: case["name"])
def test_values_are_sealed_as_in_the_gcm_specification(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, nonce, plaintext, aad, ciphertext, tag = of(case, "key", "nonce", "plaintext", "aad", "ciphertext", "tag")
    monkeypatch.setattr(os, "urandom", lambda size: nonce[:size])
    sealed = primitives.encrypt(Key(secret), plaintext, Framed(aad))
    assert sealed == nonce + ciphertext + tag
    assert primitives.decrypt(Key(secret), sealed, Framed(aad)) == plaintext


@pytest.mark.parametrize("case", cases("published", "aes-256-gcm"), ids=lambda case: case["name"])
def test_a_sealed_value_altered_in_any_byte_or_length_stays_shut(case: Case) -> None:
    secret, aad = of(case, "key", "aad")
    sealed = b"".join(of(case, "nonce", "ciphertext", "tag"))
    altered = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for bad in (*altered, b"", sealed[:27], sealed[:-1], sealed + b"\x00"):
        with pytest.raises(DoesNotOpen):
            primitives.decrypt(Key(secret), bad, Framed(aad))
    with pytest.raises(DoesNotOpen):
        primitives.decrypt(Key(secret), sealed, Framed(aad + b"."))
