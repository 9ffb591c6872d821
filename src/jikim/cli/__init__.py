"""Commands. Each module registers one with `add(parsers)`; humans read text, programs `--json`.

Exit codes: 0 done, 1 failed, 2 misused, 3 refused for safety.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from jikim import __version__
from jikim.domain.errors import JikimError, Misused, Refused

COMMANDS = ("serve", "demo", "policy", "period", "due")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a deliberate error becomes two lines on standard error."""
    try:
        arguments = parser().parse_args(argv)
        code: int = arguments.run(arguments)
    except JikimError as error:
        print(f"jikim: {error}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:
        # The reader went away (`jikim … | head`); say nothing more, and let Python close quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="jikim", description="The privacy policy that runs.")
    top.add_argument("--version", action="version", version=f"jikim {__version__}")
    parsers = top.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"jikim.cli.{name}").add(parsers)
    return top


def exit_code(error: JikimError) -> int:
    if isinstance(error, Misused):
        return 2
    return 3 if isinstance(error, Refused) else 1
