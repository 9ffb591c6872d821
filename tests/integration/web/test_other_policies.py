"""The same site under another policy: what it asks follows from the file, with no code changed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from jikim import clock
from jikim.actions import policies
from jikim.language import load
from jikim.store.live.models import ItemValue
from tests.support.company import POLICIES
from tests.support.web import LANGUAGES, file, receipt_code, send

pytestmark = pytest.mark.usefixtures("stores", "keys")

ON = date(2026, 11, 23)


@pytest.fixture
def example() -> Iterator[Client]:
    """A visitor of the made-up company that a first run publishes."""
    clock.allow_travel()
    clock.travel_to(ON)
    policies.publish(load.read(POLICIES / "example" / "1.toml"), by="test")
    yield Client()
    clock.forbid_travel()


def asked(client: Client, language: str) -> Any:
    page: Any = client.get("/inquiry/", {"lang": language})
    html5lib.HTMLParser(strict=True).parse(page.content.decode())
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_item_has_its_control(example: Client, language: str) -> None:
    text = asked(example, language).content.decode()
    for control in ('type="text" id="name"', 'type="email" id="email"', 'type="tel" id="phone"', '<select id="topic"'):
        assert control in text
    assert '<textarea id="message"' in text
    assert 'type="file" id="attachments"' in text


@pytest.mark.parametrize(("most", "told"), [(1, "Up to 1 file of 10 MB"), (3, "Up to 3 files, 10 MB each")])
def test_one_file_is_not_told_as_files(most: int, told: str) -> None:
    item = {"hint": "", "kind": "files", "max_files": most, "max_bytes": 10 * 1024**2}
    with translation.override("en"):
        assert told in render_to_string("components/widgets/hint.html", {"item": item})


def test_what_it_asks_is_what_it_keeps(example: Client) -> None:
    served = asked(example, "ko").context["form"].served
    words = {
        "served": served,
        "age": "of-age",
        "name": "김지킴",
        "email": "kim@example.kr",
        "message": "견적을 부탁드립니다.",
        "phone": "02-123-4567",
        "consent-inquiry": "given",
    }
    answer = send(example, words, file())
    assert answer.status_code == 201
    kept = set(ItemValue.objects.values_list("item", flat=True))
    assert kept == {"name", "email", "message", "phone", "attachments", "access_log"}


@pytest.mark.parametrize(("language", "label"), [("ko", "수리와 교정"), ("en", "Repair and calibration")])
def test_a_choice_is_read_in_words_and_not_as_it_is_stored(example: Client, language: str, label: str) -> None:
    words = {"age": "of-age", "name": "Kim", "email": "kim@example.kr", "message": "How long?", "topic": "repair"}
    served = asked(example, language).context["form"].served
    answer = send(example, words | {"served": served, "consent-inquiry": "given"})
    own: Any = example.post(f"/my/?lang={language}", {"code": receipt_code(answer)})
    assert label in {said.words for turn in own.context["turns"] for said in turn.said}
    assert label in own.content.decode()


@pytest.mark.parametrize(("field", "words"), [("topic", "made-up"), ("phone", "call me")])
def test_each_kind_is_checked(example: Client, field: str, words: str) -> None:
    served = asked(example, "ko").context["form"].served
    answer: Any = example.post("/inquiry/", {"served": served, field: words})
    assert field in answer.context["form"].mistakes
