"""An item that enters or leaves the policy's file enters or leaves everything else with it, and no code is touched.

Form, sealing, the desk, the person's page, what a law keeps, what is destroyed and what the certificate counts.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.test import Client

from jikim.domain.terms import RecordState
from jikim.queries import certificates
from jikim.store.live.models import Consent, Inquiry, ItemValue
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, POLICIES, Company, copies, founded
from tests.support.web import LANGUAGES, WORDS, file, filled, receipt_code, send

pytestmark = pytest.mark.usefixtures("stores")

SERIAL = "UT-2031-0007"
SET_ASIDE_ON, OVER_ON = date(2026, 11, 2), date(2030, 1, 7)
REFERENCE = (POLICIES / "utracs" / "2.toml").read_text(encoding="utf-8")

A_SERIAL_NUMBER = {
    "[item.content]": (
        '[item.serial]\nkind = "text"\nlabel = { ko = "제품 일련번호", en = "Serial number" }\nmax_chars = 40\n\n'
        "[item.content]"
    ),
    'items = ["subject", "email", "content", "attachments"]': (
        'items = ["subject", "email", "serial", "content", "attachments"]'
    ),
    'required = ["subject", "email", "content"]': 'required = ["subject", "email", "serial", "content"]',
    'items = ["email", "subject", "content"]\nstart = "complaint.resolved"': (
        'items = ["email", "subject", "serial", "content"]\nstart = "complaint.resolved"'
    ),
}
NO_ATTACHMENTS = {
    '[item.attachments]\nkind = "files"\nlabel = { ko = "첨부 파일", en = "Attachments" }\n'
    "max_files = 5\nmax_bytes = 10485760\n\n": "",
    'items = ["subject", "email", "content", "attachments"]': 'items = ["subject", "email", "content"]',
    'optional = ["attachments"]': "optional = []",
}
NEWS_BY_TELEPHONE = {
    "[item.content]": '[item.phone]\nkind = "phone"\nlabel = { ko = "전화번호", en = "Telephone" }\n\n[item.content]',
    "[purpose.security]": (
        '[purpose.news]\nlabel = { ko = "새 소식을 알려 드리기 위해", en = "To tell you news" }\nbasis = "consent"\n'
        'items = ["phone"]\nends = "collected"\nperiod = "P1Y"\n\n[purpose.security]'
    ),
    'optional = ["attachments"]': 'optional = ["attachments", "phone"]',
    'purposes = ["inquiry", "security"]': 'purposes = ["inquiry", "news", "security"]',
}
FILES_FOR_A_CASE_BOOK = {
    'items = ["subject", "email", "content", "attachments"]': 'items = ["subject", "email", "content"]',
    "[purpose.security]": (
        '[purpose.cases]\nlabel = { ko = "사례집을 만들기 위해", en = "To make a case book" }\nbasis = "consent"\n'
        'items = ["attachments"]\nends = "collected"\nperiod = "P1Y"\n\n[purpose.security]'
    ),
    'purposes = ["inquiry", "security"]': 'purposes = ["inquiry", "cases", "security"]',
}
THROUGH_PARENTS = {
    'purposes = ["inquiry", "security"]\nminors = "refused"': (
        'purposes = ["inquiry", "security"]\nminors = "representative"'
    )
}


def changed(folder: Path, changes: dict[str, str]) -> Path:
    """Write the reference policy with some of its words exchanged."""
    words = REFERENCE
    for before, after in changes.items():
        assert words.count(before) == 1, before
        words = words.replace(before, after)
    path = folder / "2.toml"
    path.write_text(words, encoding="utf-8")
    return path


@pytest.fixture
def company(ram_path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Company]:
    """A company on the reference policy, changed as the test says."""
    with founded(ram_path / "keys", str(changed(tmp_path, request.param))) as company:
        yield company


def names(page: Any) -> set[str]:
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    fields = [f for tag in ("input", "textarea", "select") for f in tree.find(".//form").iter(tag)]
    return {field.attrib["name"] for field in fields} - {"served", "work", "your-website", "consent-inquiry", "age"}


def complaint(visitor: Client, *files: Any, **words: str) -> str:
    """Send an inquiry; returns its receipt code."""
    answer = send(visitor, filled(visitor, **words), *files)
    assert answer.status_code == 201, answer.content.decode()
    return receipt_code(answer)


def only_record() -> Inquiry:
    return Inquiry.objects.get()


@pytest.mark.parametrize("company", [A_SERIAL_NUMBER], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_item_is_asked_told_and_needed(company: Company, visitor: Client, language: str) -> None:
    page: Any = visitor.get("/inquiry/", {"lang": language})
    assert names(page) == {"subject", "email", "serial", "content", "attachments"}
    label = {"ko": "제품 일련번호", "en": "Serial number"}[language]
    assert label in page.context["form"].notice.items
    assert label in page.context["form"].boxes[0].sentence
    assert label in visitor.get("/privacy/", {"lang": language}).content.decode()
    refused = send(visitor, filled(visitor, serial="x" * 41))
    assert set(refused.context["form"].mistakes) == {"serial"}
    assert set(send(visitor, filled(visitor)).context["form"].mistakes) == {"serial"}
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("company", [A_SERIAL_NUMBER], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_item_is_sealed_and_read_by_the_person_and_the_desk(
    company: Company, visitor: Client, handler: Client, language: str
) -> None:
    code, label = complaint(visitor, serial=SERIAL), {"ko": "제품 일련번호", "en": "Serial number"}[language]
    value = ItemValue.objects.get(item="serial")
    assert SERIAL.encode() not in bytes(value.envelope)
    own = visitor.post(f"/my/?lang={language}", {"code": code})
    theirs = handler.get(f"/desk/records/{only_record().id}/", {"lang": language})
    for page in (own.content.decode(), theirs.content.decode()):
        assert SERIAL in page
        assert page.count(label) == 2  # above the words, and among what is kept


@pytest.mark.parametrize("company", [A_SERIAL_NUMBER], indirect=True)
def test_a_new_item_is_kept_as_long_as_its_rule_says_and_destroyed_after(company: Company, visitor: Client) -> None:
    complaint(visitor, serial=SERIAL)
    record_id = only_record().id
    company.resolves(record_id, "complaint-dispute", BEGINS)
    company.works_on(SET_ASIDE_ON)
    assert copies(record_id, "serial") == ["separate"]
    company.works_on(OVER_ON)
    assert copies(record_id, "serial") == []
    assert not SeparateItem.objects.exists()
    assert only_record().state == RecordState.DESTROYED
    counted = [line["item"] for view in certificates.of(record_id) for line in view.document["items"]]
    assert "serial" in counted


@pytest.mark.parametrize("company", [NO_ATTACHMENTS], indirect=True)
def test_where_files_are_not_named_none_are_asked_taken_or_spoken_of(
    company: Company, visitor: Client, handler: Client
) -> None:
    page: Any = visitor.get("/inquiry/")
    assert names(page) == {"subject", "email", "content"}
    assert "첨부" not in page.content.decode()
    assert "첨부 파일" not in visitor.get("/privacy/").content.decode()
    assert visitor.post("/inquiry/", {**filled(visitor), "attachments": file()}).status_code == 400
    assert not ItemValue.objects.exists()
    code = complaint(visitor)
    assert set(ItemValue.objects.values_list("item", flat=True)) == {*WORDS, "access_log"}
    own: Any = visitor.post("/my/", {"code": code})
    assert [field.item.name for field in own.context["form"].fields] == ["content"]
    assert 'type="file"' not in own.content.decode()
    assert 'type="file"' not in handler.get("/desk/take-in/").content.decode()


@pytest.mark.parametrize("company", [NEWS_BY_TELEPHONE], indirect=True)
@pytest.mark.parametrize(("language", "told"), [("ko", "[선택]"), ("en", "[Optional]")])
def test_a_further_purpose_has_a_consent_of_its_own_that_may_be_refused(
    company: Company, visitor: Client, language: str, told: str
) -> None:
    page: Any = visitor.get("/inquiry/", {"lang": language})
    inquiry, news = page.context["form"].boxes
    assert (inquiry.required, news.required) == (True, False)
    assert told in news.sentence
    assert told not in inquiry.sentence
    assert {"ko": "새 소식", "en": "To tell you news"}[language] in page.context["form"].notice.purpose
    assert page.content.decode().count('value="given" required') == 1
    costs = page.context["form"].notice.refusal.splitlines()
    assert len(costs) == 2
    assert all(line in page.content.decode() for line in costs)
    refused = send(visitor, filled(visitor, phone="02-123-4567"))
    assert set(refused.context["form"].mistakes) == {"consent-news"}
    assert not Consent.objects.exists()
    complaint(visitor)
    assert list(Consent.objects.values_list("purpose", flat=True)) == ["inquiry"]


@pytest.mark.parametrize("company", [NEWS_BY_TELEPHONE], indirect=True)
def test_both_consents_are_kept_where_both_were_given(company: Company, visitor: Client) -> None:
    answer = send(visitor, filled(visitor, phone="02-123-4567") | {"consent-news": "given"})
    assert answer.status_code == 201
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"inquiry", "news"}
    assert ItemValue.objects.filter(item="phone").count() == 1


@pytest.mark.parametrize("company", [FILES_FOR_A_CASE_BOOK], indirect=True)
def test_what_a_refusable_purpose_is_for_is_not_asked_later_without_its_consent(
    company: Company, visitor: Client
) -> None:
    assert set(send(visitor, filled(visitor), file()).context["form"].mistakes) == {"consent-cases"}
    code = complaint(visitor)
    own: Any = visitor.post("/my/", {"code": code})
    assert [field.item.name for field in own.context["form"].fields] == ["content"]


@pytest.mark.parametrize("company", [THROUGH_PARENTS], indirect=True)
def test_while_nobody_can_agree_for_a_child_a_form_open_to_children_sends_them_to_their_parents(
    company: Company, visitor: Client
) -> None:
    page = visitor.get("/inquiry/").content.decode()
    assert 'name="age"' in page
    assert "법정대리인이 동의해야 합니다" in page
    sent_away = send(visitor, filled(visitor, age="child"))
    assert sent_away.status_code == 403
    assert "보호자" in sent_away.content.decode()
    assert not ItemValue.objects.exists()
    assert send(visitor, filled(visitor)).status_code == 201
