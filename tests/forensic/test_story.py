"""After a whole story in a real browser: nothing of what was destroyed, its keys included, is left to anybody.

The thief has a copy of the home from every stage, and at the end the home itself with its root. Before the end the same
thief reads every word, and in a build whose sealing is the identity the same scan finds them: it is not blind.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.surfaces import Handler, Person
from tests.support.browser import PATIENCE_MS
from tests.support.disks import times_found
from tests.support.scan import scan_folders
from tests.support.server import Served, serving
from tests.support.thief import Copy, keys_from

CANARY = "canary-7b1e-of-a-story"
SAID = {f"{CANARY} subject", f"{CANARY}@example.kr", f"{CANARY} message", f"{CANARY} answer"}
FILE_NAME = f"{CANARY}.txt"
WRITTEN, QUIET, OVER = "2023-01-05", "2023-01-16", "2026-01-12"
SOCKETS = shutil.ignore_patterns("run")
ROOT = Path(__file__).resolve().parents[2]
UNSEALED = f"{ROOT / 'tests' / 'support' / 'unsealed'}:{ROOT / 'src'}"


@dataclass(frozen=True)
class Story:
    """Copies of the home when it was written and when it was set aside; the home at its end; its temporary files."""

    written: Copy
    aside: Copy
    over: Copy
    temporary: Path


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Story:
    folder = tmp_path_factory.mktemp("story")
    home, more = folder / "home", _temporary(folder)
    copies = []
    for day in (WRITTEN, QUIET, OVER):
        with serving(home, "demo", "--on", day, more=more) as site:
            if day == WRITTEN:
                it_is_written_and_resolved(site, chromium, folder)
        copies.append(Copy(home if day == OVER else shutil.copytree(home, folder / day, ignore=SOCKETS)))
    written, aside, over = copies
    return Story(written, aside, over, Path(more["TMPDIR"]))


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Path:
    """The home of the same story where sealing does nothing."""
    folder = tmp_path_factory.mktemp("unsealed")
    more = _temporary(folder) | {"PYTHONPATH": UNSEALED}
    with serving(folder / "home", "demo", "--on", WRITTEN, more=more) as site:
        it_is_written_and_resolved(site, chromium, folder)
    return folder / "home"


def _temporary(folder: Path) -> dict[str, str]:
    (folder / "tmp").mkdir()
    return {"TMPDIR": str(folder / "tmp")}


def it_is_written_and_resolved(site: Served, chromium: Browser, folder: Path) -> None:
    """A person writes, a handler reads, answers and resolves it as a complaint, which the law keeps for three years."""
    paper = folder / FILE_NAME
    paper.write_text(f"{CANARY} file")
    person, handler = Person(_page(chromium), site.url, "ko"), Handler(_page(chromium), site.desk_url, "ko")
    person.reads_the_policy()
    person.goes_to_the_form()
    person.writes(f"{CANARY} subject", f"{CANARY}@example.kr", f"{CANARY} message", [paper])
    person.agrees()
    person.looks_after_it(person.sends())
    handler.enters(site.link("/desk/enter/"))
    handler.opens_the_newest()
    assert handler.downloads(FILE_NAME) == paper.read_bytes()
    handler.answers(f"{CANARY} answer")
    handler.resolves_as_a_complaint(WRITTEN)


def _page(chromium: Browser) -> Page:
    context = chromium.new_context(locale="ko-KR")
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def of_the_story(words: set[str]) -> set[str]:
    return {said for said in words if CANARY in said}


def test_before_the_end_a_thief_of_the_home_reads_every_word(story: Story) -> None:
    _share, root = story.written.root()
    assert of_the_story(story.written.words(keys_from(root, story.written))) == {*SAID, FILE_NAME}


def test_what_was_set_aside_was_still_there_to_be_destroyed(story: Story) -> None:
    _share, root = story.aside.root()
    keys = keys_from(root, story.written, story.aside)
    assert of_the_story(story.aside.words(keys)) == SAID
    assert of_the_story(story.written.words(keys)) == set(), "what it was sealed under before is gone by then"


def test_a_thief_of_every_copy_reads_nothing_with_the_root_that_is_left(story: Story) -> None:
    _share, root = story.over.root()
    keys = keys_from(root, story.written, story.aside, story.over)
    assert story.over.words(keys), "what is alive can be read: the thief knows how"
    for copy in (story.written, story.aside, story.over):
        assert of_the_story(copy.words(keys)) == set()


def test_no_key_root_or_word_of_it_is_in_any_file(story: Story) -> None:
    data = b"\n".join(path.read_bytes() for path in _files(story.over.folder, story.temporary))
    for copy in (story.written, story.aside):
        share, root = copy.root()
        assert times_found(b"\n".join(path.read_bytes() for path in _files(copy.folder)), share) == 1, "it can be seen"
        keys = keys_from(root, copy)
        dead = {kid for kid, _binding, _envelope in copy.rows()} - _alive(story.over)
        gone = [key for kid in dead for key in keys.get(kid, ())]
        assert len(gone) >= len(SAID)
        assert [times_found(data, secret) for secret in (share, root, *gone)] == [0] * (2 + len(gone))
    assert scan_folders(CANARY.encode(), story.over.folder, story.temporary).places == ()


def test_the_same_scan_finds_every_word_where_sealing_does_nothing(unsealed: Path) -> None:
    for said in (*SAID, FILE_NAME):  # a file's own bytes are sealed by another library, which this build leaves alone
        assert scan_folders(said.encode(), unsealed).places, said


def _alive(copy: Copy) -> set[int]:
    return {kid for kid, _binding, _envelope in copy.rows()}


def _files(*folders: Path) -> list[Path]:
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert found
    return found
