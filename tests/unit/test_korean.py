"""The particle after a name is the one people would say aloud."""

import pytest

from jikim.language.korean import final, with_particle

CLOSED = [
    *("물푸레계측", "이메일", "제목", "한국전력", "개인정보 보호법"),
    *("LG전선", "3M", "KTL", "ABM", "Hanbit", "Hyundai Steel", "Google", "Chrome", "Samsung", "Jikim", "Internet"),
    *("NetBook", "Fablab", "Phone", "한빛 Shop", "제1판", "2026년 10", "701", "6", "Plastic", "Track"),
]
OPEN = [
    *("유트랙스", "상호", "전자상거래", "문의", "회사"),
    *("UTRACS", "SK", "KT&G", "IBM Korea", "Naver", "Bank", "Microsoft", "Site", "Week", "Cloud", "Street", "Acme Co"),
    *("Mulpure Instruments", "제2", "2024", "9", "45", "Corp", "Root"),
]


@pytest.mark.parametrize("word", CLOSED)
def test_a_word_that_ends_in_a_consonant_takes_the_closed_particle(word: str) -> None:
    assert [with_particle(word, one).removeprefix(word) for one in ("이", "을", "은", "과")] == ["이", "을", "은", "과"]


@pytest.mark.parametrize("word", OPEN)
def test_a_word_that_ends_in_a_vowel_takes_the_open_particle(word: str) -> None:
    assert [with_particle(word, one).removeprefix(word) for one in ("이", "을", "은", "과")] == ["가", "를", "는", "와"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("서울", "서울로"),  # ㄹ behaves like a vowel before 로 alone
        ("이메일", "이메일로"),
        ("Gmail", "Gmail로"),
        ("7", "7로"),
        ("URL", "URL로"),
        ("방법", "방법으로"),
        ("전화", "전화로"),
        ("3", "3으로"),
    ],
)
def test_a_final_rieul_takes_ro(word: str, said: str) -> None:
    assert with_particle(word, "으로") == said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("유트랙스(주)", "유트랙스(주)는"),  # the word before the brackets decides
        ("접속 기록(IP 주소, 브라우저)", "접속 기록(IP 주소, 브라우저)은"),
        ("(주)한빛", "(주)한빛은"),
        ("‘처리방침’", "‘처리방침’은"),
        ("(주)", "(주)는"),  # nothing but brackets: what is in them is read
    ],
)
def test_brackets_and_quotes_are_not_read(word: str, said: str) -> None:
    assert with_particle(word, "은") == said


@pytest.mark.parametrize("word", ["", " ", "★", "株式"])
def test_what_cannot_be_read_takes_the_open_particle(word: str) -> None:
    assert final(word) == ""


def test_a_particle_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        with_particle("이메일", "에게")
