"""One policy has one spelling, to the byte: RFC 8785."""

import hashlib
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from jikim.language.canonical import MAX_INTEGER, NotCanonical, canonical, fingerprint, restore
from jikim.language.load import parse

KST = timezone(timedelta(hours=9))


def spelled(value: object) -> str:
    """Return the canonical spelling of one value inside a policy."""
    written = canonical({"schema": "policy/1", "a": value}).decode()
    return written.removeprefix('{"a":').removesuffix(',"schema":"policy/1"}')


def test_the_published_example_of_sorting() -> None:
    # RFC 8785 section 3.2.3: keys in the order of their UTF-16 code units, which is not the order of code points
    keys = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert spelled(keys) == (
        '{"\\r":"Carriage Return","1":"One","\x80":"Control","ö":"Latin Small Letter O With Diaeresis",'
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )


def test_the_published_example_of_a_text() -> None:
    # RFC 8785 section 3.2.2: the text of its sample, and the bytes it must become
    written = spelled("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/")
    assert written.encode().hex() == ("22e282ac245c75303030665c6e41274 25c225c5c5c5c5c222f22".replace(" ", ""))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\x00\x1f\x7f", '"\\u0000\\u001f\x7f"'),
        ("제목 </script>", '"제목 </script>"'),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-1, "-1"),
        (MAX_INTEGER, "9007199254740991"),
        (-MAX_INTEGER, "-9007199254740991"),
        ([], "[]"),
        ([1, "b", [True]], '[1,"b",[true]]'),
        ({}, "{}"),
        ({"b": 1, "a": {"d": 2, "c": 3}}, '{"a":{"c":3,"d":2},"b":1}'),
        (date(2026, 10, 2), '"2026-10-02"'),
        (datetime(2026, 10, 2, tzinfo=KST), '"2026-10-02T00:00:00+09:00"'),
    ],
)
def test_values_have_one_spelling(value: object, written: str) -> None:
    assert spelled(value) == written


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1.0, "write a whole number or a text"),
        (float("nan"), "write a whole number or a text"),
        (MAX_INTEGER + 1, "whole numbers go up to 9007199254740991"),
        (-MAX_INTEGER - 1, "whole numbers go up to 9007199254740991"),
        (datetime(2026, 10, 2), "a time needs its offset, such as +09:00"),  # noqa: DTZ001 - what a file may wrongly say
        (None, "write a text"),
        ("\ud800", "remove half of a surrogate pair"),
    ],
)
def test_what_has_no_single_spelling_is_refused_with_its_place(value: object, hint: str) -> None:
    with pytest.raises(NotCanonical, match=r"^t\.0 ") as caught:
        canonical({"t": [value]})
    assert caught.value.hint == hint


def test_the_schema_id_is_part_of_the_form_and_defaults_are_not() -> None:
    assert canonical({"policy": {"id": "x"}}) == b'{"policy":{"id":"x"},"schema":"policy/1"}'


def test_the_fingerprint_is_the_sha256_of_the_form() -> None:
    raw = {"schema": "policy/1"}
    assert fingerprint(raw) == hashlib.sha256(b'{"schema":"policy/1"}').hexdigest()


def test_one_instant_written_in_toml_or_as_text_is_one_fact() -> None:
    toml = parse(b"e = 2026-10-02T00:00:00+09:00\nd = 2026-10-02", "p").raw
    text = parse(b'd = "2026-10-02"\ne = "2026-10-02T00:00:00+09:00"', "p").raw
    assert fingerprint(toml) == fingerprint(text)


def test_restoring_gives_the_tables_back() -> None:
    raw: dict[str, Any] = {
        "schema": "policy/1",
        "item": {"a": {"max_chars": 3, "label": {"ko": "가"}}},
        "laws": ["kr:pipa"],
    }
    assert restore(canonical(raw)) == raw


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"a": 1,"schema":"policy/1"}',
        b'{"schema":"policy/1","a":1}',
        b'{"a":1.5,"schema":"policy/1"}',
        b'{"a":1}',
        b'{"a":1,"a":1,"schema":"policy/1"}',
        b'{"a":"\\u0041","schema":"policy/1"}',
        b'{"a":' * 100_000,
    ],
)
def test_bytes_that_are_not_the_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical, match="not the canonical form"):
        restore(data)
