"""The journal's signature: who signs, and whether a note was signed by a key we trust."""

from dataclasses import dataclass
from functools import cached_property

from jikim.domain.checkpoint import BY_LOG, Checkpoint, Note, Signature, VerifierKey, read_checkpoint, read_note
from jikim.sealing.journal.errors import JournalAltered
from jikim.sealing.primitives import BadSignature, PublicKey, SigningKey, public_key, sign, verify


@dataclass(frozen=True)
class Signer:
    """A journal's name and key."""

    origin: str
    secret: SigningKey

    @cached_property
    def key(self) -> VerifierKey:
        """Return what a verifier must be given beforehand."""
        return VerifierKey(self.origin, BY_LOG, public_key(self.secret).raw)

    def note(self, text: str) -> str:
        """Return a text as a signed note."""
        signature = sign(self.secret, text.encode())
        return str(Note(text, (Signature(self.origin, self.key.key_id, signature),)))

    def checkpoint(self, size: int, root: bytes) -> str:
        return self.note(Checkpoint(self.origin, size, root).text)


def signed_checkpoint(words: str, key: VerifierKey) -> Checkpoint:
    """Read a checkpoint that this key has signed.

    raises: NotACheckpoint for other text, JournalAltered when the signature or the origin is not the key's
    """
    note = read_note(words)
    claims = note.by(key)
    if not claims or not all(_is_good(claim, note, key) for claim in claims):
        raise _not_signed(key)
    found = read_checkpoint(note.text)
    if found.origin != key.name:
        raise _not_signed(key)
    return found


def _is_good(claim: Signature, note: Note, key: VerifierKey) -> bool:
    try:
        verify(PublicKey(key.raw), claim.signature, note.text.encode())
    except BadSignature:
        return False
    return True


def _not_signed(key: VerifierKey) -> JournalAltered:
    return JournalAltered(
        f"a checkpoint is not signed by {key.name}+{key.key_id.hex()}",
        hint="it is another journal's, or was altered; use the key and the files that belong together",
    )
