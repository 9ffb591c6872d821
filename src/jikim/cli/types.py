"""Readers of command-line words, and the type of what commands register with."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Parsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse names it only privately
else:
    Parsers = object


def day(words: str) -> date:
    """Read a calendar day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise argparse.ArgumentTypeError("not a day: write it as YYYY-MM-DD, for example 2026-11-23") from None
