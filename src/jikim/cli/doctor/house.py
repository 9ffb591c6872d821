"""The home: whose it is, who may read it, whether there is room, and where memory may be written to."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from jikim import environment
from jikim.cli import users
from jikim.cli.doctor.finding import Finding, fail, ok, warn
from jikim.environment.databases import file_of

GIB = 1024**3
LOW, TOO_LOW = 5 * GIB, GIB // 2
SWAPS = Path("/proc/swaps")


def home_is_private() -> Iterator[Finding]:
    """SECURITY.md: whoever reads the whole home reads what is still alive in it."""
    path, name = environment.home(), "home"
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & (0o067 if users.of_this_machine() else 0o077):  # the house's users may pass
        yield fail(name, f"{path} is open to other users (mode {mode:o})", f"run: chmod 700 {path}")
    elif found.st_uid != os.geteuid():
        yield fail(name, f"{path} belongs to user {found.st_uid}, not {os.geteuid()}", "run as the user who owns it")
    else:
        yield ok(name, f"{path} is private to user {found.st_uid} (mode {mode:o})")


def files_are_private() -> Iterator[Finding]:
    """Look at the files of the home, of the keys and of the journal, not at the many attachments."""
    keys, name = environment.keys(), "files of the home"
    folders = (environment.home(), *{file_of(alias).parent for alias in environment.ALIASES}, keys.folder, keys.journal)
    files = [
        path
        for folder in dict.fromkeys(folders)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]
    files += [path for group in environment.roots().groups for path in group if path not in files and path.exists()]
    loose = [path for path in files if path.stat().st_mode & others()]
    if loose:
        fact = f"{len(loose)} of {len(files)} files are open to other users, the first is {loose[0]}"
        yield fail(name, fact, f"run: chmod go= {loose[0]}, and look at what made it so")
    else:
        yield ok(name, f"{len(files)} files, none open to other users")


def others() -> int:
    """Return what nobody outside the house may do: where it has users of its own, their groups are inside."""
    return 0o007 if users.of_this_machine() else 0o077


def there_is_room(free: int | None = None) -> Iterator[Finding]:
    """A full disk acknowledges nothing.

    free: bytes; of the home's disk if not given
    """
    free = shutil.disk_usage(environment.home()).free if free is None else free
    name, fact = "room", f"{free / GIB:.1f} GiB free"
    if free < TOO_LOW:
        yield fail(name, fact, "free some space: inquiries are refused when the disk is full")
    elif free < LOW:
        yield warn(name, fact, "free some space before the disk is full")
    else:
        yield ok(name, fact)


def memory_stays_in_memory(swaps: Path = SWAPS) -> Iterator[Finding]:
    """Keys are locked in memory; values that are being read are not."""
    lines = swaps.read_text(encoding="ascii", errors="replace").splitlines()[1:] if swaps.exists() else []
    if lines:
        yield warn("swap", f"on ({len(lines)} areas): open values may reach the disk", "run: swapoff -a, or encrypt it")
    else:
        yield ok("swap", "off")
