"""One inquiry from the policy to its last certificate, as a person and a handler live it in a real browser.

Source: Privacy Policy, from "Items collected" to "Destruction". Told in Korean with scripts and in English without:
nothing on these pages needs one. Told on SQLite, and on a PostgreSQL with a role for each database.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LIVED_UNTIL
from tests.browser.surfaces import Handler, Person
from tests.support.browser import Open
from tests.support.pg_roles import given
from tests.support.postgres import running
from tests.support.server import serving

PDF = b"%PDF-1.7\n% a made-up report\n" + bytes(range(256)) * 400
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)) * 300

VERIFIER = Path(__file__).resolve().parents[2] / "verify" / "jikim_verify.py"
TOLD = {
    "ko": ("렌즈가 맞지 않습니다", "추적 장비에 끼워지지 않습니다. 바꿔 주세요.", "내일 새 렌즈를 보내 드립니다."),
    "en": ("The lens does not fit", "It cannot be mounted. Please exchange it.", "A new one leaves tomorrow."),
}
MORE = {"ko": "언제쯤 도착하나요?", "en": "When will it arrive?"}


@dataclass(frozen=True)
class Days:
    """The days of one story: it is written, its quiet days are over, the law's floor of three years has passed."""

    written: str
    quiet: str
    over: str
    traces: int = (
        0  # values the site recorded by itself that go with the purpose; version 2 gives them time of their own
    )


OF_THE_LIVED_HOME = Days(LIVED_UNTIL, "2026-11-30", "2029-11-27")
OF_A_YOUNG_HOME = Days("2023-01-05", "2023-01-16", "2026-01-12", traces=1)  # nobody waits for its years to pass


@pytest.fixture
def two_files(tmp_path: Path) -> list[Path]:
    report, photo = tmp_path / "report.pdf", tmp_path / "사진.png"
    report.write_bytes(PDF)
    photo.write_bytes(PNG)
    return [report, photo]


def it_is_asked(person: Person, files: list[Path]) -> str:
    """The person reads the policy, writes and agrees; returns the receipt code."""
    subject, content, _answer = TOLD[person.language]
    person.reads_the_policy()
    person.goes_to_the_form()
    person.writes(subject, "kim@example.kr", content, files)
    person.agrees()
    return person.sends()


def it_was_not_answered(person: Person, handler: Handler, code: str, files: list[Path]) -> None:
    """The person says so in one click, writes more, and is answered again."""
    more, answer = MORE[person.language], TOLD[person.language][2]
    person.looks_after_it(code)
    assert answer in person.text
    person.says_it_was_not_answered()
    assert person.title == person.words["received"]
    person.adds(more, files)
    handler.opens_the_newest()
    assert more in handler.text
    handler.answers(answer)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_inquiry_lives_from_the_policy_to_its_last_certificate(
    demo_home: Path, two_files: list[Path], open_browser: Open, language: str, javascript: bool
) -> None:
    pages, days = people(open_browser, language, javascript=javascript), OF_THE_LIVED_HOME
    code = it_lives_until_it_is_set_aside(demo_home, days, language, pages, two_files)
    with serving(demo_home, "demo", "--on", days.over) as site:
        person = Person(pages[0], site.url, language)
        person.looks_after_it(code)
        assert person.title == person.words["destroyed"]
        assert person.reads_the_last_certificate()


@pytest.mark.parametrize(("language", "javascript"), [("ko", True), ("en", False)], ids=["ko", "en-no-javascript"])
def test_the_same_life_is_lived_on_postgresql_until_only_the_law_keeps_it(
    tmp_path: Path, two_files: list[Path], open_browser: Open, language: str, javascript: bool
) -> None:
    pages = people(open_browser, language, javascript=javascript)
    with running() as cluster:  # one of its own: a home and its databases are born and die together
        it_lives_until_it_is_set_aside(tmp_path / "home", OF_A_YOUNG_HOME, language, pages, two_files, given(cluster))
        assert not list((tmp_path / "home").glob("*.sqlite3")), "what people wrote lies in PostgreSQL"


def verified(certificate: Path, key: str) -> subprocess.CompletedProcess[str]:
    """Verify a downloaded file as anybody would: with the one file that needs no part of Jikim."""
    words = [sys.executable, "-I", str(VERIFIER), str(certificate), "--log-key", key]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def people(open_browser: Open, language: str, *, javascript: bool) -> tuple[Page, Page]:
    """Open the person's browser and the handler's."""
    browser = {"language": {"ko": "ko-KR", "en": "en-GB"}[language], "javascript": javascript}
    return open_browser(**browser), open_browser(**browser)


def it_lives_until_it_is_set_aside(
    home: Path, days: Days, language: str, pages: tuple[Page, Page], files: list[Path], more: Mapping[str, str] = {}
) -> str:
    """Tell the story from the policy to the first certificate; returns the receipt code.

    more: what points the program at other databases
    """
    # A home that was lived already is shown as it stands: by now it may be a day further.
    written = () if (home / "home.json").exists() else ("--on", days.written)
    with serving(home, "demo", *written, more=more) as site:
        person, handler = Person(pages[0], site.url, language), Handler(pages[1], site.desk_url, language)
        code = it_is_asked(person, files)
        handler.enters(site.link("/desk/enter/"))
        it_is_answered_and_resolved(person, handler, code, days, files)
    with serving(home, "demo", "--on", days.quiet, more=more) as site:
        it_is_set_aside(person.at(site.url), handler.at(site.desk_url), code, days, files)
    return code


def it_is_answered_and_resolved(person: Person, handler: Handler, code: str, days: Days, files: list[Path]) -> None:
    """A handler reads all of it and answers, twice, and says what kind of record it is."""
    subject, content, answer = TOLD[person.language]
    handler.opens_the_newest()
    assert subject in handler.text
    assert content in handler.text
    assert handler.downloads("report.pdf") == PDF
    handler.answers(answer)
    it_was_not_answered(person, handler, code, files[:1])
    assert days.over[:4] in handler.resolves_as_a_complaint(days.written)
    person.looks_after_it(code)
    assert person.title == person.words["settled"]
    assert answer in person.text


def it_is_set_aside(person: Person, handler: Handler, code: str, days: Days, files: list[Path]) -> None:
    """Nobody reads it any more; what no law keeps is gone, and both sides verify that with the key below the policy."""
    _subject, content, answer = TOLD[person.language]
    person.looks_after_it(code)
    assert person.title == person.words["set aside"]
    assert not [words for words in (content, answer, MORE[person.language]) if words in person.text]
    certificate = person.takes_the_last_certificate()
    taken = json.loads(certificate.read_bytes())
    assert (taken["event"]["type"], taken["event"]["reason"]) == ("destroy.done", "retention-expired")
    files_parts = 2 * (len(files) + 1)  # name and bytes of each, one of them sent twice
    assert len(taken["items"]) == files_parts + days.traces
    key = person.reads_the_key_of_the_journal()
    assert verified(certificate, key).stdout.startswith("DEMO")
    assert verified(handler.takes_the_newest_certificate(), key).returncode == 0
    assert verified(certificate, key.replace("+", "+0", 1)).returncode != 0
