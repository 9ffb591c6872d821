"""Readers of command-line words, and the type of what commands register with."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from jikim.domain.errors import Misused

if TYPE_CHECKING:
    Parsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 argparse names it only privately
else:
    Parsers = object


def day(words: str) -> date:
    """Read a calendar day as YYYY-MM-DD, and in no other spelling."""
    try:
        found = date.fromisoformat(words)
    except ValueError:
        found = None
    if found is None or found.isoformat() != words:
        raise Misused(f"not a day: {words[:40]!r}", hint="write it as YYYY-MM-DD, for example 2026-11-23")
    return found
