"""What a passkey says of a question (W3C WebAuthn Level 2, 7.2), checked without any framework.

The answer must be to our own question, given at our own desk, by a person who was there and proved to the device to be
its owner, and signed by the key that was enrolled.
"""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from jikim.domain.passkey import AssertionRefused
from jikim.sealing import cose
from jikim.sealing.errors import UnknownFormat
from jikim.sealing.primitives import BadSignature

AAGUID_BYTES, LENGTH_BYTES = 16, 2
HEAD_BYTES = 32 + 1 + 4  # hash of the place, flags, counter
PRESENT, VERIFIED, ATTESTED, EXTENDED = 0x01, 0x04, 0x40, 0x80
MOST_BYTES = 4096  # of any part of an answer
MOST_CREDENTIAL_BYTES = 1023


@dataclass(frozen=True, slots=True)
class Assertion:
    """A passkey's answer, as the browser handed it on."""

    credential: bytes
    authenticator_data: bytes = field(repr=False)
    client_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey as it was registered. key: a COSE key."""

    id: bytes
    key: bytes = field(repr=False)


def passkey_id(credential: bytes) -> UUID:
    """Return the number by which a passkey is known here; its own id may be a thousand bytes long."""
    return UUID(bytes=sha256(credential).digest()[:16])


def read_credential(attested: bytes) -> Credential:
    """Read the credential that an authenticator attested; raises UnknownFormat for anything but that."""
    start = AAGUID_BYTES + LENGTH_BYTES
    length = int.from_bytes(attested[AAGUID_BYTES:start], "big")
    if not 0 < length <= MOST_CREDENTIAL_BYTES or len(attested) <= start + length:
        raise UnknownFormat("this is no passkey as browsers register it", hint="set the passkey up anew")
    found = Credential(attested[start : start + length], attested[start + length :])
    cose.read_key(found.key)
    return found


def check(answer: Assertion, key: bytes, *, challenge: bytes, origin: str, counter: int) -> int:
    """Return the passkey's new counter when the answer is good.

    key:     the COSE key that was enrolled
    origin:  where the desk stands, such as https://desk.example.com
    counter: of the last answer; a device that counts never goes back
    raises:  AssertionRefused
    """
    if max(map(len, (answer.authenticator_data, answer.client_data, answer.signature))) > MOST_BYTES:
        _refuse("is longer than any passkey's")
    _check_client(answer.client_data, challenge, origin)
    counted = _check_authenticator(answer.authenticator_data, origin)
    try:
        cose.verify_with(key, answer.signature, answer.authenticator_data + sha256(answer.client_data).digest())
    except BadSignature:
        _refuse("is not signed by the passkey that was enrolled")
    if (counted or counter) and counted <= counter:
        _refuse("comes from a passkey whose count went back: there may be a copy of it")
    return counted


def challenge_of(client_data: bytes) -> bytes:
    """Return the question that an answer says it is to, which nothing has vouched for yet; raises AssertionRefused."""
    word = _read(client_data).get("challenge")
    try:
        return base64.b64decode(str(word) + "=" * (-len(str(word)) % 4), altchars=b"-_", validate=True)
    except ValueError:
        _refuse("names no question")


def _check_client(client_data: bytes, challenge: bytes, origin: str) -> None:
    told = _read(client_data)
    if told.get("type") != "webauthn.get":
        _refuse("is to another kind of question")
    if not compare_digest(challenge_of(client_data), challenge):
        _refuse("is to another question")
    if told.get("origin") != origin or told.get("crossOrigin", False) is not False or "topOrigin" in told:
        _refuse(f"was not given at {origin}")


def _check_authenticator(data: bytes, origin: str) -> int:
    if len(data) < HEAD_BYTES:
        _refuse("is cut short")
    flags = data[32]
    if not compare_digest(data[:32], sha256((urlsplit(origin).hostname or "").encode()).digest()):
        _refuse("comes from a passkey of another place")
    if not flags & PRESENT or not flags & VERIFIED:
        _refuse("comes from a device that did not ask for its owner (by PIN, finger or face)")
    if flags & ATTESTED or (len(data) > HEAD_BYTES and not flags & EXTENDED):
        _refuse("holds more than an answer")
    return int.from_bytes(data[33:HEAD_BYTES], "big")


def _read(client_data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(client_data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        _refuse("cannot be read")
    return told


def _refuse(why: str) -> NoReturn:
    raise AssertionRefused(f"the passkey's answer {why}", hint="load the page again and answer with your passkey")
