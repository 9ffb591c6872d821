"""A file that is no policy is refused with the line and the next step, before any of it is believed."""

import os
import time
from pathlib import Path

import pytest

from jikim.domain.errors import Misused
from jikim.language.load import MAX_BYTES, MAX_DEPTH, UnreadablePolicy, parse, read


def refusal(data: bytes) -> UnreadablePolicy:
    with pytest.raises(UnreadablePolicy) as caught:
        parse(data, "p.toml")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "p.toml is empty"),
        (b"\n# only a comment\n", "p.toml is empty"),
        (b'a = 1\nb = "\xb0\xa1"\n', "p.toml is not UTF-8: the byte at offset 11 (line 2) begins no character"),
        ("a = 1".encode("utf-16"), "p.toml is not UTF-8: the byte at offset 0 (line 1) begins no character"),
        (b"a = 1\na = 2\n", "p.toml: line 2, column 6: the key a is given twice"),
        (b"[t]\na.b = 1\na.b = [\n1,\n]\nc = 1", "p.toml: line 5, column 2: the key a.b is given twice"),
        (b"t = { a = 1, a = 2 }", "p.toml: line 1, column 19: the key a is given twice on one line"),
        (b"[a.b]\n[a.b]\n", "p.toml: line 2, column 5: the table [a.b] is opened twice"),
        (b"a = { b = 1 }\na.c = 2\n", "p.toml: line 2, column 8: a table closed on its own line is opened again"),
        (b"a = yes", "p.toml: line 1, column 5: TOML cannot read this value"),
        (b"a = [1", "p.toml: line 1, the end of the file: a list is not closed"),
        (b'a = "x\nb = 1', "p.toml: line 1, column 7: a text is not closed on its line"),
        (b'a = """x\nb = 1\n\n', "p.toml: line 2, the end of the file: a text is not closed"),
        ("제목 = 1".encode(), "p.toml: line 1, column 1: neither a key nor a table"),
        (b"a b", "p.toml: line 1, column 3: a key without ="),
        (b"a = 2023-02-30", "p.toml: line 1, column 5: no such date or time"),
        (b"a = 1 b = 2", "p.toml: line 1, column 7: something follows a value that is complete"),
        (b"a = " + b"9" * 5000, "p.toml: a number with too many digits"),
        (b"a.b = 0x" + b"f" * 5000, "p.toml: a.b is a number with too many digits"),
        (b"a = [1, 9223372036854775808]", "p.toml: a is a number with too many digits"),
        (b'a = "\\q"', "p.toml: line 1, column 8: unescaped '\\' in a string"),
    ],
)
def test_a_broken_file_is_refused_with_the_place_and_what_is_wrong(data: bytes, said: str) -> None:
    assert refusal(data).message == said


@pytest.mark.parametrize(
    "data",
    [
        b"a = " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"a = " + b"[" * 400_000,
        b"a = " + b"{a=" * 200_000,
        b"a." * 500_000 + b"a = 1",
        b'"a".' * 200_000 + b"a = 1",
        b"[" + b"a . " * 200_000 + b"a]",
    ],
)
def test_deep_nesting_is_refused_before_the_parser_sees_it(data: bytes) -> None:
    began = time.monotonic()
    assert refusal(data).message == f"p.toml: line 1: nested more than {MAX_DEPTH} deep"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + "[" * 100 + '"',
        "a = '" + "{" * 100 + "'",
        "a = 1 # " + "[." * 100,
        'a = """\n' + '"[" ' * 50 + '"""""',
        "a = '''\n" + "'[' " * 50 + "'''",
        'a = "\\"' + "[" * 100 + '"',
        "\n".join(f"[t{n}]\na = [1]" for n in range(100)),
        "a = [" + "1.5, " * 100 + "]",
    ],
)
def test_brackets_in_texts_and_comments_are_not_nesting(text: str) -> None:
    assert parse(text.encode(), "p.toml").raw


def test_a_file_of_many_megabytes_is_refused_without_being_parsed(tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    with big.open("wb") as file:
        file.truncate(10 * 1024 * 1024)
    began = time.monotonic()
    with pytest.raises(UnreadablePolicy, match=f"larger than {MAX_BYTES} bytes"):
        read(big)
    assert time.monotonic() - began < 1


def test_a_hostile_text_takes_no_quadratic_time() -> None:
    began = time.monotonic()
    assert "a text is not closed" in refusal(b'a = "' + b'\\"' * 500_000).message
    assert time.monotonic() - began < 5


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePolicy, match="is a directory"):
        read(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePolicy, match="there is no file"):
        read(tmp_path / "no.toml")


