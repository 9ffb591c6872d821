"""Which words state something: numbers, dates, laws, companies in two languages; and what only looks like one."""

import pytest

from tests.support.mutation import Changed


def stated(language: str, words: str) -> set[str]:
    """Return the codes a text brings when it stands in the policy as free prose."""
    other = {"ko": ("en", "Nothing more."), "en": ("ko", "더는 없습니다.")}[language]
    report = Changed({"prose.retention": {language: words, other[0]: other[1]}}).report()
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    "words",
    [
        "사 년 동안 보관합니다",
        "이 년간 보관합니다",
        "십이 년이 지나면 파기합니다",
        "이십 세 미만은 이용할 수 없습니다",
        "만 열여섯 살부터 이용할 수 있습니다",
        "나흘 안에 답변합니다",
        "보름 뒤에 파기합니다",
        "이틀 동안 보관합니다",
        "두 달 동안 보관합니다",
        "한 달 안에 답변합니다",
        "한두 달이 걸립니다",
        "석 달이 아니라 넉 달입니다",
        "두세 번 확인합니다",
        "반년이 지나면 파기합니다",
        "일곱 가지를 지킵니다",
        "이십구 일 이내에 알립니다",
        "이십오시간 안에 알립니다",
        "백 명이 넘으면 알립니다",
        "사흘간 보관합니다",
        "다섯 개까지 첨부할 수 있고 여섯 개는 안 됩니다",
        "31일 안에 답변합니다",
        "３１일 안에 답변합니다",
        "1,000명이 이용합니다",
        "0.5초가 걸립니다",
        "제21조에 따릅니다",
        "三年 동안 보관합니다",
        "백일 뒤에 파기합니다",
        "사나흘이 걸립니다",
        "두어 달이 걸립니다",
        "5영업일 안에 답변합니다",
        "십 영업일 이내에 답변합니다",
    ],
)
def test_a_korean_number_that_is_no_fact_is_found(words: str) -> None:
    assert stated("ko", words) == {"E-PROSE-NUMBER"}


