"""`jikim policy check` as people and programs meet it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from jikim import packs
from jikim.cli import main
from jikim.cli.terminal import COLUMNS, width
from jikim.language.findings import cite
from tests.support.mutation import GONE, POLICIES, as_toml

TEN: dict[str, dict[str, object]] = {
    "E-KEY": {"purpose.inquiry.basiss": "consent"},
    "E-WORD": {"item.email.kind": "e-mail"},
    "E-DATE": {"policy.effective": "2026", "history.2.effective": "2026"},
    "E-LAW-ENDED": {"policy.laws": ["kr:network-act"]},
    "E-PURPOSE-END": {"purpose.rights.ends": GONE},
    "E-RULE-ITEMS": {"retention.rule.complaint-dispute.items": GONE},
    "E-RULE-SHORT": {"retention.rule.payment-supply.period": "P3Y"},
    "E-REFERENCE": {"rights.membership.items": ["member_emial"]},
    "E-BODY-ENDED": {"remedies.bodies": ["kr:dispute-mediation", "kr:prosecutors-cyber"]},
    "E-TRANSLATION": {"purpose.inquiry.label.en": GONE},
}
ON = ("--on", "2026-11-23")


@pytest.fixture
def with_ten_errors(tmp_path: Path) -> Path:
    edits = {path: value for edit in TEN.values() for path, value in edit.items()}
    file = tmp_path / "ten.toml"
    file.write_text(as_toml(edits), encoding="utf-8")
    return file


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["policy", "check", *words, "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answer


def test_ten_errors_are_found_in_one_run(capsys: pytest.CaptureFixture[str], with_ten_errors: Path) -> None:
    code, answer = told(capsys, str(with_ten_errors), *ON)
    assert code == 1
    assert [finding["code"] for finding in answer["findings"] if finding["code"] not in TEN] == []
    assert {finding["code"] for finding in answer["findings"]} == set(TEN)
    assert (answer["errors"], answer["warnings"], answer["blocks"]) == (10, 0, True)


def test_each_of_ten_errors_is_shown_with_its_place_law_and_hint(
    capsys: pytest.CaptureFixture[str], with_ten_errors: Path
) -> None:
    assert main(["policy", "check", str(with_ten_errors), *ON]) == 1
    shown = capsys.readouterr().out
    said = " ".join(shown.split())
    for name in TEN:
        assert re.search(rf"^  {name}  \S+$", shown, re.MULTILINE)
    assert "hint: did you mean basis?" in shown
    assert "hint: did you mean member_email?" in shown
    assert "hint: cite kr:pipa" in shown
    assert f"law: {cite(packs.load('kr'), 'floor:ecommerce-payment')}" in said
    verdict = r"^It cannot be published yet: 10 errors, no warnings, 0 left with a reason, \d+ notes\.$"
    assert re.search(verdict, shown, re.MULTILINE)


@pytest.mark.parametrize("name", ["example/1.toml", "staff.toml", "utracs/2.toml"])
def test_a_policy_to_copy_is_clean(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, answer = told(capsys, str(POLICIES / name), *ON)
    assert (code, answer["findings"], answer["blocks"]) == (0, [], False)
    assert answer["coverage"]["missing"] == []


def test_what_is_left_with_a_reason_is_printed_with_it_and_does_not_stop_a_publication(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, answer = told(capsys, str(POLICIES / "utracs" / "1.toml"), *ON)
    assert (code, answer["errors"], answer["blocks"]) == (0, 0, False)
    assert answer["overridden"] > 40
    assert all(finding["overridden"] and finding["hint"] for finding in answer["findings"])
    assert main(["policy", "check", str(POLICIES / "utracs" / "1.toml"), *ON]) == 0
    shown = capsys.readouterr().out
    assert "Left as they are, with a reason in the file" in shown
    said_once = {(f["code"], f["citation"], f["overridden"]) for f in answer["findings"]}
    assert shown.count("    reason: ") == len(said_once) < answer["overridden"]
    flat = " ".join(shown.split())
    assert all(finding["path"] in flat for finding in answer["findings"])


def test_the_law_of_the_day_asked_about_decides(capsys: pytest.CaptureFixture[str]) -> None:
    reference = str(POLICIES / "utracs" / "1.toml")
    bodies = {
        day: [f for f in told(capsys, reference, "--on", day)[1]["findings"] if f["code"] == "E-BODY-ENDED"]
        for day in ("2026-10-01", "2026-10-02")
    }
    assert bodies["2026-10-01"] == []
    assert [found["path"] for found in bodies["2026-10-02"]] == ["remedies.bodies"]


def test_warnings_are_printed_and_stop_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "warned.toml"
    file.write_text(as_toml({"cookies.browser_help": ["internet-explorer"]}), encoding="utf-8")
    assert main(["policy", "check", str(file), *ON]) == 0
    shown = capsys.readouterr().out
    assert "W-BROWSER  cookies.browser_help" in shown
    assert "It can be published: no errors, 1 warning, 0 left with a reason, " in shown


@pytest.mark.parametrize("name", ["example/1.toml", "utracs/1.toml", "utracs/2.toml", "staff.toml"])
def test_nothing_is_wider_than_the_terminal_and_nothing_is_coloured_in_a_pipe(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    main(["policy", "check", str(POLICIES / name), *ON])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert max(width(line) for line in lines) <= COLUMNS
    assert not any("\x1b" in line for line in lines)


def test_colour_is_for_people_who_want_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    clean = ["policy", "check", str(POLICIES / "utracs" / "2.toml"), *ON]
    main(clean)
    assert "\x1b[32m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(clean)
    assert "\x1b" not in capsys.readouterr().out


def test_coverage_is_a_number_with_a_list_and_names_what_is_gone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "less.toml"
    file.write_text(as_toml({"safety": GONE, "record.general": GONE}), encoding="utf-8")
    whole, less = (told(capsys, str(path), *ON)[1]["coverage"] for path in (POLICIES / "utracs" / "2.toml", file))
    assert whole["stated"] - less["stated"] == 3
    assert len(whole["kept"]) - len(less["kept"]) == 3
    assert set(less["missing"]) == {"safety.measures", "record.general.label.ko", "record.general.label.en"}
    main(["policy", "check", str(file), *ON])
    shown = capsys.readouterr().out
    assert f"Coverage: {len(less['kept'])} of {less['stated']} facts kept by code" in shown
    assert "  missing: safety.measures, record.general.label.ko, record.general.label.en" in shown


def test_what_cannot_be_read_ends_with_two_and_the_next_step(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "cp949.toml").write_bytes("이름 = '유트랙스'".encode("cp949"))
    (tmp_path / "twice.toml").write_text("schema = 'policy/1'\nschema = 'policy/1'\n", encoding="utf-8")
    for file in (tmp_path / "absent.toml", tmp_path, tmp_path / "cp949.toml", tmp_path / "twice.toml"):
        assert main(["policy", "check", str(file)]) == 2
        answer = capsys.readouterr()
        assert answer.out == ""
        assert re.fullmatch(r"jikim: .+\nhint: .+\n", answer.err)


def test_a_day_that_is_none_is_refused_with_an_example(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = shutil.copy(POLICIES / "example" / "1.toml", tmp_path / "policy.toml")
    assert main(["policy", "check", str(file), "--on", "yesterday"]) == 2
    assert "YYYY-MM-DD" in capsys.readouterr().err
