"""How a command ends: 0 done, 1 failed, 2 misused, 3 refused for safety. Scripts and unit files lean on it."""

import argparse

import pytest

from jikim import cli
from jikim.domain.errors import JikimError, Misused, Refused

ENDS = [
    (JikimError("it failed", hint="try again"), 1),
    (Misused("a word too many", hint="leave it out"), 2),
    (Refused("not safe", hint="make it safe"), 3),
    (KeyboardInterrupt(), 130),
]


@pytest.mark.parametrize(("error", "code"), ENDS)
def test_each_kind_of_end_has_its_own_exit_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_arguments: argparse.Namespace) -> int:
        raise error

    def parser(*_asked: str) -> argparse.ArgumentParser:
        top = argparse.ArgumentParser()
        top.set_defaults(run=fails)
        return top

    monkeypatch.setattr(cli, "parser", parser)
    assert cli.main([]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("hint: ") == isinstance(error, JikimError)


def test_a_word_that_is_no_command_is_misuse() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["made-up"])
    assert ended.value.code == 2