@pytest.mark.parametrize(
    "words",
    [
        "We answer within four days",
        "We answer within 5 business days",
        "We answer within ten working days",
        "We keep it for seven weeks",
        "Within an hour we answer",
        "After a month it is gone",
        "For sixteen-year-olds and older",
        "Kept for a dozen days",
        "Kept for a decade",
        "At most 300 characters",
        "Half a year later it is gone",
        "We ask twice",
        "The twentieth request is refused",
        "Within 25 hours",
        "One hundred and one days",
        "In two months",
    ],
)
def test_an_english_number_that_is_no_fact_is_found(words: str) -> None:
    assert stated("en", words) == {"E-PROSE-NUMBER"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "불만 기록은 3년 보관합니다"),
        ("ko", "불만 기록은 삼 년 보관합니다"),
        ("ko", "열흘 안에 답변합니다"),
        ("ko", "십 일 이내에 답변합니다"),
        ("ko", "만 14세 미만"),
        ("ko", "십사 세 미만"),
        ("ko", "열네 살 미만"),
        ("ko", "석 달 동안 보관합니다"),
        ("ko", "일주일 전에 알립니다"),  # P7D
        ("ko", "다섯 개까지 첨부할 수 있습니다"),
        ("ko", "파일 하나는 10MB까지"),
        ("ko", "육십 개월 동안 보관합니다"),  # P5Y
        ("ko", "전화는 02-000-0000입니다"),
        ("en", "Complaints stay for 3 years"),
        ("en", "We answer within ten (10) days"),
        ("en", "Children under fourteen"),
        ("en", "Children under 14 years of age"),
        ("en", "A 5-year period, or sixty months"),
        ("en", "Announced a week, or rather within a week"),
        ("en", "Up to five files of 10 MiB"),
        ("en", "Call 02-000-0000 or 182"),
        ("en", "Version 2"),
    ],
)
def test_a_number_that_is_a_fact_may_be_said(language: str, words: str) -> None:
    assert stated(language, words) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "IP 주소와 IPv6 주소, AES-256 암호화"),
        ("ko", "제3자에게, 제 3자에게, 제삼자에게 제공하지 않습니다"),
        ("ko", "1:1 문의"),
        ("ko", "2단계 인증을 씁니다"),
        ("ko", "만일 요구한 내용이 이 일과 다르면"),
        ("ko", "이 일을 맡긴 회사"),
        ("ko", "필요한 경우에 한해 이용합니다"),
        ("ko", "다시 한 번 확인한 뒤 한 곳에 모읍니다"),
        ("ko", "일반 문의, 일부 항목, 일시 정지, 이용, 사용, 이상, 오류"),
        ("ko", "문을 열 수 있습니다"),
        ("ko", "구 주소와 새 주소"),
        ("ko", "삼일절, 오일, 이주, 사주, 세대, 네트워크, 두루"),
        ("ko", "십분 활용하고 하루빨리 답변합니다"),
        ("ko", "회사 명의로 된 이 건은"),
        ("ko", "서비스 이용 방법, 불법, 적법한 처리, 사용법"),
        ("ko", "법률에 따라, 관계 법령에 따라, 현행법에 따라"),
        ("ko", "양식 작성법과 측정법, 예방법을 안내합니다"),
        ("ko", "이달의 소식, 매달, 매일, 날마다"),
        ("en", "Third parties and a third-party service"),
        ("en", "One of our staff reads it; no one else does"),
        ("en", "Second, two-factor sign-in protects it first"),
        ("en", "Once answered, you may ask again any time"),
        ("en", "You may act on it; the act of sending; often, attend, intend, weight"),
        ("en", "You may, in May or March as in any season, ask"),
        ("en", "QR Code, area code, IPv6, MP4"),
        ("en", "The Company keeps records per day"),
    ],
)
def test_what_only_looks_like_a_statement_is_let_through(language: str, words: str) -> None:
    assert stated(language, words) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "2026-10-03부터"),
        ("ko", "2025년부터"),
        ("ko", "11월에 고쳤습니다"),
        ("ko", "10월 3일부터"),
        ("ko", "삼월 일일부터"),
        ("ko", "2026. 11. 2.부터"),
        ("en", "Since January 2026"),
        ("en", "From 3 October 2026"),
        ("en", "From October 3rd"),
        ("en", "Changed in November"),
        ("en", "Since 2024"),
    ],
)
def test_a_date_that_is_no_fact_is_found(language: str, words: str) -> None:
    assert stated(language, words) == {"E-PROSE-DATE"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "2026년 10월 2일부터 시행합니다"),
        ("ko", "2026년 10월부터, 2026-10-02"),
        ("ko", "2023년에 처음 펴냈습니다"),
        ("en", "In effect from October 2, 2026"),
        ("en", "First published in 2023"),
    ],
)
def test_a_date_that_is_a_fact_may_be_said(language: str, words: str) -> None:
    assert stated(language, words) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "정보통신망법에 따라"),
        ("ko", "신용정보의 이용 및 보호에 관한 법률에 따라"),
        ("ko", "「위치정보의 보호 및 이용 등에 관한 법률」에 따라"),
        ("ko", "국세기본법상 의무"),
        ("ko", "민법에 따라"),
        ("ko", "근로기준법에 따라"),
        ("ko", "변호사법에 따라"),
        ("ko", "GDPR에 따라"),
        ("en", "Under the Framework Act on National Taxes"),
        ("en", "Under the Civil Code"),
        ("en", "As the CCPA says"),
        ("en", "As the General Data Protection Regulation says"),
    ],
)
def test_a_law_the_file_does_not_cite_is_found(language: str, words: str) -> None:
    assert stated(language, words) == {"E-PROSE-LAW"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "개인정보 보호법에 따라, 개인정보보호법에 따라"),
        ("ko", "전자상거래법에 따라"),
        ("ko", "전자상거래 등에서의 소비자보호에 관한 법률에 따라"),
        ("en", "Under the Personal Information Protection Act"),
        ("en", "Under the E-Commerce Consumer Protection Act"),
    ],
)
def test_a_law_the_file_cites_may_be_named(language: str, words: str) -> None:
    assert stated(language, words) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "㈜한빛물류가 배송합니다"),
        ("ko", "주식회사 한빛물류가 배송합니다"),
        ("ko", "한빛물류 주식회사가 배송합니다"),
        ("ko", "네이버로 로그인합니다"),
        ("ko", "Google에 맡깁니다"),
        ("ko", "AWS를 씁니다"),
        ("ko", "Hanbit Inc가 배송합니다"),
        ("ko", "대한통운이 배송합니다"),
        ("en", "Hanbit Logistics Co., Ltd. delivers"),
        ("en", "Hanbit Inc. delivers"),
        ("en", "Stored at Amazon"),
    ],
)
def test_a_company_the_file_does_not_name_is_found(language: str, words: str) -> None:
    assert stated(language, words) == {"E-PROSE-COMPANY"}


@pytest.mark.parametrize(("language", "words"), [("ko", "유트랙스가 답변합니다"), ("en", "UTRACS answers")])
def test_a_company_the_file_names_may_be_named(language: str, words: str) -> None:
    assert stated(language, words) == set()


def test_every_text_of_the_file_is_read_and_not_only_prose() -> None:
    four = {"ko": "사 년 동안", "en": "For four years"}
    for path in ("item.subject.hint", "purpose.rights.balancing", "purpose.personalised.refusal", "cookies.on_refusal"):
        paths = {finding.path for finding in Changed({path: four}).report().findings}
        assert paths == {f"{path}.ko", f"{path}.en"}


def test_a_reason_to_override_may_say_what_it_likes() -> None:
    reason = {"ko": "2019년 의료법 제21조에 따라 사 년", "en": "Four years, by the Medical Service Act of 2019"}
    row = {"code": "E-DATE", "path": "policy.effective", "reason": reason}
    edits = {"policy.effective": "2026", "history.2.effective": "2026", "override": [row]}
    assert {finding.code for finding in Changed(edits).report().findings} == {"E-DATE"}
