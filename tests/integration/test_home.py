"""A home says what it is, is made whole or not at all, and refuses clearly; nothing in it is half-written."""

import errno
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from jikim import __version__, environment
from jikim.environment import (
    Home,
    HomeKind,
    HomeTooNew,
    HomeTooOld,
    HomeUnusable,
    NoHome,
    WrongKindOfHome,
    open_home,
)

REAL, DEMO = HomeKind.REAL, HomeKind.DEMO


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a home may be made; nothing is there yet."""
    path = tmp_path / "deep" / "home"
    monkeypatch.setenv("JIKIM_HOME", str(path))
    return path


def say(place: Path, **facts: object) -> None:
    """Rewrite what a home says of itself."""
    paper = place / "home.json"
    paper.write_text(json.dumps(json.loads(paper.read_text()) | facts))


def everything(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


# --- made --------------------------------------------------------------------------------------------------------


def test_a_first_run_makes_a_home_that_only_its_owner_may_enter(place: Path) -> None:
    assert open_home(REAL) == Home(2, __version__, REAL, 0)
    environment.secret_key()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {
        "home.json": 0o600,
        "secret.key": 0o600,
    }


def test_an_empty_directory_becomes_a_home(place: Path) -> None:
    place.mkdir(parents=True, mode=0o755)
    open_home(DEMO)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert environment.is_demo()


def test_opening_again_changes_nothing(place: Path) -> None:
    open_home(REAL)
    before = everything(place)
    open_home(REAL)
    assert everything(place) == before


def test_the_secret_key_is_made_once(place: Path) -> None:
    open_home(REAL)
    assert environment.secret_key() == environment.secret_key() == (place / "secret.key").read_text()
    assert len(environment.secret_key()) >= 64


def test_a_secret_key_made_by_another_process_meanwhile_is_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(REAL)
    really_link = os.link

    def slow_link(draft: Path, path: Path) -> None:
        path.write_text("made by the other process" * 2)
        really_link(draft, path)

    monkeypatch.setattr(os, "link", slow_link)
    assert environment.secret_key() == "made by the other process" * 2


@pytest.mark.parametrize("left", [b"", b"short", b"\xff" * 64])
def test_a_damaged_secret_key_is_refused_with_the_next_step_and_left_alone(place: Path, left: bytes) -> None:
    open_home(REAL)
    (place / "secret.key").write_bytes(left)
    with pytest.raises(HomeUnusable, match="is empty, cut short or damaged") as caught:
        environment.secret_key()
    assert "remove it" in caught.value.hint
    assert (place / "secret.key").read_bytes() == left


# --- kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("made", "wanted"), [(REAL, DEMO), (DEMO, REAL)])
def test_a_demo_never_touches_a_real_home_nor_the_reverse(place: Path, made: HomeKind, wanted: HomeKind) -> None:
    open_home(made)
    before = everything(place)
    with pytest.raises(WrongKindOfHome, match=f"is a {made} home, not a {wanted} one"):
        open_home(wanted)
    assert everything(place) == before


def test_time_travels_in_a_demo_home_only(place: Path) -> None:
    open_home(DEMO)
    environment.travel(400)
    assert environment.read_home().offset_days == 400
    say(place, kind="real", offset_days=0)
    with pytest.raises(WrongKindOfHome, match="time does not travel"):
        environment.travel(1)
    assert environment.read_home().offset_days == 0


def test_without_a_home_nothing_is_a_demo_and_the_next_step_is_said(place: Path) -> None:
    assert not environment.is_demo()
    with pytest.raises(NoHome, match="there is no Jikim home") as caught:
        environment.read_home()
    assert "jikim serve" in caught.value.hint
    assert not place.exists()


# --- other versions ----------------------------------------------------------------------------------------------


def test_an_older_program_refuses_a_newer_home_whatever_else_it_says(place: Path) -> None:
    open_home(REAL)
    say(place, format=3, program="3.0.0", kind="a kind of the future")
    before = everything(place)
    with pytest.raises(HomeTooNew, match=r"format 3, made by Jikim 3\.0\.0") as caught:
        open_home(REAL)
    assert "run Jikim 3.0.0 or later" in caught.value.hint
    assert everything(place) == before


@pytest.mark.parametrize("format_", [0, 1])
def test_a_home_with_a_development_keyring_is_refused_and_left_as_it_is(place: Path, format_: int) -> None:
    open_home(REAL)
    say(place, format=format_, program="0.0.1")
    before = everything(place)
    with pytest.raises(HomeTooOld, match=rf"format {format_}, made by Jikim 0\.0\.1") as caught:
        open_home(REAL)
    assert "set JIKIM_HOME to a new directory" in caught.value.hint
    assert everything(place) == before


def test_a_program_notes_its_version_once_it_kept_the_home(place: Path) -> None:
    open_home(REAL)
    say(place, program="0.0.9")
    assert open_home(REAL).program == "0.0.9"
    environment.stamp()
    assert open_home(REAL).program == __version__


DAMAGED = ["", "[]", "{}", "not json", '{"format": 2}', '{"format": "x", "program": "1"}', "[" * 100_000]
TOO_FAR = '{"format": 2, "program": "1", "kind": "demo", "offset_days": 1e400}'


@pytest.mark.parametrize("words", [*DAMAGED, TOO_FAR], ids=lambda words: words[:40])
def test_a_damaged_home_is_refused_and_left_alone(place: Path, words: str) -> None:
    open_home(REAL)
    (place / "home.json").write_text(words)
    with pytest.raises(HomeUnusable, match="does not say what a home must say"):
        open_home(REAL)
    assert (place / "home.json").read_text() == words


def test_a_home_of_another_user_is_refused_and_left_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(REAL)
    before, owner = everything(place), place.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(HomeUnusable, match=f"belongs to user {owner}, and this program runs as user {owner + 1}"):
        open_home(REAL)
    assert everything(place) == before


# --- unusable ----------------------------------------------------------------------------------------------------


def test_a_file_in_the_place_of_a_home_is_refused(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("a letter")
    with pytest.raises(HomeUnusable, match="cannot be used: Not a directory") as caught:
        open_home(REAL)
    assert "a directory, not a file" in caught.value.hint
    assert place.read_text() == "a letter"


def test_a_directory_with_other_things_in_it_is_no_home(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "letter.txt").write_text("a letter")
    with pytest.raises(HomeUnusable, match="holds 1 other files"):
        open_home(REAL)
    assert everything(place) == {"letter.txt": b"a letter"}


def test_a_home_open_to_others_is_refused(place: Path) -> None:
    open_home(REAL)
    place.chmod(0o750)
    with pytest.raises(HomeUnusable, match="mode 750") as caught:
        open_home(REAL)
    assert "chmod 700" in caught.value.hint


FAULTS = (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EIO)
CALLS = ("open", "write", "fsync")


class Failing:
    """One system call that fails from its nth use on, as a full or broken disk does."""

    def __init__(self, call: Callable[..., object], nth: int, code: int) -> None:
        self.call, self.left, self.code = call, nth, code

    def __call__(self, *given: object, **more: object) -> object:
        if self.left == 0:
            raise OSError(self.code, os.strerror(self.code))
        self.left -= 1
        return self.call(*given, **more)


def refusal() -> HomeUnusable | None:
    try:
        open_home(REAL)
    except HomeUnusable as refused:
        return refused
    return None


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", FAULTS)
def test_a_home_that_cannot_be_made_leaves_nothing_half_written(
    place: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """The first use of each call fails, then the second, until a first run meets no fault any more."""
    for nth in count():
        with monkeypatch.context() as broken:
            broken.setattr(os, call, Failing(getattr(os, call), nth, code))
            refused = refusal()
        if refused is None:
            break
        assert os.strerror(code) in refused.message
        assert refused.hint
        left = everything(place) if place.exists() else {}
        assert set(left) <= {"home.json"}  # whole, once it is there: only the try for room failed
        if left:
            assert environment.read_home().kind is REAL
            (place / "home.json").unlink()
    assert nth >= 2  # home.json and the try for room at least
    assert open_home(REAL).kind is REAL


@pytest.mark.parametrize("call", [*CALLS, "replace"])
@pytest.mark.parametrize("code", FAULTS)
def test_a_home_that_cannot_be_changed_says_what_it_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    open_home(DEMO)
    before = everything(place)
    with monkeypatch.context() as broken:
        owner = Path if call == "replace" else os
        broken.setattr(owner, call, Failing(getattr(owner, call), 0, code))
        with pytest.raises(HomeUnusable):
            environment.travel(7)
    assert everything(place) == before


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory an ordinary user can reach, unlike those of tmp_path when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="jikim-home-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


def as_ordinary_user(home: Path) -> subprocess.CompletedProcess[str]:
    """Open a home as somebody whom permissions bind; root is bound by none.

    The child becomes that user once it has its modules: they may lie in root's own home, which only root may read.
    """
    source = Path(environment.__file__).parents[2]
    script = "import os, pwd, sys\nfrom jikim.environment import *\nfrom jikim.domain.errors import JikimError\n"
    script += "if os.geteuid() == 0: os.setgroups([]); os.setuid(pwd.getpwnam('nobody').pw_uid)\n"
    script += "try: open_home()\nexcept JikimError as error: print(type(error).__name__, error)"
    return subprocess.run(
        [sys.executable, "-c", script],
        env={"JIKIM_HOME": str(home), "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )


@pytest.mark.parametrize(
    ("mode", "of_parent"),
    [(0o000, 0o755), (0o555, 0o755), (0o700, 0o000)],
    ids=["unreadable", "read-only", "unreachable"],
)
def test_a_home_this_user_may_not_use_is_refused_with_the_next_step(
    open_place: Path, mode: int, of_parent: int
) -> None:
    parent, home = open_place / "parent", open_place / "parent" / "home"
    home.mkdir(parents=True)
    home.chmod(mode)
    parent.chmod(of_parent)
    told = as_ordinary_user(home).stdout
    parent.chmod(0o755)
    assert told.startswith("HomeUnusable")
    assert "Permission denied" in told or "Operation not permitted" in told
    assert "hint: give this program's user access to it" in told
    assert list(home.iterdir()) == []
