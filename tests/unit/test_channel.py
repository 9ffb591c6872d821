"""What comes in by hand: a day that has come, a ground that an inquiry can have, and only the words required."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from jikim.domain.channel import GROUNDS, ArrivalRefused, ByHand, Channel, asked_by_hand, check
from jikim.domain.errors import Misused
from jikim.domain.terms import LegalBasis
from jikim.language import compile as compiling

TODAY = date(2026, 10, 5)
POLICY = Path(__file__).resolve().parents[2] / "policies" / "utracs" / "2.toml"


@pytest.mark.parametrize("days", [0, 1, 400])
def test_what_arrived_by_today_can_be_taken_in(days: int) -> None:
    check(ByHand(Channel.LETTER, LegalBasis.CONTRACT, TODAY - timedelta(days=days)), TODAY)


def test_what_arrives_tomorrow_cannot() -> None:
    with pytest.raises(ArrivalRefused):
        check(ByHand(Channel.LETTER, LegalBasis.CONTRACT, TODAY + timedelta(days=1)), TODAY)


@pytest.mark.parametrize("ground", sorted(set(LegalBasis) - set(GROUNDS)))
def test_a_ground_that_no_inquiry_has_is_refused(ground: LegalBasis) -> None:
    with pytest.raises(Misused):
        check(ByHand(Channel.TELEPHONE, ground, TODAY), TODAY)


def test_only_the_words_are_required_and_nothing_is_recorded_about_a_browser() -> None:
    policy = compiling.compile(tomllib.loads(POLICY.read_text(encoding="utf-8")))
    asked = asked_by_hand(policy, policy.collection("inquiry"))
    assert asked.required == ("content",)
    assert set(asked.optional) == {"subject", "email", "attachments"}
    assert asked.automatic == ()
