"""When the worker last came to the end of a round: the age of an empty file beside what only the worker writes."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from jikim.environment.databases import file_of


def note_round() -> None:
    """Note that a round ended now; where it cannot be noted, `last_round` tells an older one."""
    with suppress(OSError):
        _file().touch(mode=0o600)


def last_round() -> datetime | None:
    """Return when a round last ended; None when none was ever noted."""
    try:
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    except OSError:
        return None


def _file() -> Path:
    return file_of("separate").with_name("worker.round")
