"""The language of an answer: the link's, else the browser's, else the policy's first. No cookie remembers it."""

import pytest

from jikim.web.asking import choose

KOREAN_FIRST, ENGLISH_FIRST = ("ko", "en"), ("en", "ko")


@pytest.mark.parametrize(
    ("wanted", "accepted", "offered", "language"),
    [
        ("en", "ko-KR", KOREAN_FIRST, "en"),  # the link wins over the browser
        ("", "en-GB,en;q=0.9,ko;q=0.5", KOREAN_FIRST, "en"),
        ("", "fr-FR, ko;q=0.3", ENGLISH_FIRST, "ko"),
        ("", "ko;q=0.3, en;q=0.7", KOREAN_FIRST, "en"),
        ("", "fr", KOREAN_FIRST, "ko"),
        ("", "", ENGLISH_FIRST, "en"),
        ("xx", "en", KOREAN_FIRST, "en"),  # a language we do not have is no wish
        ("en", "en", ("ko",), "ko"),  # a policy in one language has pages in that language
        ("", "ko;q=0, en;q=0.1", KOREAN_FIRST, "en"),  # q=0 means: not this one
        ("", "ko;q=many, en", KOREAN_FIRST, "en"),
        ("", ";;;,,q=,*", KOREAN_FIRST, "ko"),
    ],
)
def test_the_language_is_the_links_then_the_browsers_then_the_policys(
    wanted: str, accepted: str, offered: tuple[str, ...], language: str
) -> None:
    assert choose(wanted, accepted, offered) == language


def test_a_header_without_end_is_not_read_to_its_end() -> None:
    assert choose("", "fr," * 100_000 + "en", KOREAN_FIRST) == "ko"
