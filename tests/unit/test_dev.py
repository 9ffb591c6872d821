"""./dev: what makes a tier fail, and what it says where it cannot install."""

import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DEV = Path(__file__).parents[2] / "dev"


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader = SourceFileLoader("dev", str(DEV))
    spec = spec_from_loader("dev", loader)
    assert spec is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "dev", module)
    loader.exec_module(module)
    return module


PASSED = {"passed": 3, "failed": 0, "skipped": 0}


@pytest.mark.parametrize(
    ("code", "seconds", "counts", "said"),
    [
        (0, 60, PASSED, ""),
        (0, 90, PASSED, ""),  # half as long again is still borne
        (0, 91, PASSED, "took 91 s"),
        (1, 60, {"passed": 2, "failed": 1, "skipped": 0}, ""),  # counted already
        (5, 1, {"passed": 0, "failed": 0, "skipped": 0}, "ran no test"),
        (0, 1, {"passed": 0, "failed": 0, "skipped": 3}, "ran no test"),
        (4, 1, {}, "ran no test"),
        (3, 1, PASSED, "exit code 3"),  # pytest itself broke after the tests
    ],
)
def test_a_tier_that_breaks_overruns_or_runs_nothing_fails(
    dev: ModuleType, code: int, seconds: float, counts: dict[str, int], said: str
) -> None:
    trouble = dev.trouble_of(dev.Tier("unit", ("unit",), 60, parallel=True), code, seconds, counts)
    assert bool(trouble) == bool(said)
    assert said in trouble


def test_a_tier_in_trouble_counts_as_a_failure(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "run_within", lambda words, seconds: 5)
    assert dev.test_tier(dev.TIERS[0]) == {"failed": 1}


def test_the_run_closes_with_one_line_that_counts_all_tiers(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "test_tier", lambda tier: {"passed": 2, "failed": tier.name == "browser", "skipped": 1})
    tiers = len(dev.TIERS)
    assert dev.test_everything() == 1
    assert f"{2 * tiers} passed, 1 failed, {tiers} skipped in " in capsys.readouterr().out.splitlines()[-1]


def test_every_folder_of_tests_belongs_to_a_tier(dev: ModuleType) -> None:
    folders = {path.name for path in Path(__file__).parents[1].iterdir() if (path / "__init__.py").exists()}
    assert {name for tier in dev.TIERS for name in tier.folders} == folders - {"support"}


def test_who_may_not_install_is_told_the_one_command(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as refused:
        dev.install_from_debian(["chromium", "strace"])
    assert str(refused.value).splitlines() == [
        "./dev: this machine has no chromium, strace",
        "hint: sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium strace",
    ]


def test_root_has_it_installed_after_asking_for_the_list(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(dev.shutil, "which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(dev, "run_quietly", lambda words, doing: asked.append(words[:2]))
    dev.install_from_debian(["strace"])
    assert asked == [["apt-get", "update"], ["apt-get", "install"]]


def test_nothing_missing_asks_for_nothing(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "run_quietly", lambda words, doing: pytest.fail("nothing was missing"))
    dev.install_from_debian([])
    assert dev.present("strace", str(DEV))