def test_a_file_this_user_may_not_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the tests may run as root, whom no mode stops, so the refusal comes from the same call in another way
    def forbid(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(UnreadablePolicy, match="may not be read by this user"):
        read(tmp_path / "p.toml")


def test_a_failing_disk_is_told_in_its_own_words() -> None:
    with pytest.raises(UnreadablePolicy, match="cannot be read: Input/output error"):
        read("/proc/self/mem")


def test_a_name_that_is_no_path_is_refused_and_shown_without_control_characters() -> None:
    with pytest.raises(UnreadablePolicy, match=r"^a\?b cannot be read: its name is not a path"):
        read("a\0b")


def test_unreadable_is_misuse_so_that_commands_exit_with_two() -> None:
    assert issubclass(UnreadablePolicy, Misused)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault() -> None:
    assert parse(b'\xef\xbb\xbfa = 1\r\nb = "x"\r\n', "p").raw == {"a": 1, "b": "x"}


def test_no_message_repeats_what_a_text_says() -> None:
    secret = "someone@example.com"
    for broken in (f'a = "{secret}\nb = 1', f'a = "{secret}" "', f'a = "{secret}"\na = "{secret}"', f"{secret} = 1"):
        assert secret not in str(refusal(broken.encode()))


DRAFT = parse(
    b"""
    schema = "policy/1"
    version = 3
    on = true
    word = "one"
    words = ["a", 1, "b"]
    [item.subject]
    label = { ko = "\xec\xa0\x9c\xeb\xaa\xa9", en = "Subject", de = 3 }
    [item."odd.name"]
    kind = "text"
    [[override]]
    code = "W-LAW"
    reason = { en = "because" }
    """,
    "p.toml",
)


def test_getters_answer_what_stands_there() -> None:
    assert DRAFT.text("schema") == "policy/1"
    assert DRAFT.number("version") == 3
    assert DRAFT.words("words") == ("a", "b")
    assert DRAFT.words("word") == ("one",)
    assert DRAFT.spoken("item.subject.label") == {"ko": "제목", "en": "Subject"}
    assert list(DRAFT.tables("item")) == ["subject", "odd.name"]
    assert DRAFT.text('item."odd.name".kind') == DRAFT.text(("item", "odd.name", "kind")) == "text"
    assert DRAFT.rows("override")[0]["code"] == DRAFT.text("override.0.code") == "W-LAW"
    assert DRAFT.has("item")
    assert not DRAFT.has("items")


@pytest.mark.parametrize(
    "where", ["schema", "version", "on", "word.x.y", "words.9", "words.x", "", "a..b", "item.subject.label"]
)
def test_getters_never_raise_whatever_stands_there(where: str) -> None:
    assert isinstance(DRAFT.text(where), str)
    assert isinstance(DRAFT.words(where), tuple)
    assert isinstance(DRAFT.rows(where), tuple)
    assert DRAFT.number(where) in (None, 3)
    assert all(isinstance(words, str) for words in DRAFT.spoken(where).values())
    assert all(isinstance(table, dict) for table in DRAFT.tables(where).values())


def test_true_is_no_number() -> None:
    assert DRAFT.number("on") is None


def test_every_fact_has_one_path_with_odd_keys_quoted() -> None:
    assert DRAFT.leaf_paths() == (
        "schema",
        "version",
        "on",
        "word",
        "words",
        "item.subject.label.ko",
        "item.subject.label.en",
        "item.subject.label.de",
        'item."odd.name".kind',
        "override.0.code",
        "override.0.reason.en",
    )


def test_every_path_leads_back_to_its_fact() -> None:
    for path, value in DRAFT.leaves():
        assert DRAFT.value(path) == value
    for written in DRAFT.leaf_paths():
        assert DRAFT.has(written)


def test_reading_a_real_file_keeps_its_name_and_source(tmp_path: Path) -> None:
    file = tmp_path / "정책.toml"
    file.write_text("a = 1 # why\n", encoding="utf-8")
    draft = read(file)
    assert (draft.name, draft.source, draft.raw) == (os.fspath(file), "a = 1 # why\n", {"a": 1})
