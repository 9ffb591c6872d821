"""The reference policy as published (version 1): what its page tells, in both languages. The policy map names these."""

from datetime import date
from pathlib import Path

import pytest

from jikim.domain.policy import Policy
from jikim.language import load, markdown, page
from jikim.language.compile import compile as compiled

REFERENCE = Path(__file__).resolve().parents[2] / "policies" / "utracs" / "1.toml"
WHILE_ALL_BODIES_STOOD = date(2023, 1, 1)


def told(language: str) -> str:
    policy = compiled(load.read(REFERENCE).raw)
    return markdown.render(page.build(policy, language, on=WHILE_ALL_BODIES_STOOD))


def licensed() -> Policy:
    """The same policy at a company that holds an electronic-finance licence."""
    raw = load.read(REFERENCE).raw
    raw["controller"]["answers"] = ["licensed-e-finance"]
    return compiled(raw)


def clause(language: str, name: str, policy: Policy | None = None) -> str:
    policy = policy or compiled(load.read(REFERENCE).raw)
    whole = page.build(policy, language, on=WHILE_ALL_BODIES_STOOD)
    found = next(clause for clause in whole.clauses if clause.id == name)
    others = [clause for clause in whole.clauses if clause is not found]
    text = markdown.render(whole)
    start = text.index(f"## {found.number}. {found.title}")
    ends = [text.index(f"## {other.number}. {other.title}") for other in others if other.number == found.number + 1]
    return text[start : ends[0] if ends else None]


def test_the_page_is_titled_a_privacy_policy() -> None:
    assert told("ko").startswith("# 개인정보 처리방침\n")
    assert told("en").startswith("# Privacy Policy\n")


def test_the_company_and_the_law_it_follows_are_named() -> None:
    assert "유트랙스" in told("ko").split("##")[0]
    assert "정보통신망" in told("ko").split("##")[0]
    assert "UTRACS" in told("en").split("##")[0]
    assert "Network Act" in told("en").split("##")[0]


@pytest.mark.parametrize(
    ("language", "words"), [("ko", ("부정 이용 기록", "부정 이용 방지", "1년")), ("en", ("unauthorized use", "1 year"))]
)
def test_why_misuse_is_recorded_is_told(language: str, words: tuple[str, ...]) -> None:
    assert all(word in clause(language, "retention") for word in words)


@pytest.mark.parametrize(("language", "periods"), [("ko", ("5년", "3년")), ("en", ("5 years", "3 years"))])
def test_each_legal_period_is_stated(language: str, periods: tuple[str, ...]) -> None:
    assert all(period in clause(language, "retention") for period in periods)


@pytest.mark.parametrize(("language", "law"), [("ko", "전자상거래법"), ("en", "E-Commerce Consumer Protection Act")])
def test_the_authority_of_consumer_records_is_the_e_commerce_law(language: str, law: str) -> None:
    assert clause(language, "retention").count(law) >= 3  # contracts, payments, complaints


@pytest.mark.parametrize(("language", "words"), [("ko", "종이 문서"), ("en", "Paper")])
def test_procedure_and_method_of_destruction_are_told(language: str, words: str) -> None:
    assert words in clause(language, "destruction")


@pytest.mark.parametrize(("language", "words"), [("ko", "제공하지 않습니다"), ("en", "do not give")])
def test_giving_nothing_to_outsiders_is_stated(language: str, words: str) -> None:
    assert words in clause(language, "third-party")


@pytest.mark.parametrize(
    ("language", "words"), [("ko", ("배송", "설치", "사후 관리")), ("en", ("delivery", "installation", "after-sales"))]
)
def test_the_kinds_of_entrusted_work_are_named(language: str, words: tuple[str, ...]) -> None:
    assert all(word in clause(language, "consignment") for word in words)


@pytest.mark.parametrize(("language", "words"), [("ko", "브라우저"), ("en", "your browser")])
def test_what_a_cookie_is_and_where_it_is_kept_is_told(language: str, words: str) -> None:
    assert words in clause(language, "cookies")


@pytest.mark.parametrize(("language", "words"), [("ko", "인터넷 옵션"), ("en", "Internet Options")])
def test_how_to_refuse_cookies_is_told_with_a_browser_setting(language: str, words: str) -> None:
    assert words in clause(language, "cookies")


@pytest.mark.parametrize(("language", "words"), [("ko", "개인정보 보호책임자"), ("en", "Privacy Policy Officer")])
def test_the_officer_and_their_address_are_named(language: str, words: str) -> None:
    assert words in clause(language, "officer")
    assert "sales@utracs.com" in clause(language, "officer")


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("www.kopico.go.kr", "1833-6972"),
        ("privacy.kisa.or.kr", "118"),
        ("www.spo.go.kr", "1301"),
        ("ecrm.police.go.kr", "182"),
    ],
)
def test_each_outside_body_is_named_with_address_and_number(address: str, number: str) -> None:
    for language in ("ko", "en"):
        assert address in clause(language, "remedies")
        assert number in clause(language, "remedies")


def test_e_financial_records_are_kept_where_the_company_is_licensed() -> None:
    ordinary = compiled(load.read(REFERENCE).raw)
    assert not ordinary.retention.rules_for("e-financial")
    assert [rule.records for rule in licensed().retention.rules_for("e-financial")] == ["e-financial"]


@pytest.mark.parametrize(
    ("language", "law"), [("ko", "전자금융거래법"), ("en", "Electronic Financial Transactions Act")]
)
def test_the_authority_of_e_financial_records_is_the_electronic_finance_law(language: str, law: str) -> None:
    assert law in clause(language, "retention", licensed())
    assert law not in clause(language, "retention")


@pytest.mark.parametrize(("language", "period"), [("ko", "5년"), ("en", "5 years")])
def test_e_financial_records_are_kept_for_five_years(language: str, period: str) -> None:
    (rule,) = licensed().retention.rules_for("e-financial")
    assert str(rule.period) == "P5Y"
    assert period in clause(language, "retention", licensed())
