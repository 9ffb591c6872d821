"""What stands beside the journal's database: the signing key, and a checkpoint that an older database cannot match."""

from dataclasses import dataclass
from pathlib import Path

from jikim.domain import merkle
from jikim.domain.checkpoint import NotACheckpoint, read_checkpoint, read_note
from jikim.environment.files import write_whole
from jikim.sealing.journal.errors import JournalCut, JournalKeyMissing, JournalUnavailable
from jikim.sealing.journal.signer import Signer
from jikim.sealing.primitives import KEY_BYTES, SigningKey

KEY_FILE, CHECKPOINT_FILE = "journal.key", "journal.checkpoint"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds one journal. origin: the journal's name."""

    path: Path
    origin: str

    def signer(self, *, is_empty: bool) -> Signer:
        """Return who signs; a key is made only where no journal ever was.

        is_empty: whether the database holds no entry
        raises:   JournalKeyMissing, JournalUnavailable
        """
        if (self.path / KEY_FILE).exists():
            raw = self._read(KEY_FILE)
            if len(raw) == KEY_BYTES:
                return Signer(self.origin, SigningKey(raw))
            raise JournalKeyMissing(f"{KEY_FILE} is not a key", hint="restore it from the backup of the journal's key")
        if not is_empty or self._was_begun():
            raise JournalKeyMissing(f"{KEY_FILE} is gone", hint="restore it; a new key would begin another journal")
        return self._begin()

    def checkpoint(self) -> str:
        """Return the checkpoint that was kept last; raises JournalCut when it is gone."""
        return self._read(CHECKPOINT_FILE).decode("utf-8", "replace")

    def keep_checkpoint(self, note: str) -> None:
        self._write(CHECKPOINT_FILE, note.encode())

    def _begin(self) -> Signer:
        """Make the key, after the checkpoint of the empty journal: a key without a checkpoint is never a beginning."""
        signer = Signer(self.origin, SigningKey.fresh())
        self.keep_checkpoint(signer.checkpoint(0, merkle.EMPTY_ROOT))
        self._write(KEY_FILE, signer.secret.reveal())
        return signer

    def _was_begun(self) -> bool:
        """Say whether a checkpoint stands here other than that of a beginning which was cut off before its key."""
        if not (self.path / CHECKPOINT_FILE).exists():
            return False
        try:
            return read_checkpoint(read_note(self.checkpoint()).text).size > 0
        except NotACheckpoint:
            return True

    def _read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            raise JournalCut(f"{name} is gone", hint="restore it from the newest copy you have") from None
        except OSError as error:
            raise _unusable(name, error) from None

    def _write(self, name: str, data: bytes) -> None:
        try:
            write_whole(self.path / name, data)
        except OSError as error:
            raise _unusable(name, error) from None


def _unusable(name: str, error: OSError) -> JournalUnavailable:
    return JournalUnavailable(
        f"{name} cannot be used: {error.strerror}",
        hint="look at its permissions and at the free space of JIKIM_HOME, then try again; nothing was lost",
    )
