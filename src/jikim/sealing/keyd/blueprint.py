"""What a key daemon is made of: where its files lie, under which name it signs, and what it may."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.environment import passkey_origin
from jikim.sealing.file_store import FileStore
from jikim.sealing.keyd.opens import AN_HOUR

ORIGIN = re.compile(r"[^\s+]{1,200}")  # what a signed note takes for a name


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A key daemon that is not opened yet.

    folder:   keyring, journal, lock and the home's id
    groups:   the slot files of each root group
    anywhere: also where a root cannot be overwritten (class X)
    origin:   the journal's name
    files:    the stores of attachments, by the store of values they belong to
    passkeys: where the passkeys of approvers answer, such as https://desk.example.com
    """

    folder: Path
    groups: tuple[tuple[Path, ...], ...]
    anywhere: bool
    origin: str
    files: Mapping[str, FileStore] = field(default_factory=dict)
    passkeys: str = field(default_factory=passkey_origin)
    opens_an_hour: Mapping[Role, int] = field(default_factory=lambda: AN_HOUR)

    def __post_init__(self) -> None:
        if not ORIGIN.fullmatch(self.origin):
            raise Misused("the journal's name has a space or a plus in it", hint="use a name such as DEMO/example.kr")

    @property
    def keyring(self) -> Path:
        return self.folder / "keyring.sqlite3"

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def lock(self) -> Path:
        return self.folder / "keyd.lock"

    @property
    def home_id(self) -> Path:
        return self.folder / "home.id"
