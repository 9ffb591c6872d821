"""A passkey made of software, so that tests can answer, answer wrongly, and let two days pass.

What it writes is written by the WebAuthn library that the product's key daemon does without.
"""

import json
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_bytes
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import Aaguid, AttestedCredentialData

from jikim import clock, environment, sealing
from jikim.domain.passkey import Purpose
from jikim.sealing.keyd.house import House
from jikim.sealing.webauthn import Assertion, passkey_id

KINDS = ("ES256", "EdDSA", "RS256")
PRESENT, VERIFIED = 1, 4
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def _draw(kind: str) -> Private:
    if kind == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate() if kind == "EdDSA" else rsa.generate_private_key(65537, 2048)


@dataclass
class SoftPasskey:
    """One passkey on one device."""

    kind: str = "ES256"
    origin: str = field(default_factory=environment.passkey_origin)
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    counter: int = 0
    key: Private = field(init=False)

    def __post_init__(self) -> None:
        self.key = _draw(self.kind)

    @property
    def id(self) -> UUID:
        return passkey_id(self.credential)

    @property
    def attested(self) -> bytes:
        public: Any = CoseKey.for_name(self.kind).from_cryptography_key(self.key.public_key())
        return bytes(AttestedCredentialData.create(Aaguid.NONE, self.credential, public))

    @property
    def attestation(self) -> str:
        """What a browser hands on when this passkey is set up: attested by nobody, in letters."""
        flags = PRESENT | VERIFIED | 64
        device = sha256(b"localhost").digest() + struct.pack(">BI", flags, self.counter) + self.attested
        return letters(cbor.encode({"fmt": "none", "attStmt": {}, "authData": device}))

    def answers(
        self, challenge: bytes, *, flags: int = PRESENT | VERIFIED, place: str = "", more: bytes = b"", **told: object
    ) -> Assertion:
        """Answer a question. told: what the browser says otherwise; place: another relying party."""
        self.counter += 1
        said = {"type": "webauthn.get", "challenge": letters(challenge), "origin": self.origin, "crossOrigin": False}
        client = json.dumps({**said, **told}).encode()
        host = place or self.origin.split("//")[1].split(":")[0]
        device = sha256(host.encode()).digest() + struct.pack(">BI", flags, self.counter) + more
        return Assertion(self.credential, device, client, self._signs(device + sha256(client).digest()))

    def in_a_form(self, challenge: bytes) -> dict[str, str]:
        """Answer as the browser's script puts it into the form."""
        answer = self.answers(challenge)
        response = {
            "authenticatorData": letters(answer.authenticator_data),
            "clientDataJSON": letters(answer.client_data),
            "signature": letters(answer.signature),
        }
        return {"passkey": json.dumps({"rawId": letters(answer.credential), "response": response})}

    def _signs(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), SHA256())
        return self.key.sign(message)


def letters(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def approver(account_id: UUID) -> SoftPasskey:
    """Give an account a passkey whose two days have passed, in the house of this process."""
    one = SoftPasskey()
    sealing.current().enroll_passkey(account_id, one.attested)
    two_days_pass(house_of_this_process(), one.id)
    return one


def yes(passkey: SoftPasskey, digest: str) -> Assertion:
    """Answer the question about a plan."""
    return passkey.answers(sealing.current().ask_passkey(Purpose.APPROVE, digest))


def two_days_pass(house: House, *passkeys: UUID) -> None:
    """Let the time of waiting of passkeys be over."""
    now = (clock.wall_now() - timedelta(seconds=1)).isoformat()
    with house.store.writing():
        for one in passkeys:
            house.store.run("UPDATE passkey SET counts_from = ? WHERE id = ?", now, one.bytes)


def house_of_this_process() -> House:
    everybody: Any = sealing.current()
    found: House = everybody._desk._channel._house
    return found
