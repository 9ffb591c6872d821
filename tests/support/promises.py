"""Promises kept or broken: what a program broken on purpose is held against."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

Promise = Callable[[Path], None]


def first_broken(promises: Iterable[Promise], folder: Path) -> str | None:
    """Hold the promises one by one, each in an empty folder; return what went wrong first, None when all were kept."""
    for number, promise in enumerate(promises):
        place = folder / str(number)
        place.mkdir()
        try:
            promise(place)
        except (AttributeError, NameError):  # what was broken on purpose does not run at all, and proves nothing
            raise
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # whatever it is, it was noticed
            return f"{type(error).__name__}: {error}"
    return None
