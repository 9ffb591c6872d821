"""Programs are told from people by layers that ask nothing; whoever is stopped is told why and keeps every word."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from django.test import Client

from jikim import clock, sealing
from jikim.domain.period import legal_day
from jikim.sealing.keyring import KeyringUnavailable
from jikim.store.live.models import Inquiry
from jikim.web import sources
from jikim.web.public import throttle, work
from tests.support.company import Company
from tests.support.web import WORDS, filled, send

pytestmark = pytest.mark.usefixtures("stores")

HOME_OF_ONE = "198.51.100.7"


@pytest.fixture
def stranger(company: Company) -> Client:
    """A browser somewhere else, whose connection is told apart."""
    throttle.forget()
    return Client(headers={"accept-language": "ko"}, REMOTE_ADDR=HOME_OF_ONE)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is too fast."""
    monkeypatch.setattr("jikim.web.public.layers.HASTY_SECONDS", 0)


def worked(words: dict[str, str]) -> dict[str, str]:
    """Do what the page's script does."""
    return words | {"work": next(number for number in map(str, count()) if work.is_done(words["served"], number))}


def stopped(answer: Any, status: int) -> bool:
    text = answer.content.decode()
    return answer.status_code == status and WORDS["content"] in text and not Inquiry.objects.exists()


def test_a_field_that_no_person_sees_stops_what_fills_in_everything_and_is_emptied(
    company: Company, visitor: Client
) -> None:
    words = filled(visitor) | {"your-website": "https://example.com"}
    answer = send(visitor, words)
    assert stopped(answer, 422)
    assert "그 칸을 비웠습니다" in answer.content.decode()
    assert "https://example.com" not in answer.content.decode()
    again = words | {"served": answer.context["form"].served, "your-website": ""}
    assert send(visitor, again).status_code == 201


def test_a_form_that_comes_faster_than_anybody_types_is_asked_to_wait_a_moment(stranger: Client) -> None:
    answer = send(stranger, filled(stranger))
    assert stopped(answer, 429)
    assert answer.headers["Retry-After"] == "3"
    assert "몇 초 뒤에" in answer.content.decode()


def test_a_browser_that_worked_may_be_as_fast_as_it_likes(stranger: Client) -> None:
    assert send(stranger, worked(filled(stranger))).status_code == 201


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "9" * 13, "٣"])
def test_a_number_that_was_not_looked_for_is_as_good_as_none(stranger: Client, number: str) -> None:
    served = (filled(stranger) for _ in range(3))
    words = next(words for words in served if not work.is_done(words["served"], number))  # one in 16,000 is lucky
    assert stopped(send(stranger, words | {"work": number}), 429)


def test_a_number_serves_one_form_only(stranger: Client) -> None:
    first, second = worked(filled(stranger)), filled(stranger)
    assert send(stranger, first).status_code == 201
    assert send(stranger, second | {"work": first["work"]}).status_code == 429
    assert send(stranger, first).status_code == 200  # the same form: the same receipt, nothing stored
    assert Inquiry.objects.count() == 1


def test_the_page_and_the_server_mean_the_same_work() -> None:
    number = next(n for n in map(str, count()) if work.is_done("a token", n))
    digest = sha256(f"a token:{number}".encode()).digest()
    assert int.from_bytes(digest, "big").bit_length() <= 256 - work.BITS


@pytest.mark.usefixtures("unhurried")
def test_one_connection_sends_so_many_and_is_told_how_long_to_wait(stranger: Client) -> None:
    for _ in range(throttle.MOST_SENT):
        assert send(stranger, filled(stranger)).status_code == 201
    answer = send(stranger, filled(stranger, content="하나 더"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    text = answer.content.decode()
    assert "60분 뒤에" in text
    assert "하나 더" in text
    assert send(Client(REMOTE_ADDR="198.51.100.8"), filled(stranger)).status_code == 201
    assert send(stranger, worked(filled(stranger))).status_code == 201  # an office behind one address goes on


@pytest.mark.usefixtures("unhurried")
def test_a_form_with_mistakes_counts_for_nothing(stranger: Client) -> None:
    for _ in range(throttle.MOST_SENT + 1):
        assert send(stranger, filled(stranger, email="kim@")).status_code == 422
    assert send(stranger, filled(stranger)).status_code == 201


@pytest.mark.usefixtures("unhurried")
def test_behind_a_proxy_that_is_not_named_nobody_is_counted_as_everybody(company: Company, visitor: Client) -> None:
    for _ in range(throttle.MOST_SENT + 1):
        assert send(visitor, filled(visitor)).status_code == 201


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("JIKIM_TRUSTED_PROXY", "127.0.0.1")
    sources._trusted.cache_clear()
    yield
    sources._trusted.cache_clear()


@pytest.mark.usefixtures("unhurried", "proxied")
def test_behind_a_named_proxy_each_connection_counts_for_itself(company: Company, visitor: Client) -> None:
    one, other = ({"x-forwarded-for": f"198.51.100.{number}"} for number in (1, 2))
    for _ in range(throttle.MOST_SENT):
        assert visitor.post("/inquiry/", filled(visitor), headers=one).status_code == 201
    assert visitor.post("/inquiry/", filled(visitor), headers=one).status_code == 429
    assert visitor.post("/inquiry/", filled(visitor), headers=other).status_code == 201


def test_counters_stand_under_the_key_of_the_day_and_end_with_it(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(stranger, worked(filled(stranger)))
    today = legal_day(clock.wall_now())
    assert throttle.names._key == sealing.current().daily_key(today).reveal()
    (name,) = throttle.sent_forms._windows
    tomorrow = clock.wall_now() + timedelta(days=1)
    monkeypatch.setattr(clock, "wall_now", lambda: tomorrow)
    monkeypatch.setattr(throttle, "wall_now", lambda: tomorrow)
    assert throttle.names.name(HOME_OF_ONE) != name


def test_without_the_keyring_nobody_is_counted_and_every_word_is_kept(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = worked(filled(stranger))

    def away(self: object, day: object) -> None:
        raise KeyringUnavailable("nobody answers", hint="wait")

    monkeypatch.setattr("jikim.sealing.keyd.together.Together.daily_key", away)
    assert stopped(send(stranger, words), 503)
