"""A mirror in a file: two slots that are overwritten in place, and a label that says whose they are.

The ritual: the file is made once at its full size; then only whole blocks are written, flushed and read back. It is
never cut, renamed, replaced or copied, for each of those leaves the old share on the disk. The label is written once
and holds no secret: the home, and a digest of where the file lay when it was made.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from jikim.environment.files import flush_directory
from jikim.sealing.errors import MirrorAway, NotWritten, RootForeign
from jikim.sealing.examination import examine, place_of
from jikim.sealing.formats import SLOT_BYTES, RootSlot, SlotBlank, SlotTorn, read_slot, slot_number, write_slot
from jikim.sealing.label import Label, read_label, write_label
from jikim.sealing.medium import Facts, Medium, judge
from jikim.sealing.primitives import Share

LABEL_AT = 2 * SLOT_BYTES
FILE_BYTES = 3 * SLOT_BYTES
SLOTS = (0, 1)


@dataclass(slots=True)
class _Seen:
    """What this process learned about the file: the facts of its self-test, and whether a write was seen to move it."""

    facts: Facts | None = None
    moved: bool = False


class SlotFile:
    """One slot file of one home. It is opened anew for each call, so that its volume can come and go."""

    def __init__(self, path: Path, home: UUID, *, name: str = "") -> None:
        """Name a slot file. name: what certificates call this mirror, the file's own name if empty."""
        self._path = path
        self._name = name or path.name
        self._home = home
        self._seen = _Seen()

    @classmethod
    def create(cls, path: Path, home: UUID, *, name: str = "") -> "SlotFile":
        """Make the file; one that this home made before is left as it is.

        raises: RootForeign (another home's, or no slot file; untouched), MirrorAway
        """
        made = cls(path, home, name=name)
        with made._reachable():
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                made._make(handle)
            finally:
                os.close(handle)
            flush_directory(path.parent)
        return made

    @property
    def name(self) -> str:
        return self._name

    @property
    def path(self) -> Path:
        return self._path

    def read(self) -> dict[int, Share]:
        with self._opened() as handle:
            return {slot.epoch: slot.share for number in SLOTS if (slot := _whole(handle, number))}

    def torn(self) -> bool:
        with self._opened() as handle:
            return any(_is_torn(handle, number) for number in SLOTS)

    def prepare(self, epoch: int, share: Share) -> None:
        with self._opened() as handle:
            self._write(handle, {slot_number(epoch) * SLOT_BYTES: write_slot(epoch, share)})

    def efface(self, keep_epoch: int | None) -> None:
        with self._opened() as handle:
            others = [number for number in SLOTS if not _holds(handle, number, keep_epoch)]
            self._write(handle, {number * SLOT_BYTES: os.urandom(SLOT_BYTES) for number in others})

    def medium(self) -> Medium:
        """Test the file and what it lies on, the first time; afterwards tell the same unless a write moved it."""
        if self._seen.facts is None:
            with self._opened() as handle:
                self._seen.facts = self._examined(handle)
        return judge(replace(self._seen.facts, moved_by_writing=self._seen.facts.moved_by_writing or self._seen.moved))

    def _make(self, handle: int) -> None:
        """Give a new file its size and then its label; a file that was cut off on the way holds no share yet."""
        size = os.fstat(handle).st_size
        if size == FILE_BYTES and self._is_ours(handle):
            return
        labelled = read_label(_block(handle, LABEL_AT)) is not None
        if size > FILE_BYTES or labelled or any(_block(handle, n * SLOT_BYTES).strip(b"\x00") for n in SLOTS):
            raise _foreign(self.name, "is there already and is not a slot file of this home")
        self._write(handle, {offset: bytes(SLOT_BYTES) for offset in range(0, FILE_BYTES, SLOT_BYTES)})
        self._write(handle, {LABEL_AT: write_label(Label(self._home, place_of(handle).digest))})

    def _is_ours(self, handle: int) -> bool:
        label = read_label(_block(handle, LABEL_AT))
        return label is not None and label.home == self._home

    def _write(self, handle: int, blocks: dict[int, bytes]) -> None:
        """Overwrite blocks, flush, and read them back from the medium rather than from memory. Raises NotWritten."""
        try:
            for offset, data in blocks.items():
                if os.pwrite(handle, data, offset) != len(data):
                    raise _not_written(self.name, "took only a part of a block")
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            same = all(_block(handle, offset) == data for offset, data in blocks.items())
        except OSError as error:
            raise _not_written(self.name, f"could not be written: {error.strerror}") from error
        if not same:
            raise _not_written(self.name, "reads back other bytes than were written")
        self._look_for_a_move(handle)

    def _look_for_a_move(self, handle: int) -> None:
        label = read_label(_block(handle, LABEL_AT))
        if label is not None and label.place != place_of(handle).digest:
            self._seen.moved = True

    def _examined(self, handle: int) -> Facts:
        block = _block(handle, LABEL_AT)
        label = read_label(block)
        moved = label is None or label.place != place_of(handle).digest
        return examine(self._path, handle, lambda: self._write(handle, {LABEL_AT: block}), moved_since_made=moved)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the file if it is this home's; raises MirrorAway and RootForeign."""
        with self._reachable():
            handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                self._check(handle)
                yield handle
            finally:
                os.close(handle)

    def _check(self, handle: int) -> None:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size != FILE_BYTES or state.st_nlink != 1:
            raise _foreign(self.name, "is not a slot file: it has another size, or more than one name")
        if not self._is_ours(handle):
            raise _foreign(self.name, "has the label of another home, or none")

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._seen = _Seen()  # what comes back may be mounted otherwise, or be another disk
            raise MirrorAway(
                f"the mirror {self.name} cannot be reached: {error.strerror}",
                hint="mount its volume or mend it; what it holds is effaced as soon as it is back",
            ) from error


def _block(handle: int, offset: int) -> bytes:
    return os.pread(handle, SLOT_BYTES, offset)


def _whole(handle: int, number: int) -> RootSlot | None:
    """Return the share in a slot, if it is whole and stands where its epoch belongs."""
    try:
        slot = read_slot(_block(handle, number * SLOT_BYTES))
    except (SlotBlank, SlotTorn):
        return None
    return slot if slot_number(slot.epoch) == number else None


def _is_torn(handle: int, number: int) -> bool:
    try:
        slot = read_slot(_block(handle, number * SLOT_BYTES))
    except SlotBlank:
        return False
    except SlotTorn:
        return True
    return slot_number(slot.epoch) != number


def _holds(handle: int, number: int, epoch: int | None) -> bool:
    slot = _whole(handle, number)
    return slot is not None and slot.epoch == epoch


def _not_written(name: str, fact: str) -> NotWritten:
    return NotWritten(
        f"the slot file {name} {fact}",
        hint="look at the disk's health and free space; nothing in this mirror counts as destroyed until it is written",
    )


def _foreign(name: str, fact: str) -> RootForeign:
    return RootForeign(
        f"the file {name} {fact}",
        hint="nothing in it was changed; name this home's own slot files, or a new path for a new mirror",
    )
