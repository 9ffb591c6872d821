"""`jikim policy publish`: the next version of a home, or every reason why not."""

from pathlib import Path

import pytest

from tests.support.server import jikim

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A demo home that has lived two days, so that time and policies are its own."""
    made = jikim(tmp_path / "home", "demo", "--on", "2022-12-26", "--no-serve")
    assert made.returncode == 0, made.stderr
    return tmp_path / "home"


def test_the_next_version_is_published_with_its_fingerprint(home: Path) -> None:
    run = jikim(home, "policy", "publish", str(POLICIES / "utracs" / "2.toml"))
    assert run.returncode == 0, run.stderr
    assert "version 2, in effect from 2026-10-02T00:00:00+09:00" in run.stdout
    assert "sha-256 " in run.stdout


def test_publishing_the_same_file_again_changes_nothing(home: Path) -> None:
    once = jikim(home, "policy", "publish", str(POLICIES / "utracs" / "2.toml"))
    again = jikim(home, "policy", "publish", str(POLICIES / "utracs" / "2.toml"))
    assert (once.returncode, again.returncode) == (0, 0)
    assert once.stdout.splitlines()[-1] == again.stdout.splitlines()[-1]


def test_another_companys_policy_is_refused(home: Path) -> None:
    run = jikim(home, "policy", "publish", str(POLICIES / "example" / "1.toml"))
    assert run.returncode == 3
    assert "hint:" in run.stderr


def test_a_file_with_errors_is_not_published(home: Path, tmp_path: Path) -> None:
    words = (POLICIES / "utracs" / "2.toml").read_text(encoding="utf-8")
    broken = tmp_path / "3.toml"
    broken.write_text(
        words.replace("version = 2", "version = 3").replace('law = "kr:ecommerce-contract"\n', ""), encoding="utf-8"
    )
    run = jikim(home, "policy", "publish", str(broken))
    assert run.returncode == 1
    assert "E-" in run.stderr
    assert "policy check" in run.stderr


def test_a_file_that_cannot_be_read_is_said_before_the_home_is_touched(tmp_path: Path) -> None:
    run = jikim(tmp_path / "home", "policy", "publish", str(tmp_path))
    assert run.returncode == 2
    assert not (tmp_path / "home").exists()


def test_without_a_home_the_next_step_is_said(tmp_path: Path) -> None:
    run = jikim(tmp_path / "home", "policy", "publish", str(POLICIES / "example" / "1.toml"))
    assert run.returncode == 3
    assert "jikim serve" in run.stderr
