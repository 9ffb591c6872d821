"""Files that wait in a form which has to be shown again: sealed, for half an hour, each with a way to leave it out.

A hidden field carries a file's slip, in no address; a box beside it, ticked unless the person unticks it, says whether
the file goes along. Without its slip nobody has the file, and a slip is of use in its own form alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from jikim.actions import arrivals
from jikim.domain.intake import UploadedFile

SLIP, ALONG = "slip-", "along-"  # names with a hyphen, which no item of a policy can have
YES = "yes"
MOST_SLIPS = 50  # as many as files in one form (settings.DATA_UPLOAD_MAX_NUMBER_FILES)


@dataclass(frozen=True, slots=True)
class Brought:
    """The files that waited for a form and came with it; is_short: one was to go along and is not there any more."""

    files: tuple[UploadedFile, ...] = ()
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One file as a form offers it again."""

    number: int
    item: str
    name: str
    size: int
    slip: str


class Files:
    """The files of one request: those that came with it, and those that waited for it."""

    def __init__(
        self,
        arrived: tuple[UploadedFile, ...],
        brought: Brought,
        may_wait: Callable[[int], bool],
        *,
        is_short: bool = False,
    ) -> None:
        """Take the files. is_short: one could not be taken, and has to be chosen again."""
        self._arrived, self._brought, self._may_wait = arrived, brought, may_wait
        self._held: set[UploadedFile] = set()
        self.is_over = brought.is_short
        self.is_short = is_short or brought.is_short

    @property
    def keeps_files(self) -> bool:
        """Whether the form that is shown again has files."""
        return bool(self._held)

    @property
    def sent(self) -> tuple[UploadedFile, ...]:
        """All that is to go along, those that waited first."""
        return (*self._brought.files, *self._arrived)

    def held_for(self, form: str) -> tuple[Held, ...]:
        """Let all of them wait for a form that is about to be shown; `form` is its random name."""
        held: list[Held] = []
        for file in self.sent:
            may_wait = file in self._brought.files or self._may_wait(file.size)
            if may_wait and (slip := arrivals.slip_of(file, form)):
                held.append(Held(len(held) + 1, file.item, file.name, file.size, slip))
                self._held.add(file)
            else:
                self.is_short = True
        return tuple(held)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Let go of what was neither stored nor offered again; after a failure the form that waits is still good."""
        for file in self._arrived if kind else self.sent:
            if file not in self._held:
                arrivals.let_go(file)


def brought(words: Mapping[str, str], form: str) -> Brought:
    """Read the slips of a form, and let go at once of what was unticked; `form` is its random name."""
    found: list[UploadedFile] = []
    is_short = False
    for number, slip in _slips(words):
        file = arrivals.of_slip(slip, form)
        if words.get(f"{ALONG}{number}") != YES:
            if file:
                arrivals.let_go(file)
        elif file and arrivals.waits(file):
            found.append(file)
        else:
            is_short = True
    return Brought(tuple(dict.fromkeys(found)), is_short)


def others(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a form without what is said about files that wait."""
    return {name: said for name, said in words.items() if not name.startswith((SLIP, ALONG))}


def of_item(held: Iterable[Held], item: str) -> tuple[Held, ...]:
    return tuple(one for one in held if one.item == item)


def _slips(words: Mapping[str, str]) -> list[tuple[str, str]]:
    names = [name for name in words if name.startswith(SLIP)][:MOST_SLIPS]
    return [(name.removeprefix(SLIP), words[name]) for name in names]
