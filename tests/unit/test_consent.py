"""Exactly the consents that are asked: none missing, none beyond."""

from dataclasses import replace

import pytest

from jikim.domain.consent import ConsentMissing, ConsentNotAsked, check, needed
from tests.support.records import POLICY

INQUIRY, VISITS, RIGHTS = (POLICY.collection(name) for name in ("inquiry", "visits", "rights"))


def test_only_purposes_that_rest_on_consent_are_asked() -> None:
    assert needed(POLICY, INQUIRY) == ("inquiry",)  # security rests on legitimate interest
    assert needed(POLICY, VISITS) == ("personalised",)
    assert needed(POLICY, RIGHTS) == ()


def test_exactly_what_is_asked_passes() -> None:
    check(POLICY, INQUIRY, ("inquiry",))
    check(POLICY, RIGHTS, ())


def test_a_missing_consent_is_refused_by_name() -> None:
    with pytest.raises(ConsentMissing, match="inquiry"):
        check(POLICY, INQUIRY, ())


@pytest.mark.parametrize("extra", ["security", "personalised", "kim@example.kr"])
def test_a_consent_that_was_not_asked_is_refused_and_not_repeated(extra: str) -> None:
    with pytest.raises(ConsentNotAsked) as refused:
        check(POLICY, INQUIRY, ("inquiry", extra))
    assert extra not in str(refused.value)


def test_a_purpose_without_a_stated_ground_is_asked_for_too() -> None:
    """A policy may override that finding; nothing is then taken for granted."""
    groundless = replace(POLICY, purposes=tuple(replace(purpose, basis=None) for purpose in POLICY.purposes))
    collection = groundless.collection("inquiry")
    assert set(needed(groundless, collection)) == set(collection.purposes)
