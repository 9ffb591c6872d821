"""Where in the home the key daemon keeps its own, and where the root lies: JIKIM_ROOTS.

JIKIM_ROOTS=/a/root.slots,/b/root.slots;/c/root.slots     groups parted by ";", the mirrors of a group by ","
JIKIM_ROOTS=anywhere:/a/root.slots                        also where a root cannot be overwritten (class X)
"""

import os
from dataclasses import dataclass
from pathlib import Path

from jikim.environment.home import home, is_demo
from jikim.environment.variables import BadVariable, read

ROOTS, ANYWHERE = "JIKIM_ROOTS", "anywhere"


@dataclass(frozen=True, slots=True)
class RootPlaces:
    """Where the shares of the root lie: a file for each mirror of each group."""

    groups: tuple[tuple[Path, ...], ...]
    anywhere: bool  # also on a medium that cannot be overwritten; demos, development, or because somebody said so


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """What belongs to the key daemon alone, under one folder."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "keyring.sqlite3"

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def slots(self) -> Path:
        return self.folder / "root.slots"

    @property
    def lock(self) -> Path:
        return self.folder / "keyd.lock"


def keys() -> KeyPlaces:
    """Return where the key daemon of this home keeps its own. Nothing is read or made."""
    return KeyPlaces(home() / "keys")


def keyd_socket() -> Path:
    """Return the address at which a key daemon with other users listens."""
    return home() / "run" / "keyd.sock"


def roots() -> RootPlaces:
    """Return where the root lies (JIKIM_ROOTS); by default one file in the home. Raises BadVariable."""
    first, _, rest = read(ROOTS).partition(":")
    anywhere = first.strip() == ANYWHERE
    written = rest.strip() if anywhere else read(ROOTS)
    groups = _groups(written) if written else ((keys().slots,),)
    return RootPlaces(groups, anywhere or is_demo())


def _groups(written: str) -> tuple[tuple[Path, ...], ...]:
    groups = tuple(tuple(map(_mirror, group.split(","))) for group in written.split(";"))
    real = [os.path.realpath(path) for group in groups for path in group]
    if len(set(real)) < len(real):
        raise _bad_roots("names one file twice")
    return groups


def _mirror(written: str) -> Path:
    path = Path(written.strip())
    if not path.is_absolute() or path.name == "":
        raise _bad_roots("names a file without its absolute path")
    return path


def _bad_roots(fact: str) -> BadVariable:
    return BadVariable(
        f"{ROOTS} {fact}",
        hint='write the absolute path of each mirror\'s file, "," between mirrors of a group and ";" between groups',
    )
