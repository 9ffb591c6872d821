"""A process that is killed at any numbered step leaves a keyring with which the next one comes to the same end.

Real processes, real files: one acts and is killed, one starts again and asks for the same, one looks for flaws with
every node that was ever written.
"""

import json
import multiprocessing
import signal
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from jikim.sealing.tree.steps import Step
from tests.support import killing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.killing"])
PATIENCE = 60  # seconds


def ended(work: Callable[..., None], *facts: object) -> int | None:
    """Run one part in a process of its own and return how it ended."""
    process = PROCESSES.Process(target=work, args=facts)
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def looked_through(folder: Path, scenario: str, layout: str) -> list[str]:
    assert ended(killing.settle, folder, scenario, layout, "") == 0
    assert ended(killing.look, folder, scenario, layout) == 0
    found: list[str] = json.loads((folder / "found").read_text())
    return found


@pytest.mark.parametrize("step", Step)
def test_killed_at_a_step_the_next_process_comes_to_the_same_end(ram_path: Path, step: Step) -> None:
    killed = 0
    for scenario, layout in product(killing.SCENARIOS, killing.LAYOUTS):
        folder = ram_path / f"{scenario} {layout}"
        folder.mkdir()
        code = ended(killing.act, folder, scenario, layout, step)
        assert code in {0, -signal.SIGKILL}
        if code:
            killed += 1
            assert looked_through(folder, scenario, layout) == [], (scenario, layout)
    assert killed, f"{step} was never passed: this test says nothing about it"


AFTER_THE_ROOT_IS_DURABLE = [step for step in Step if Step.D3_CHECKED <= step <= Step.D8_ALL_DONE]


@pytest.mark.parametrize("step", AFTER_THE_ROOT_IS_DURABLE)
def test_killed_again_while_it_starts_it_still_comes_to_the_same_end(ram_path: Path, step: Step) -> None:
    killed = 0
    for scenario, layout in zip(killing.SCENARIOS, [*killing.LAYOUTS, "one group"], strict=True):
        folder = ram_path / f"{scenario} {layout}"
        folder.mkdir()
        assert ended(killing.act, folder, scenario, layout, Step.D3_PREPARED) == -signal.SIGKILL
        killed += ended(killing.settle, folder, scenario, layout, step) == -signal.SIGKILL
        assert looked_through(folder, scenario, layout) == [], (scenario, layout)
    assert killed, f"{step} was never passed: this test says nothing about it"
