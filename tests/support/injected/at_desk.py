"""What code in the desk's process tries, to have a large destruction approved by nobody. The key daemon knows its role.

`do=enroll` and `do=ask` are what an honest desk does, for a person whose device the test is.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jikim import environment, sealing
from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.domain.passkey import Purpose
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.webauthn import Assertion, passkey_id

PLAN, OTHER = "0f" * 32, "1e" * 32
DONE = "done"
NOBODYS = Destruction(uuid4(), DestroyReason.RETENTION_EXPIRED, "ab" * 32, {1: bytes(32)})
OKP = bytes.fromhex("a4010103272006215820")  # the head of a COSE key: kty OKP, alg EdDSA, crv Ed25519, x of 32 bytes


def answer(query: str) -> object:
    """Do what a query says; returns what JSON can say."""
    asked = dict(parse_qsl(query))
    keyring = sealing.current()
    if asked["do"] == "enroll":
        return keyring.enroll_passkey(uuid4(), bytes.fromhex(asked["attested"])).id.hex
    if asked["do"] == "ask":
        return keyring.ask_passkey(Purpose.APPROVE, PLAN).hex()
    stolen = Assertion(*(bytes.fromhex(part) for part in asked["answer"].split(".")))
    outcomes = {name: _outcome(attack) for name, attack in _attacks(stolen).items()}
    return {**outcomes, "yeses": [len(keyring.approvals(plan)) for plan in (PLAN, OTHER)]}


def _attacks(stolen: Assertion) -> dict[str, Callable[[], object]]:
    """stolen: a person's answer about PLAN, which went through this process."""
    keyring, mine = sealing.current(), _Own()
    return {
        "approve without a passkey": lambda: keyring.approve(OTHER, Assertion(b"", b"", b"", b"")),
        "approve by a new passkey of one's own": lambda: keyring.approve(OTHER, mine.says(Purpose.APPROVE, OTHER)),
        "vouch for it by itself": lambda: keyring.vouch(mine.id, mine.says(Purpose.VOUCH, mine.id.hex)),
        "replay a person's answer for another plan": lambda: keyring.approve(OTHER, stolen),
        "replay it to vouch for one's own": lambda: keyring.vouch(mine.id, stolen),
        "put the person's name to one's own answer": lambda: keyring.approve(OTHER, mine.as_if(stolen.credential)),
        "destroy as the worker": lambda: Client(vars(keyring)["_channel"], Role.WORKER).destroy([NOBODYS]),
        "tell the journal of a yes": lambda: keyring.teller("approve"),
        "let the person's answer be theirs": lambda: keyring.approve(PLAN, stolen),  # the control: it was a good one
    }


def _outcome(attack: Callable[[], object]) -> str:
    try:
        attack()
    except Exception as error:  # noqa: BLE001 - whatever stopped it is what we want to know
        return type(error).__name__
    return DONE


class _Own:
    """A passkey that the attacker made, and had enrolled for an account that the attacker made up."""

    def __init__(self) -> None:
        self._key, self._credential = Ed25519PrivateKey.generate(), uuid4().bytes
        public = OKP + self._key.public_key().public_bytes_raw()
        length = len(self._credential).to_bytes(2, "big")
        self.id: UUID = passkey_id(self._credential)
        sealing.current().enroll_passkey(uuid4(), bytes(16) + length + self._credential + public)

    def says(self, purpose: Purpose, about: str) -> Assertion:
        return self._signed(sealing.current().ask_passkey(purpose, about), self._credential)

    def as_if(self, credential: bytes) -> Assertion:
        return self._signed(sealing.current().ask_passkey(Purpose.APPROVE, OTHER), credential)

    def _signed(self, challenge: bytes, credential: bytes) -> Assertion:
        asked = urlsafe_b64encode(challenge).rstrip(b"=").decode()
        told = {"type": "webauthn.get", "challenge": asked, "origin": environment.passkey_origin()}
        client = json.dumps(told).encode()
        device = sha256(b"localhost").digest() + b"\x05" + bytes(4)
        return Assertion(credential, device, client, self._key.sign(device + sha256(client).digest()))
