"""Laws of the notice: no word beside a consent can change without its digest, and none of them is lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jikim.domain.policy import Policy
from jikim.domain.terms import Text
from jikim.language import notice
from jikim.language.notice import Notice
from tests.support.pages import LANGUAGES, policy

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


def beside(told: Policy, language: str) -> Notice:
    return notice.build(told, told.collection("inquiry"), language)


def labelled(number: int, word: str) -> Policy:
    """Return the reference policy with another label for one item of its inquiry form."""
    told, text = policy(), Text.of({"ko": word, "en": word})
    name = told.collection("inquiry").items[number]
    return replace(told, items=tuple(replace(i, label=text) if i.name == name else i for i in told.items))


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.integers(0, 4), word=WORDS)
@settings(deadline=None)
def test_another_word_in_any_label_is_another_digest_and_is_shown(language: str, number: int, word: str) -> None:
    before, after = beside(policy(), language), beside(labelled(number, word), language)
    assert word.lower() in after.items.lower()
    assert (before.text == after.text) == (before.sha256 == after.sha256)
    assert after == beside(labelled(number, word), language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(refusal=WORDS, label=WORDS)
@settings(deadline=None)
def test_what_refusing_costs_and_what_it_is_for_are_told_in_the_companys_words(
    language: str, refusal: str, label: str
) -> None:
    told = policy()
    said, why = (Text.of({"ko": words, "en": words}) for words in (refusal, label))
    form = replace(told.collection("inquiry"), refusal=said)
    shown = notice.build(replace(told, purposes=tuple(replace(p, label=why) for p in told.purposes)), form, language)
    assert shown.refusal == refusal
    assert label in shown.purpose
    assert all(label in consent.sentence for consent in shown.consents)
