"""How commands register, and the readers of their words."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from jikim.domain.errors import Misused

if TYPE_CHECKING:
    Parsers: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 argparse names it only privately
else:
    Parsers = object


LAST_PORT = 65_535


def command_of(parsers: Parsers, name: str, *, help: str, about: str, below: str = "") -> argparse.ArgumentParser:  # noqa: A002 - argparse's word
    """Add a command. What is told about it, and below its options, keeps its lines."""
    lines = argparse.RawDescriptionHelpFormatter
    return parsers.add_parser(name, help=help, description=about, epilog=below, formatter_class=lines)


def prints_json(command: argparse.ArgumentParser) -> None:
    """Let a command print for programs when it is asked to."""
    command.add_argument("--json", action="store_true", help="print for programs")


def port(words: str) -> int:
    """Read a port's number."""
    if not words.isascii() or not words.isdigit() or not 0 < int(words[:6]) <= LAST_PORT:
        raise Misused(f"not a port: {words[:40]!r}", hint=f"a number from 1 to {LAST_PORT}, for example 8000")
    return int(words)


def day(words: str) -> date:
    """Read a calendar day as YYYY-MM-DD, and in no other spelling."""
    try:
        found = date.fromisoformat(words)
    except ValueError:
        found = None
    if found is None or found.isoformat() != words:
        raise Misused(f"not a day: {words[:40]!r}", hint="write it as YYYY-MM-DD, for example 2026-11-23")
    return found
