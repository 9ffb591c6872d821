"""System users of the tests' own, and a program that they can reach: under a name that no other run looks for."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jikim.cli import users
from jikim.cli.users import ENDINGS, UsersKeptOut

PREFIX = "jikim-test"
REPOSITORY = Path(__file__).resolve().parents[2]
PATHS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


@contextmanager
def made() -> Iterator[None]:
    """Make the users of a house, and take them away again. Only root can."""
    assert os.geteuid() == 0, "only root runs processes as other users: run this test as root"
    names = [f"{PREFIX}-{ending}" for ending in ENDINGS.values()]
    try:
        _run("groupadd", "--system", "--force", PREFIX)
        for name in names:
            _run("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name)
        yield
    finally:
        for name in names:
            _run("userdel", name)
        _run("groupdel", PREFIX)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a folder that every user may pass; pytest's own are closed to all but one."""
    folder = Path(tempfile.mkdtemp(prefix="jikim-users-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def reachable_program(folder: Path, *more: Path) -> tuple[str, Mapping[str, str]]:
    """Return a Python that every user may run and the variables it needs to find this program.

    Where the repository lies behind a closed folder, a copy of the program is made.
    more: what stands before the program on its path
    """
    try:
        users.refuse_unreachable(*(one / "any" for one in more))
    except UsersKeptOut:
        return _copied(folder / "program", more)
    return sys.executable, {"PYTHONPATH": ":".join(map(str, (*more, REPOSITORY / "src")))}


def _copied(folder: Path, more: tuple[Path, ...]) -> tuple[str, Mapping[str, str]]:
    parts = {"site": Path(sysconfig.get_path("purelib")), "src": REPOSITORY / "src"}
    parts |= {one.name: one for one in more}
    for name, part in parts.items():
        shutil.copytree(part, folder / name, symlinks=True)
    shutil.copytree(REPOSITORY / "policies", folder / "policies")
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    order = [*(one.name for one in more), "src", "site"]
    return "/usr/bin/python3", {"PYTHONPATH": ":".join(str(folder / name) for name in order)}


def _run(*words: str) -> None:
    subprocess.run(words, env={"PATH": PATHS}, check=False, capture_output=True)
