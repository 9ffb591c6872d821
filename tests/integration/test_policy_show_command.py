"""`jikim policy show` as people and programs meet it."""

import json
from pathlib import Path

import html5lib
import pytest

from jikim.cli import main
from tests.support.pages import POLICIES

MENDED, SEED = str(POLICIES / "utracs" / "2.toml"), str(POLICIES / "utracs" / "1.toml")


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["policy", "show", *words]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(("language", "title"), [("ko", "개인정보 처리방침"), ("en", "Privacy Policy")])
def test_people_read_the_page_in_either_language(capsys: pytest.CaptureFixture[str], language: str, title: str) -> None:
    assert shown(capsys, MENDED, "--lang", language).startswith(f"# {title}\n")


def test_a_site_gets_a_fragment_it_can_put_into_its_own_page(capsys: pytest.CaptureFixture[str]) -> None:
    fragment = shown(capsys, MENDED, "--lang", "ko", "--format", "html")
    assert not [tag for tag in ("<html", "<head", "<body", "<style", "<script") if tag in fragment]
    html5lib.HTMLParser(strict=True).parse(f"<!doctype html><title>t</title><main>{fragment}</main>")


def test_programs_get_the_version_its_digest_and_every_clause(capsys: pytest.CaptureFixture[str]) -> None:
    page = json.loads(shown(capsys, MENDED, "--lang", "en", "--format", "json"))
    assert (page["title"], page["language"], page["version"], len(page["sha256"])) == ("Privacy Policy", "en", 2, 64)
    assert [clause["number"] for clause in page["clauses"]] == list(range(1, 17))
    assert all(block["kind"] for clause in page["clauses"] for block in clause["blocks"])


def test_the_page_can_be_read_as_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1301" in shown(capsys, SEED, "--lang", "en", "--on", "2026-10-01")
    assert "1301" not in shown(capsys, SEED, "--lang", "en", "--on", "2026-10-02")


def test_a_language_the_file_does_not_speak_is_refused_with_those_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", MENDED, "--lang", "fr"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "choose one of: ko, en" in err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"schema = ", b'schema = "policy/1"\nnonsense = 1\n'])
def test_a_file_that_cannot_be_told_says_why_and_prints_no_half_page(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    assert main(["policy", "show", str(file), "--lang", "ko"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "hint:" in err
