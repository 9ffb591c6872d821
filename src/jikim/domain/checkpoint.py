"""The journal's public words: signed checkpoints and proofs, as text that other logs' tools read too.

Formats: C2SP signed-note, tlog-checkpoint, tlog-proof (v1) and tlog-cosignature (v1, Ed25519). Only text is made and
read here; a signature means nothing until `sealing.journal` or a verifier has checked it under a key it already trusts.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from jikim.domain.errors import Refused
from jikim.domain.merkle import HASH_BYTES, Path

BY_LOG = 1  # signature types of the signed-note format
BY_WITNESS = 4
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
DEMO = "DEMO"
NOTE_CHARS = 65_536
MOST_SIGNATURES = 16
LONGEST_PATH = 64

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_NAME = re.compile(r"[^\s+]+")


class NotACheckpoint(Refused):
    """The text is no note, checkpoint, key or proof in the format we know; nothing of it was believed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large the journal was and its root then. root: 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the words a signature is over."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name, a signature type and an Ed25519 public key: `name+id+key`, as the signed-note format writes it."""

    name: str
    kind: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.kind]) + self.raw)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note. key_id: 4 bytes; signature: for a witness, 8 bytes of time and then the signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def by(self, key: VerifierKey) -> tuple[Signature, ...]:
        """Return the signatures that claim to be this key's; nothing has vouched for them yet."""
        return tuple(one for one in self.signatures if (one.name, one.key_id) == (key.name, key.key_id))


@dataclass(frozen=True, slots=True)
class Proof:
    """A leaf's index, its way to the root, and the signed checkpoint that has the root."""

    index: int
    path: Path
    note: str

    def __str__(self) -> str:
        steps = "".join(f"{encode(step)}\n" for step in self.path)
        return f"{PROOF_HEADER}\nindex {self.index}\n{steps}\n{self.note}"


def origin_of(domain: str, *, demo: bool) -> str:
    """Name a company's journal; that of a demo home says so first, and its evidence counts for nothing."""
    name = f"{domain}/jikim-journal"
    return f"{DEMO}/{name}" if demo else name


def read_checkpoint(text: str) -> Checkpoint:
    """Read the words of a checkpoint; extra lines, which nobody could audit, are refused."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not _NAME.fullmatch(lines[0]):
        raise _unread("a checkpoint")
    return Checkpoint(lines[0], _number(lines[1], "a checkpoint"), _hash(lines[2], "a checkpoint"))


def read_note(words: str) -> Note:
    """Read a note: its text, a blank line, and one to MOST_SIGNATURES signatures."""
    text, gap, signed = words.rpartition("\n\n")
    lines = signed.split("\n")
    has_controls = any(char < " " and char != "\n" for char in words)
    if not gap or lines.pop() or not 1 <= len(lines) <= MOST_SIGNATURES or has_controls or len(words) > NOTE_CHARS:
        raise _unread("a signed note")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def read_key(words: str) -> VerifierKey:
    """Read a verifier key; its id must be that of its name and key."""
    name, *rest = words.split("+", 2)
    if len(rest) != 2 or not _NAME.fullmatch(name):
        raise _unread("a verifier key")
    raw = decode(rest[1], "a verifier key")
    key = VerifierKey(name, raw[0] if raw else 0, raw[1:])
    if len(key.raw) != HASH_BYTES or key.kind not in (BY_LOG, BY_WITNESS) or str(key) != words:
        raise _unread("a verifier key")
    return key


def read_proof(words: str) -> Proof:
    """Read a tlog-proof without extra data, which nothing would authenticate."""
    head, gap, note = words.partition("\n\n")
    header, *lines = head.split("\n")
    if not gap or header != PROOF_HEADER or not lines or not lines[0].startswith("index "):
        raise _unread("a proof")
    if len(lines) > LONGEST_PATH + 1:
        raise _unread("a proof")
    path = tuple(_hash(line, "a proof") for line in lines[1:])
    return Proof(_number(lines[0].removeprefix("index "), "a proof"), path, note)


def cosigned(text: str, at: int) -> bytes:
    """Return what a witness signs over a checkpoint's text. at: seconds since 1970."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decode(words: str, of: str) -> bytes:
    """Decode base64 that is written the one way it can be; raises NotACheckpoint."""
    try:
        data = base64.b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        raise _unread(of) from None
    if encode(data) != words:
        raise _unread(of)
    return data


def _signature(line: str) -> Signature:
    dash, *rest = line.split(" ")
    if dash != "—" or len(rest) != 2 or not _NAME.fullmatch(rest[0]):
        raise _unread("a signature line")
    raw = decode(rest[1], "a signature line")
    if len(raw) < 5:
        raise _unread("a signature line")
    return Signature(rest[0], raw[:4], raw[4:])


def _number(words: str, of: str) -> int:
    if not _NUMBER.fullmatch(words):
        raise _unread(of)
    return int(words)


def _hash(words: str, of: str) -> bytes:
    data = decode(words, of)
    if len(data) != HASH_BYTES:
        raise _unread(of)
    return data


def _unread(of: str) -> NotACheckpoint:
    return NotACheckpoint(f"this text is not {of}", hint="take it again from where it was published, unchanged")
