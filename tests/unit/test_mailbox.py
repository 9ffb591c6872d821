"""One mailbox has one spelling, and what is none has none."""

import sys

import pytest

from jikim.domain.mailbox import ROUNDS, NoMailbox, _folded, normalise_mailbox


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@example.kr", "a@example.kr"),
        ("  Haneul.Kim@EXAMPLE.kr\n", "haneul.kim@example.kr"),
        ("\uff48aneul\uff20example\uff0ekr", "haneul@example.kr"),  # typed in full width
        ("하늘@example.kr", "하늘@example.kr"),
        ("\u1112\u1161\u1102\u1173\u11af@example.kr", "하늘@example.kr"),  # as a Mac spells it
        ("a@지킴.한국", "a@xn--9b6b60k.xn--3e0b707e"),
        ("a@XN--9B6B60K.xn--3e0b707e", "a@xn--9b6b60k.xn--3e0b707e"),
        ("STRASSE@example.de", "strasse@example.de"),
        ("stra\u00dfe@example.de", "strasse@example.de"),
        ("a+b@example.kr", "a+b@example.kr"),  # another mailbox than a@: only its owner knows
        (f"{'a' * 64}@example.kr", f"{'a' * 64}@example.kr"),
    ],
)
def test_a_mailbox_has_one_spelling(typed: str, meant: str) -> None:
    assert normalise_mailbox(typed) == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "@",
        "a",
        "a@",
        "@example.kr",
        "a@example",
        "a@@example.kr",
        "a b@example.kr",
        "a\x00@example.kr",
        "a@example..kr",
        "a@.kr",
        "a@example.kr.",
        "a@exa mple.kr",
        f"{'a' * 65}@example.kr",
        f"a@{'b' * 64}.kr",
        f"a@{'.'.join(['b' * 60] * 5)}.kr",
        "\ud800@example.kr",
        "a@\ud800.kr",
        "Haneul <haneul@example.kr>",
    ],
)
def test_what_is_no_mailbox_is_refused_and_not_repeated(words: str) -> None:
    with pytest.raises(NoMailbox) as told:
        normalise_mailbox(words)
    assert "haneul" not in str(told.value)


def test_every_letter_comes_to_rest_in_time() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1)]
    assert ROUNDS == 4
    assert [letter for letter in letters if _folded(_folded(letter)) != _folded(letter)] == []
