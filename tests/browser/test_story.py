"""One inquiry from the policy to its last certificate, as a person and a handler live it in a real browser.

Source: Privacy Policy, from "Items collected" to "Destruction". Told in Korean with scripts and in English without:
nothing on these pages needs one.
"""

from pathlib import Path

import pytest

from tests.browser.surfaces import Handler, Person
from tests.support.browser import Open
from tests.support.server import serving

PDF = b"%PDF-1.7\n% a made-up report\n" + bytes(range(256)) * 400
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)) * 300

TOLD = {
    "ko": ("렌즈가 맞지 않습니다", "추적 장비에 끼워지지 않습니다. 바꿔 주세요.", "내일 새 렌즈를 보내 드립니다."),
    "en": ("The lens does not fit", "It cannot be mounted. Please exchange it.", "A new one leaves tomorrow."),
}
MORE = {"ko": "언제쯤 도착하나요?", "en": "When will it arrive?"}
AFTER_THE_QUIET_DAYS, AFTER_THE_LAST_FLOOR = "2026-11-30", "2029-11-27"


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
    subject, content, answer = TOLD[language]
    browser = {"language": {"ko": "ko-KR", "en": "en-GB"}[language], "javascript": javascript}
    person_page, desk_page = open_browser(**browser), open_browser(**browser)

    with serving(demo_home, "demo", "--on", "2026-11-20") as site:
        person = Person(person_page, site.url, language)
        code = it_is_asked(person, two_files)

        handler = Handler(desk_page, site.desk_url, language)
        handler.enters(site.link("/desk/enter/"))
        handler.opens_the_newest()
        assert subject in handler.text
        assert content in handler.text
        assert handler.downloads("report.pdf") == PDF
        handler.answers(answer)
        it_was_not_answered(person, handler, code, two_files[:1])
        shown = handler.resolves_as_a_complaint("2026-11-20")
        assert "2029" in shown

        person.looks_after_it(code)
        assert person.title == person.words["settled"]
        assert answer in person.text

    with serving(demo_home, "demo", "--on", AFTER_THE_QUIET_DAYS) as site:
        person = person.at(site.url)
        person.looks_after_it(code)
        assert person.title == person.words["set aside"]
        assert content not in person.text
        assert answer not in person.text
        assert MORE[language] not in person.text
        taken = person.takes_the_last_certificate()
        assert (taken["event"]["type"], taken["event"]["reason"]) == ("destroy.done", "retention-expired")
        assert len(taken["items"]) == 2 * (len(two_files) + 1), "name and bytes of each file, one of them sent twice"

    with serving(demo_home, "demo", "--on", AFTER_THE_LAST_FLOOR) as site:
        person = person.at(site.url)
        person.looks_after_it(code)
        assert person.title == person.words["destroyed"]
        assert person.reads_the_last_certificate()
