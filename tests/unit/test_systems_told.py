"""The page tells the company's own systems apart from the companies that work for it."""

import pytest

from jikim.language import compile as compiler
from jikim.language import html, load, page
from tests.support.mutation import GONE, POLICIES, TODAY, draft


def consignment(language: str, **edits: object) -> str:
    policy = compiler.compile(draft({path.replace("__", "."): value for path, value in edits.items()}).raw)
    whole = page.build(policy, language, on=TODAY)
    return html.fragment(whole).split('id="consignment"')[1].split("<section")[0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ko", ("회사가 직접 운영", "회사 메일 서버", "메일 발송", "이메일, 법정대리인 이메일, 회원 이메일")),
        ("en", ("our own", "Our own mail server", "sending mail", "Email, Email of the legal representative")),
    ],
)
def test_a_system_is_told_with_what_it_is_for_and_what_it_receives(language: str, told: tuple[str, ...]) -> None:
    assert all(words in consignment(language) for words in told)


@pytest.mark.parametrize(("language", "words"), [("ko", "직접 운영"), ("en", "our own")])
def test_a_policy_without_systems_of_its_own_speaks_of_none(language: str, words: str) -> None:
    assert words not in consignment(language, systems=GONE)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_systems_are_told_in_the_order_of_their_names_whoever_wrote_them_first(language: str) -> None:
    backup = {"label": {"ko": "백업 장비", "en": "Spare disks"}, "kind": "backup", "items": ["content"]}
    told = consignment(language, systems__backup=backup)
    assert told.index("백업 장비" if language == "ko" else "Spare disks") < told.index(
        "회사 메일 서버" if language == "ko" else "Our own mail server"
    )


def test_the_policy_for_staff_names_no_system_because_nothing_of_theirs_leaves() -> None:
    assert compiler.compile(load.read(POLICIES / "staff.toml").raw).systems == ()
