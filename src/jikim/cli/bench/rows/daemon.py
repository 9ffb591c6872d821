"""Sealing and opening through the key daemon."""

from collections.abc import Iterator

from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Result, absent


def measure(_bench: Bench) -> Iterator[Result]:
    yield absent("daemon", "seal and open through the key daemon", "the daemon is not there yet")
