"""A folder in memory, for tests that commit thousands of times and ask nothing of the disk."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it


@pytest.fixture
def ram_path() -> Iterator[Path]:
    """Give a fresh folder in memory, or on disk where there is no such memory."""
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder:
        yield Path(folder)
