"""Exactly the consents that are asked: none missing, none beyond."""

from dataclasses import replace

import pytest

from jikim.domain.consent import ConsentMissing, ConsentNotAsked, check, missing, needed, refusable
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from tests.support.records import POLICY

NEWS = replace(POLICY.purpose("inquiry"), name="news", items=("attachments",))
INQUIRY, VISITS, RIGHTS = (POLICY.collection(name) for name in ("inquiry", "visits", "rights"))


def test_only_purposes_that_rest_on_consent_are_asked() -> None:
    assert needed(POLICY, INQUIRY) == ("inquiry",)  # security rests on legitimate interest
    assert needed(POLICY, VISITS) == ("personalised",)
    assert needed(POLICY, RIGHTS) == ()


def test_exactly_what_is_asked_passes() -> None:
    check(POLICY, INQUIRY, ("inquiry",), INQUIRY.required)
    check(POLICY, RIGHTS, (), RIGHTS.required)


def test_a_missing_consent_is_refused_by_name() -> None:
    with pytest.raises(ConsentMissing, match="inquiry"):
        check(POLICY, INQUIRY, (), ())


@pytest.mark.parametrize("extra", ["security", "personalised", "kim@example.kr"])
def test_a_consent_that_was_not_asked_is_refused_and_not_repeated(extra: str) -> None:
    with pytest.raises(ConsentNotAsked) as refused:
        check(POLICY, INQUIRY, ("inquiry", extra), INQUIRY.required)
    assert extra not in str(refused.value)


def test_a_purpose_without_a_stated_ground_is_asked_for_too() -> None:
    """A policy may override that finding; nothing is then taken for granted."""
    groundless = replace(POLICY, purposes=tuple(replace(purpose, basis=None) for purpose in POLICY.purposes))
    collection = groundless.collection("inquiry")
    assert set(needed(groundless, collection)) == set(collection.purposes)


def with_news() -> tuple[Policy, Collection]:
    """Return a policy whose form takes attachments for a purpose of their own, and for that alone."""
    answering = replace(POLICY.purpose("inquiry"), items=("subject", "email", "content"))
    others = tuple(purpose for purpose in POLICY.purposes if purpose.name != "inquiry")
    form = replace(INQUIRY, purposes=("inquiry", "security", "news"))
    policy = replace(POLICY, purposes=(answering, NEWS, *others), collections=(form,))
    return policy, form


def test_a_purpose_that_takes_only_what_is_optional_can_be_refused_at_no_cost() -> None:
    policy, form = with_news()
    assert needed(policy, form) == ("inquiry", "news")
    assert refusable(policy, form) == {"news"}
    check(policy, form, ("inquiry",), form.required)
    check(policy, form, ("inquiry", "news"), form.asked)
    assert missing(policy, form, (), ()) == ("inquiry",)


def test_what_a_refusable_purpose_alone_is_for_is_not_taken_without_it() -> None:
    policy, form = with_news()
    with pytest.raises(ConsentMissing, match="news"):
        check(policy, form, ("inquiry",), form.asked)
    shared = replace(policy, purposes=(POLICY.purpose("inquiry"), NEWS, POLICY.purpose("security")))
    check(shared, form, ("inquiry",), form.asked)  # it is for the answer too, which was agreed to


def test_nothing_of_the_reference_form_can_be_refused_and_the_form_still_sent() -> None:
    assert refusable(POLICY, INQUIRY) == frozenset()
