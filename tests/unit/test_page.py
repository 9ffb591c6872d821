"""What the page tells: the facts of the file, all of them that people must know, and nothing beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from jikim.domain.inquiry import Minors
from jikim.domain.period import Period
from jikim.domain.policy import Contact, Policy
from jikim.domain.terms import Text
from jikim.domain.vocabulary import Clause
from jikim.language.telling.blocks import LifeLine, Table
from tests.support.pages import LANGUAGES, SHIPPED, built, clause, everything, policy, rendered, spoken

SEED = "utracs/1.toml"
NOBODY = Contact(Text(()), Text(()), "", "", None)


@pytest.mark.parametrize(("language", "title"), [("ko", "개인정보 처리방침"), ("en", "Privacy Policy")])
def test_the_page_has_the_title_the_law_gives_it(language: str, title: str) -> None:
    assert built(policy(), language).title == title


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_clauses_keep_their_anchors_and_order_and_are_numbered_without_a_gap(name: str, language: str) -> None:
    shown = built(policy(name), language).clauses
    order = [str(clause) for clause in Clause]
    assert [part.id for part in shown] == sorted((part.id for part in shown), key=order.index)
    assert [part.number for part in shown] == list(range(1, len(shown) + 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mended_policy_leaves_no_clause_out(language: str) -> None:
    assert [part.id for part in built(policy(), language).clauses] == [str(clause) for clause in Clause]


def test_both_languages_tell_the_same_clauses_in_the_same_blocks() -> None:
    for name in SHIPPED:
        korean, english = (built(policy(name), language).clauses for language in LANGUAGES)
        assert [(part.id, [type(block) for block in part.blocks]) for part in korean] == [
            (part.id, [type(block) for block in part.blocks]) for part in english
        ]


# --- nothing that the file does not state ----------------------------------------------------------------------------


@pytest.mark.parametrize("silent", ["overseas", "automated", "safety"])
def test_what_the_reference_is_silent_about_is_simply_absent(silent: str) -> None:
    assert silent not in [part.id for part in built(policy(SEED), "ko").clauses]


def test_no_certificate_key_or_waiting_time_is_promised_where_the_file_promises_none() -> None:
    korean, english = rendered(policy(SEED), "ko"), rendered(policy(SEED), "en")
    assert not [word for word in ("증명서", "열쇠", "봉인", "새 글") if word in korean]
    assert not [word for word in ("certificate", "sealed", "without another word") if word in english]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_that_does_not_bind_the_company_is_named_nowhere(language: str) -> None:
    told = rendered(policy(), language)
    assert not [law for law in ("전자금융", "Electronic Financial", "electronic financial") if law in told]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_that_has_ended_is_shown_up_to_its_last_day(language: str) -> None:
    assert "1301" in clause(policy(SEED), language, "remedies", date(2026, 10, 1))
    assert "1301" not in clause(policy(SEED), language, "remedies", date(2026, 10, 2))


def test_a_year_is_not_made_into_a_day() -> None:
    assert built(policy(SEED), "ko").effective == "2023년부터 시행"
    assert built(policy(SEED), "en").effective.lower() == "in effect from 2023"


def test_an_instant_is_told_to_the_minute_in_korea_time() -> None:
    late = replace(policy(), in_force_at=datetime(2026, 10, 1, 21, 5, tzinfo=UTC))
    assert built(late, "ko").effective == "2026년 10월 2일 06:05부터 시행"
    assert built(late, "en").effective.lower() == "in effect from 2 october 2026, 06:05 (korea time)"
    assert built(policy(), "ko").effective == "2026년 10월 2일 0시부터 시행"


# --- items, grounds, periods -----------------------------------------------------------------------------------------


def test_items_with_and_without_consent_stand_in_two_tables_with_their_grounds() -> None:
    whole = built(policy(), "ko")
    items = next(part for part in whole.clauses if part.id == "items")
    asked, told = (block for block in items.blocks if isinstance(block, Table))
    assert (asked.caption, told.caption) == ("동의를 받아 처리하는 항목", "동의 없이 처리하는 항목과 그 근거")
    assert all("제15조제1항제1호" in row[2][0].text for row in asked.rows)
    assert all("제15조제1항제1호" not in row[2][0].text for row in told.rows)
    assert len(asked.rows) + len(told.rows) == len(policy().purposes)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ko",
            ("문의 처리를 마치고 7일이 지날 때까지", "수집한 날부터 3개월", "탈퇴할 때까지", "이용하지 않은 지 90일"),
        ),
        (
            "en",
            ("7 days after your inquiry is resolved", "3 months from the day", "you end your membership", "90 days"),
        ),
    ],
)
def test_each_purpose_says_how_long_its_items_stay(language: str, words: tuple[str, ...]) -> None:
    assert not [word for word in words if word not in clause(policy(), language, "items")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("5일 안에", "7일 동안 새 글이 없으면", "180일 동안", "1년", "3년", "5년", "제6조제1항제4호")),
        ("en", ("within 5 days", "7 days pass without", "180 days", "1 year", "3 years", "5 years", "art. 6(1)4")),
    ],
)
def test_retention_tells_every_period_its_authority_and_its_event(language: str, words: tuple[str, ...]) -> None:
    assert not [word for word in words if word not in clause(policy(), language, "retention")]


def test_the_laws_named_beside_the_rules_are_told() -> None:
    assert "상법과 전자상거래 등에서의 소비자보호에 관한 법률" in clause(policy(SEED), "ko", "retention")
    assert "Commercial Act and E-Commerce Consumer Protection Act" in clause(policy(SEED), "en", "retention")


def test_what_a_company_keeps_for_its_own_reasons_is_not_called_law() -> None:
    own = "회사 기준: 부정 이용 방지, 정당한 이익 (개인정보 보호법 제15조제1항제6호)"
    assert own in clause(policy(), "ko", "retention")
    assert "법령이나 회사 기준에 따라" in clause(policy(), "ko", "separate")
    assert "회사 기준" not in clause(policy("example/1.toml"), "ko", "separate")


def test_the_life_line_ends_in_destruction_and_passes_the_separate_database_only_where_a_rule_leads_there() -> None:
    kept, unkept = policy(), policy()
    unkept = replace(unkept, retention=replace(unkept.retention, rules=()))
    lines = [line for each in (kept, unkept) for line in lives(each)]
    assert [[node.label for node in line.nodes] for line in lines] == [
        ["받음", "답함", "목적을 이룸", "따로 보관", "파기"],
        ["받음", "답함", "목적을 이룸", "파기"],
    ]
    assert all([node.ends for node in line.nodes] == [False] * (len(line.nodes) - 1) + [True] for line in lines)


def test_a_policy_without_inquiries_draws_no_life_of_one() -> None:
    assert lives(policy("staff.toml")) == []


# --- people ----------------------------------------------------------------------------------------------------------


def test_children_learn_which_purposes_are_closed_to_them() -> None:
    told = clause(policy(), "ko", "children")
    assert "다음 목적으로는 만 14세 미만 아동의 정보를 받지 않습니다." in told
    assert "온라인 문의에 답하고" in told
    assert "권리 요구" not in told  # a child's representative may ask for rights


def test_a_policy_closed_to_children_says_so_in_one_sentence() -> None:
    shut = tuple(replace(each, minors=Minors.REFUSED) for each in policy().collections)
    told = clause(replace(policy(), collections=shut), "en", "children")
    assert "We ask children under 14 for no information." in told
    assert "For these purposes" not in told


def test_only_what_the_law_makes_us_keep_is_said_to_outlive_an_erasure() -> None:
    told = clause(policy(), "ko", "rights")
    assert "법령에 따라 남겨야 하는 정보" in told
    assert "열람을 요구하실 수 있습니다" in told  # being set aside never bars the person's own access


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_department_leaves_no_empty_line(language: str) -> None:
    bare = replace(policy(), complaints=NOBODY, access_requests=NOBODY)
    assert "02-000-0000" in clause(bare, language, "officer")
    assert not [line for line in clause(bare, language, "officer").splitlines() if line.rstrip().endswith(":")]
    assert "officer" not in [part.id for part in built(replace(bare, officer=NOBODY), language).clauses]


def test_a_domestic_number_says_how_to_dial_it() -> None:
    assert "국번 없이 118" in clause(policy(), "ko", "remedies")
    (line,) = [said for said in clause(policy(), "en", "remedies").splitlines() if "118" in said]
    assert not [word for word in ("118", "in Korea", "no area code") if word not in line]


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "이 사이트는 쿠키를 쓰지 않습니다."), ("en", "This site uses no cookies.")]
)
def test_no_cookies_is_a_statement(language: str, said: str) -> None:
    assert clause(policy("example/1.toml"), language, "cookies") == said


# --- the author's own words ------------------------------------------------------------------------------------------


def test_free_prose_is_added_to_its_clause_paragraph_by_paragraph() -> None:
    words = Text.of({"ko": "첫 문단\n이어서.\n\n둘째 문단.", "en": "First.\n\nSecond."})
    added = built(replace(policy(), prose=(("officer", words),)), "ko")
    officer = next(part for part in added.clauses if part.id == "officer")
    assert spoken(officer.blocks[-2:]) == ["첫 문단 이어서.", "둘째 문단."]


def test_periods_are_said_as_people_say_them() -> None:
    rules = policy().retention.rules
    odd = replace(rules[1], period=Period(1, 6), applies=True)
    changed = replace(policy(), retention=replace(policy().retention, rules=(odd,)))
    assert "1년 6개월" in clause(changed, "ko", "retention")
    assert "1 year and 6 months" in clause(changed, "en", "retention")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_with_a_hole_in_it(name: str, language: str) -> None:
    holes = ("  ", " ,", "()", "( ", " .", "..", "None", "은(는)", "을(를)", "이(가)", ": .", "::")
    assert not [(said, hole) for said in everything(policy(name), language) for hole in holes if hole in said]


def lives(told: Policy) -> list[LifeLine]:
    return [block for part in built(told, "ko").clauses for block in part.blocks if isinstance(block, LifeLine)]
