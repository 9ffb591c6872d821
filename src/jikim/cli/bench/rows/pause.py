"""How long opening waits while keys are destroyed."""

from collections.abc import Iterator

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Result, absent


def measure(_bench: Bench) -> Iterator[Result]:
    yield absent("pause", "opening while keys are destroyed", "the daemon is not there yet")
