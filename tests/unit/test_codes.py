"""Codes people type and tokens links carry: hard to guess, easy to type, kept only as digests."""

import re

import pytest

from jikim.sealing import codes
from jikim.sealing.seals import Use


def test_a_receipt_code_has_a_hundred_random_bits_in_letters_that_are_hard_to_confuse() -> None:
    made = {codes.receipt_code() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code) for code in made)


def test_the_same_bits_always_spell_the_same_code() -> None:
    assert codes.code_of(bytes(32)) == "00000-00000-00000-00000"
    assert codes.code_of(bytes(31) + b"\x21") == "11000-00000-00000-00000"


@pytest.mark.parametrize(
    "typed",
    [
        "7K3QM-0X9TB-R2VHN-41WEA",
        "7k3qm-0x9tb-r2vhn-41wea",
        " 7K3QM 0X9TB R2VHN 41WEA ",
        "7K3QM0X9TBR2VHN41WEA",
        "7K3QM-OX9TB-R2VHN-4IWEA",
        "7K3QM–oX9TB—R2VHN·4lWEA",
        "".join(
            chr(ord(letter) + 0xFEE0) for letter in "7K3QM-0X9TB-R2VHN-41WEA"
        ),  # full-width, as some keyboards type
    ],
)
def test_a_code_is_understood_as_people_type_it(typed: str) -> None:
    assert codes.normalise(typed) == "7K3QM-0X9TB-R2VHN-41WEA"
    assert codes.receipt_digest(typed) == codes.receipt_digest("7K3QM-0X9TB-R2VHN-41WEA")


@pytest.mark.parametrize("typed", ["", "7K3QM", "U" * 20, "한" * 20, "7K3QM-0X9TB-R2VHN-41WEA-1", "²" * 20])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.normalise(typed) == ""


def test_digests_of_codes_and_tokens_never_meet() -> None:
    code = codes.receipt_code()
    assert len({codes.receipt_digest(code), *(codes.token_digest(use, code) for use in Use)}) == 1 + len(Use)
    assert len({codes.token() for _ in range(100)}) == 100
    assert len(codes.token_digest(Use.LINK_TOKEN, codes.token())) == len(codes.receipt_digest(code)) == 64
