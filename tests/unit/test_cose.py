"""A passkey's key is read as strictly as it is written: one spelling, known kinds, nothing beside it."""

from typing import Any

import pytest
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from jikim.sealing.cose import BadSignature, read_key, verify_with
from jikim.sealing.errors import UnknownFormat
from tests.support.passkeys import KINDS, SoftPasskey

ES256: dict[Any, Any] = {1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32}
RS256: dict[Any, Any] = {1: 3, 3: -257, -1: b"\xff" * 256, -2: b"\x01\x00\x01"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_read_as_another_reader_reads_it(kind: str) -> None:
    attested = SoftPasskey(kind).attested
    key = attested[18 + 32 :]
    assert read_key(key) == cbor.decode(key)


@pytest.mark.parametrize(
    "change",
    [
        {1: 3}, {3: -35}, {-1: 2}, {-2: b"x" * 31}, {-3: 7}, {-2: "x" * 32}, {-4: b"private"}, {2: b"id"}, {4: [2]},
        {-1: True},
    ],
)  # fmt: skip
def test_a_key_of_another_kind_or_with_more_in_it_is_refused(change: dict[Any, Any]) -> None:
    with pytest.raises(UnknownFormat):
        read_key(cbor.encode({**ES256, **change}))


@pytest.mark.parametrize("change", [{-1: b"\xff" * 255}, {-1: b"\xff" * 513}, {-2: b"\x03"}, {-2: b"\x00\x01\x01"}])
def test_an_rsa_key_that_is_short_or_of_another_exponent_is_refused(change: dict[Any, Any]) -> None:
    assert read_key(cbor.encode(RS256)) == RS256
    with pytest.raises(UnknownFormat):
        read_key(cbor.encode({**RS256, **change}))


@pytest.mark.parametrize(
    "spelled",
    [
        b"\xb8\x05",  # how many, in two bytes
        b"\xb9\x00\x05",
        b"\xbf",  # until further notice
        b"\xa6\x01\x02",  # the same label twice
        b"\xd8\x18\xa5",  # a tag before it
    ],
)
def test_another_spelling_of_the_same_is_refused(spelled: bytes) -> None:
    written = cbor.encode(ES256)
    with pytest.raises(UnknownFormat):
        read_key(spelled + written[1:])


@given(st.binary(max_size=80))
def test_whatever_the_bytes_are_it_is_a_key_or_a_refusal(data: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read_key(data)


@given(st.data())
def test_a_key_changed_in_any_byte_is_refused_or_verifies_nothing(data: st.DataObject) -> None:
    one = PASSKEYS[data.draw(st.sampled_from(KINDS))]
    key, message = one.attested[18 + 32 :], b"a plan"
    verify_with(key, one._signs(message), message)
    at = data.draw(st.integers(0, len(key) - 1))
    changed = key[:at] + bytes([key[at] ^ data.draw(st.integers(1, 255))]) + key[at + 1 :]
    with pytest.raises((UnknownFormat, BadSignature)):
        verify_with(changed, one._signs(message), message)


def test_a_signature_of_another_message_or_key_is_refused() -> None:
    for kind in KINDS:
        one, other = PASSKEYS[kind], SoftPasskey(kind)
        key = one.attested[18 + 32 :]
        for signature in (one._signs(b"another plan"), other._signs(b"a plan"), b"", bytes(64)):
            with pytest.raises(BadSignature):
                verify_with(key, signature, b"a plan")


PASSKEYS = {kind: SoftPasskey(kind) for kind in KINDS}
