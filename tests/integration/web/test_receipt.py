"""A receipt is drawn once for all inquiries that begin alike, and still says what one drawn for it alone would say."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jikim import clock
from jikim.actions import policies
from jikim.language import load
from jikim.web.public import receipt
from tests.support.company import POLICIES, Company
from tests.support.web import LANGUAGES, WORDS, file, filled, receipt_code, send

pytestmark = pytest.mark.usefixtures("stores")

Send = Callable[[Client], Any]


def _next_day(visitor: Client) -> Any:
    clock.travel_to(date(2026, 10, 9))
    return send(visitor, filled(visitor))


WAYS: dict[str, Send] = {
    "as ever": lambda visitor: send(visitor, filled(visitor)),
    "in English": lambda visitor: send(visitor, filled(visitor, "en"), language="en"),
    "with files": lambda visitor: send(visitor, filled(visitor), file(), file("b.png")),
    "another day": _next_day,
}


def _around(answer: Any) -> list[str]:
    assert answer.status_code == 201
    parts: list[str] = answer.content.decode().split(receipt_code(answer))
    assert len(parts) == 2
    return parts


@pytest.mark.parametrize("way", WAYS)
def test_a_remembered_receipt_says_what_a_new_one_would(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for first in WAYS.values():
        first(visitor)
    clock.travel_to(date(2026, 10, 5))
    remembered = _around(WAYS[way](visitor))
    monkeypatch.setattr(receipt, "_kept", {})
    clock.travel_to(date(2026, 10, 5))
    assert _around(WAYS[way](visitor)) == remembered


def test_what_is_remembered_holds_no_code_and_no_word_of_anybody(company: Company, visitor: Client) -> None:
    code = receipt_code(send(visitor, filled(visitor), file()))
    kept = b"".join(part for parts in receipt._kept.values() for part in parts).decode()
    assert code not in kept
    assert not [words for words in WORDS.values() if words in kept]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_tells_the_life_that_the_persons_page_tells(company: Company, visitor: Client, language: str) -> None:
    _told_alike(visitor, send(visitor, filled(visitor, language), file(), language=language), language)


def test_a_version_to_come_that_keeps_less_long_shows_on_the_receipt_already(
    company: Company, visitor: Client, tmp_path: Path
) -> None:
    before = _around(send(visitor, filled(visitor)))
    newer = (POLICIES / "utracs" / "2.toml").read_text(encoding="utf-8").replace('"P180D"', '"P60D"')
    newer = newer.replace("version = 2", "version = 3").replace("2026-10-02T00:00:00", "2026-10-06T00:00:00")
    newer += '\n[history.3]\neffective = "2026-10-06"\nsummary = { ko = "짧게", en = "Shorter" }\n'
    (tmp_path / "3.toml").write_text(newer, encoding="utf-8")
    policies.publish(load.read(tmp_path / "3.toml"), by="test")
    answer = send(visitor, filled(visitor))
    assert _around(answer) != before
    _told_alike(visitor, answer, "ko")


def _told_alike(visitor: Client, answer: Any, language: str) -> None:
    own = visitor.post(f"/my/?lang={language}", {"code": receipt_code(answer)}).content.decode()
    told = answer.content.decode()
    line = told[told.index('<ol class="life"') : told.index("</ol>")]
    assert line in own
