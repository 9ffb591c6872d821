"""The notice beside a consent says what, why, how long and what refusing costs, and asks only for what needs asking."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from jikim.domain.consent import needed
from jikim.domain.inquiry import Minors
from jikim.domain.policy import Policy
from jikim.domain.terms import LegalBasis, Text
from jikim.language import notice
from jikim.language.notice import Notice
from tests.support.pages import LANGUAGES, SHIPPED, policy

ASKED = (LegalBasis.CONSENT, None)  # a purpose without a stated basis is asked for as well


def shown(language: str = "ko", collection: str = "inquiry", name: str = "utracs/2.toml") -> Notice:
    told = policy(name)
    return notice.build(told, told.collection(collection), language)


@pytest.mark.parametrize(
    ("language", "items"),
    [
        ("ko", "필수: 제목, 이메일, 내용 · 선택: 첨부 파일 · 자동 기록: 접속 기록(IP 주소, 브라우저, 시각)"),
        (
            "en",
            (
                "Required: Subject, Email, Message · optional: Attachments"
                " · recorded by the site: Access log (IP address, browser, time)"
            ),
        ),
    ],
)
def test_it_tells_required_optional_and_recorded_items_apart(language: str, items: str) -> None:
    assert shown(language).items == items


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("첨부 파일은 문의 처리를 마치고 7일이 지날 때까지", "5일 안에 파기합니다", "수집한 날부터 3개월")),
        ("en", ("until 7 days after your inquiry is resolved", "destroyed within 5 days", "3 months from the day")),
        ("ko", ("계약 또는 청약철회 등에 관한 기록: 5년", "분쟁 처리에 관한 기록: 3년 (이메일, 제목, 내용)")),
        ("en", ("withdrawal of subscription: 5 years", "dispute handling: 3 years (Email, Subject, Message)")),
    ],
)
def test_it_gives_the_usual_time_and_the_longest(language: str, words: tuple[str, ...]) -> None:
    assert not [word for word in words if word not in shown(language).period]


def test_a_rule_that_does_not_bind_the_company_is_not_spoken_of() -> None:
    assert "전자금융" not in shown("ko").text


def test_a_form_without_rules_over_its_items_speaks_of_none() -> None:
    assert "다만" not in shown("ko", "membership").period


@pytest.mark.parametrize(("language", "right"), [("ko", "동의하지 않으실 수 있습니다."), ("en", "You may refuse.")])
def test_the_right_to_refuse_is_told_even_where_the_policy_says_nothing(language: str, right: str) -> None:
    assert shown(language).refusal.startswith(right)
    assert shown(language, name="utracs/1.toml").refusal == right


SILENT = Text(())


def news(told: Policy, refusal: Text = SILENT) -> Policy:
    """Take the attachments of the inquiry form for news alone."""
    answering = replace(told.purpose("inquiry"), items=("subject", "email", "content"))
    label = Text.of({"ko": "새 소식을 알려 드리기 위해", "en": "To tell you news"})
    extra = replace(answering, name="news", label=label, items=("attachments",), refusal=refusal)
    form = replace(told.collection("inquiry"), purposes=("inquiry", "security", "news"))
    rest = tuple(purpose for purpose in told.purposes if purpose.name != "inquiry")
    return replace(told, purposes=(answering, extra, *rest), collections=(form,))


def beside(told: Policy, language: str) -> Notice:
    return notice.build(told, told.collection("inquiry"), language)


@pytest.mark.parametrize(
    ("language", "free"),
    [
        ("ko", "동의하지 않으실 수 있습니다. 그러면 첨부 파일을 받지 않을 뿐 불이익은 없습니다."),
        ("en", "You may refuse. We then do not take Attachments; refusing has no disadvantage for you."),
    ],
)
def test_an_optional_consent_that_costs_nothing_says_so_apart_from_the_one_that_does(language: str, free: str) -> None:
    answering, optional = beside(news(policy()), language).refusal.splitlines()
    label = {"ko": "새 소식을 알려 드리기 위해", "en": "To tell you news"}[language]
    assert optional == f"{label}: {free}"
    assert answering.endswith(shown(language).refusal)
    assert answering.startswith(policy().purpose("inquiry").label.say(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_refusing_an_optional_consent_costs_stands_in_the_notice_and_beside_its_box(language: str) -> None:
    costs = Text.of({"ko": "그러면 할인 소식을 놓치실 수 있습니다.", "en": "You may then miss our sales."})
    told = beside(news(policy(), refusal=costs), language)
    right = {"ko": "동의하지 않으실 수 있습니다.", "en": "You may refuse."}[language]
    assert told.refusal.splitlines()[1].endswith(f": {right} {costs.say(language)}")
    answering, optional = told.consents
    assert optional.sentence.endswith(costs.say(language))
    assert costs.say(language) not in answering.sentence


def test_an_item_that_something_else_is_for_is_taken_all_the_same_and_not_named() -> None:
    told = news(policy())
    shared = replace(told, purposes=(policy().purpose("inquiry"), *told.purposes[1:]))
    assert beside(shared, "en").refusal.endswith("You may refuse. Refusing has no disadvantage for you.")


def test_a_collection_may_say_for_all_its_optional_consents_what_refusing_costs() -> None:
    told = news(policy())
    form = replace(told.collection("inquiry"), purposes=("security", "news"))
    assert notice.build(told, form, "en").refusal == form.refusal.say("en")


def test_the_cost_that_one_purpose_states_goes_before_that_of_the_form() -> None:
    assert shown("en", "visits").refusal == f"You may refuse. {policy().purpose('personalised').refusal.say('en')}"


def test_where_nothing_is_asked_nobody_is_told_that_they_may_refuse() -> None:
    form = replace(policy().collection("rights"), refusal=SILENT)
    assert notice.build(policy(), form, "en").refusal == ""


def test_children_are_told_where_a_form_is_closed_to_them_and_where_a_parent_has_to_agree() -> None:
    assert shown("ko").minors == "만 14세 미만이면 이 양식을 쓸 수 없습니다."
    assert shown("en").minors == "This form is not for children under 14."
    assert shown("ko", "visits").minors == "만 14세 미만 아동에게서는 받지 않습니다."
    assert shown("ko", "rights").minors == ""  # rests on a statute: nobody agrees to anything
    assert policy().collection("rights").minors is Minors.REPRESENTATIVE
    through_parents = replace(policy().collection("inquiry"), minors=Minors.REPRESENTATIVE)
    assert "법정대리인이 동의해야 합니다" in notice.build(policy(), through_parents, "ko").minors
    assert "a parent or guardian has to agree" in notice.build(policy(), through_parents, "en").minors


def test_each_purpose_that_rests_on_consent_is_asked_for_and_no_other() -> None:
    for name in SHIPPED:
        told = policy(name)
        for collection in told.collections:
            asked = notice.build(told, collection, "ko").consents
            assert tuple(each.purpose for each in asked) == needed(told, collection)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("접속 기록은 동의 없이 처리합니다.", "정당한 이익", "개인정보 보호법 제15조제1항제6호")),
        ("en", ("Access log: processed without consent", "legitimate interest", "art. 15(1)6")),
    ],
)
def test_what_is_processed_without_consent_is_told_with_its_ground(language: str, words: tuple[str, ...]) -> None:
    assert not [word for word in words if word not in shown(language).without_consent]


def test_the_sentence_of_a_consent_is_whole_whatever_the_purpose_says() -> None:
    (asked,) = shown("ko").consents
    assert asked.sentence == (
        "위 내용을 읽었고, 제목, 이메일, 내용, 첨부 파일을 수집·이용하는 데 동의합니다 (제2판). "
        "목적: 온라인 문의에 답하고 필요한 조치를 하기 위해."
    )
    (vague,) = shown("ko", name="utracs/1.toml").consents
    assert vague.sentence.endswith(
        "접속 기록을 수집·이용하는 데 동의합니다 (제1판). 목적: 온라인 문의, 서비스 조치 등 이용자 정보의 활용."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stored_words_hold_everything_that_was_shown(language: str) -> None:
    told = shown(language)
    lines = (told.items, told.purpose, told.period, told.refusal, told.minors, told.without_consent)
    assert not [line for line in (*lines, *(asked.sentence for asked in told.consents)) if line not in told.text]
    assert told.sha256 == sha256(told.text.encode()).hexdigest()


def test_the_words_follow_from_the_policy_alone() -> None:
    later = replace(policy(), in_force_at=policy().in_force_at + timedelta(days=400))
    assert notice.build(later, later.collection("inquiry"), "ko") == shown("ko")


def test_another_fact_is_another_digest() -> None:
    told = policy()
    renamed = replace(told, controller=replace(told.controller, name=Text.of({"ko": "다른 회사", "en": "Another"})))
    versions = [told, renamed, replace(told, version=3), replace(told, retention=replace(told.retention, rules=()))]
    digests = {
        notice.build(each, each.collection("inquiry"), language).sha256 for each in versions for language in LANGUAGES
    }
    assert len(digests) == len(versions) * len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_notice_names_each_item_period_and_consent_of_its_collection(name: str, language: str) -> None:
    told = policy(name)
    for collection in told.collections:
        told_beside = notice.build(told, collection, language)
        labels = [told.item(item).label.say(language) for item in collection.items]
        assert not [label for label in labels if label.lower() not in told_beside.items.lower()]
        limits = [f"{told.retention.within.days}", *(str(told.purpose(p).quiet.days) for p in collection.purposes)]
        assert not [limit for limit in limits if limit != "0" and limit not in told_beside.period]
        sentences = [consent.sentence for consent in told_beside.consents]
        assert len(set(sentences)) == len([p for p in collection.purposes if told.purpose(p).basis in ASKED])
