"""`jikim policy publish FILE`: make a policy file the next version of this home."""

import argparse
from pathlib import Path

from jikim.cli import home
from jikim.cli.types import Parsers


def add(parsers: Parsers) -> None:
    command: argparse.ArgumentParser = parsers.add_parser("publish", help="publish a policy file in this home")
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Publish, or say every reason why not and publish nothing (exit 1 for findings, 2 unreadable, 3 refused)."""
    from jikim.language import load

    draft = load.read(arguments.file)
    home.ready()
    from jikim.actions import policies as publishing
    from jikim.queries import policies

    number = publishing.publish(draft, by="command-line")
    published = policies.version(number)
    assert published is not None  # noqa: S101 - publish has just committed it
    print(f"published version {number}, in effect from {published.effective_at.astimezone().isoformat()}")
    print(f"sha-256 {published.sha256}")
    return 0
