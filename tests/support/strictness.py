"""Rules of a run: in CI a skipped test is a failed one, differences are told in short, and `./dev test` can count."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

IN_CI = os.environ.get("CI", "").lower() == "true"

AnyReport = TypeVar("AnyReport", pytest.TestReport, pytest.CollectReport)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tally", metavar="FILE", help="write how many tests passed, failed and were skipped, as JSON")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return strict((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return strict((yield))


def strict(report: AnyReport, *, in_ci: bool = IN_CI) -> AnyReport:
    """Turn a skip into a failure in CI; an expected failure stays what it is."""
    if in_ci and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI a skip is a failure: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_assertrepr_compare() -> Generator[None, list[list[str]], list[list[str]]]:
    """Tell a difference up to pytest's limits in CI too; there it would tell all, which takes minutes for 200 KiB."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CI", "BUILD_NUMBER"):
            patch.delenv(name, raising=False)
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tally = config.getoption("--tally")
    if not tally:
        return
    count = {word: len(reports) for word, reports in terminalreporter.stats.items()}
    counts = {
        "passed": count.get("passed", 0) + count.get("xfailed", 0),
        "failed": count.get("failed", 0) + count.get("error", 0) + count.get("xpassed", 0),
        "skipped": count.get("skipped", 0),
    }
    Path(tally).write_text(json.dumps(counts))
