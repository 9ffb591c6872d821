"""Commands. Each module registers one with `add(parsers)`; humans read text, programs `--json`.

Exit codes: 0 done, 1 failed, 2 misused, 3 refused for safety.
"""

import argparse
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from jikim import __version__
from jikim.domain.errors import JikimError, Misused, Refused

_NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
COMMANDS = ("serve", "demo", "policy", "period", "due", "journal", "certificate", "restore", "doctor", "bench")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a deliberate error becomes two lines on standard error."""
    _prepare_output()
    try:
        words = sys.argv[1:] if argv is None else argv
        arguments = parser(*words[:1]).parse_args(words)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except JikimError as error:
        print(f"jikim: {error}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:
        # The reader went away (`jikim … | head`); say nothing more.
        _drop_output()
        return 1
    except OSError as error:
        if error.errno not in _NOT_WRITTEN:
            raise
        print(f"jikim: it cannot be written: {error.strerror}", file=sys.stderr)
        print(
            "hint: make room where the output goes, or where JIKIM_HOME is, and run the command again", file=sys.stderr
        )
        _drop_output()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _is_of_a_database(error):
            raise
        print(f"jikim: {_told_of_a_database(error)}", file=sys.stderr)
        return 1
    return code


def _is_of_a_database(error: Exception) -> bool:
    """Say whether a database went away or is damaged; a command that met none has not loaded what this takes."""
    if "django.db" not in sys.modules:
        return False
    from jikim.queries.away import is_away

    return is_away(error)


def _told_of_a_database(error: Exception) -> str:
    from jikim.store.trouble import reason

    fact, hint = reason(error)
    return f"a database {fact}\nhint: `jikim doctor` says which" + (f"; {hint}" if hint else "")


def _prepare_output() -> None:
    """Let a closed output swallow what is printed, and one that has no Korean letters show their numbers."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 open until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let Python close quietly: what is still buffered has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser(asked: str = "") -> argparse.ArgumentParser:
    """Return a parser that knows the command that was asked for; all of them when it is none of ours."""
    top = argparse.ArgumentParser(prog="jikim", description="The privacy policy that runs.")
    top.add_argument("--version", action="version", version=f"jikim {__version__}")
    parsers = top.add_subparsers(metavar="COMMAND", required=True)
    for name in [asked] if asked in COMMANDS else COMMANDS:  # each brings along more than it takes to read a line
        importlib.import_module(f"jikim.cli.{name}").add(parsers)
    return top


def exit_code(error: JikimError) -> int:
    if isinstance(error, Misused):
        return 2
    return 3 if isinstance(error, Refused) else 1
