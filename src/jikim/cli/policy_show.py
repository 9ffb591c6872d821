"""`jikim policy show FILE --lang ko|en`: the page a file would publish, as HTML, Markdown or JSON."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from jikim import clock
from jikim.cli.types import Parsers
from jikim.domain.errors import Misused
from jikim.domain.period import legal_day
from jikim.language import html, load, markdown, page
from jikim.language.compile import compile as compiled
from jikim.language.page import Page


def add(parsers: Parsers) -> None:
    command: argparse.ArgumentParser = parsers.add_parser("show", help="print the page a policy file would publish")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--lang", required=True, metavar="LANGUAGE", help="one of the file's languages, e.g. ko or en")
    command.add_argument("--format", choices=("html", "md", "json"), default="md", help="default: md")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the page; raises UnreadablePolicy or Misused (both exit 2) when the file cannot be told."""
    policy = compiled(load.read(arguments.file).raw)
    if arguments.lang not in policy.languages:
        raise Misused(
            f"{arguments.file} is not written in {arguments.lang}", hint=f"choose one of: {', '.join(policy.languages)}"
        )
    on = max(clock.policy_today(), legal_day(policy.in_force_at))
    shown = page.build(policy, arguments.lang, on=on)
    print({"html": html.fragment, "md": markdown.render, "json": _json}[arguments.format](shown), end="")
    return 0


def _json(shown: Page) -> str:
    return json.dumps(asdict(shown), ensure_ascii=False, indent=2) + "\n"
