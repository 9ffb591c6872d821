"""How a large destruction is let go: read whole, and said yes to with a passkey that everybody could see for two days.

Source: Standard Guideline art. 10(3), (4); Safety Measures Standard, annex.
"""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from jikim.domain.approval import Approval
from jikim.domain.destruction import Action
from jikim.domain.period import Window, legal_day
from jikim.domain.separation import Fate
from jikim.domain.terms import Reason
from tests.browser.surfaces import Handler
from tests.browser.test_desk_accounts import LOCALES, ask_for_the_passkey, at_a_name, carry_a_passkey
from tests.support.browser import Open
from tests.support.server import Served

SAID = {
    "ko": {
        "waits": "부터 사용 가능",
        "counts": "사용 가능",
        "none": "아직 없습니다.",
        "signed": "이 목록을 이미 승인하셨습니다.",
    },
    "en": {"waits": "Counts from", "counts": "Counts", "none": "none does yet", "signed": "You have signed this list."},
}


def list_waits(home: Path) -> str:
    """Have a list of one destruction wait for approval; returns its digest."""
    on = legal_day(datetime.now(UTC))
    window = Window(on - timedelta(days=1), None, on + timedelta(days=4))
    verb, reason = Fate.DESTROY, Reason.PURPOSE_ACHIEVED
    action = Action(uuid4(), uuid4(), "live", "content", "value", verb, reason, "", on, window.destroy_by, window)
    digest = Approval((action,)).digest
    with closing(sqlite3.connect(home / "live.sqlite3")) as live, live:
        live.execute(
            "INSERT INTO live_approvallist (digest, listed, shown_on, sign_by, ending) VALUES (?, ?, ?, ?, '')",
            (digest, json.dumps([action.facts()]), on.isoformat(), on.isoformat()),
        )
    return digest


def first_round_is_over(home: Path) -> None:
    """Wait until the worker has looked at every list once; it ends those that are not its own."""
    latest = time.monotonic() + 30
    while not list(home.rglob("worker.round")):
        assert time.monotonic() < latest, "the worker came to the end of no round"
        time.sleep(0.1)


def two_days_pass(home: Path) -> None:
    with closing(sqlite3.connect(home / "keys" / "keyring.sqlite3")) as keyring, keyring:
        keyring.execute("UPDATE passkey SET counts_from = enrolled_at")


def main_text(page: Page) -> str:
    return page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_approver_says_yes_with_a_passkey_once_it_counts(
    live_home: Served, open_browser: Open, language: str
) -> None:
    said, page = SAID[language], open_browser(language=LOCALES[language])
    carry_a_passkey(page)
    desk = at_a_name(live_home.desk_url)
    handler = Handler(page, desk, language)
    page.goto(at_a_name(live_home.link("/desk/enter/")))
    handler.names_themselves()
    ask_for_the_passkey(page)
    page.locator(".codes li").first.wait_for()
    first_round_is_over(live_home.home)
    digest = list_waits(live_home.home)

    page.goto(f"{desk}/desk/approvals/{digest}/")
    assert said["none"] in main_text(page)
    assert page.locator("form[data-passkey]").count() == 0
    page.goto(f"{desk}/desk/approvers/")
    assert said["waits"] in main_text(page)

    two_days_pass(live_home.home)
    page.goto(f"{desk}/desk/approvers/")
    assert said["waits"] not in main_text(page)
    assert said["counts"] in main_text(page)
    page.goto(f"{desk}/desk/approvals/{digest}/")
    ask_for_the_passkey(page)
    page.get_by_text(said["signed"]).wait_for()
    assert page.locator("form[data-passkey]").count() == 0
