"""`jikim policy show FILE --lang ko|en`: the page a file would publish, as HTML, Markdown or JSON."""

import argparse
import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from jikim import clock
from jikim.cli.types import Parsers, day
from jikim.domain.errors import Misused
from jikim.domain.period import legal_day
from jikim.language import html, load, markdown, page
from jikim.language.compile import compile as compiled
from jikim.language.page import Page
from jikim.language.telling.blocks import Block


def add(parsers: Parsers) -> None:
    command: argparse.ArgumentParser = parsers.add_parser("show", help="print the page a policy file would publish")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--lang", required=True, metavar="LANGUAGE", help="one of the file's languages, e.g. ko or en")
    command.add_argument("--format", choices=("html", "md", "json"), default="md", help="default: md")
    command.add_argument("--on", type=day, metavar="DAY", help="as readers see it on this day (default: today)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the page; raises UnreadablePolicy or Misused (both exit 2) when the file cannot be told."""
    policy = compiled(load.read(arguments.file).raw)
    if arguments.lang not in policy.languages:
        raise Misused(
            f"{arguments.file} is not written in {arguments.lang}", hint=f"choose one of: {', '.join(policy.languages)}"
        )
    on = arguments.on or max(clock.policy_today(), legal_day(policy.in_force_at))
    shown = page.build(policy, arguments.lang, on=on)
    print({"html": html.fragment, "md": markdown.render, "json": _json}[arguments.format](shown), end="")
    return 0


def _json(shown: Page) -> str:
    return json.dumps(plain(shown), ensure_ascii=False, indent=2) + "\n"


def plain(value: Any) -> Any:
    """Turn values into lists and tables of plain words; what a clause is made of also says its kind."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if not is_dataclass(value):
        return value
    told = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return {"kind": type(value).__name__.lower(), **told} if isinstance(value, Block) else told
