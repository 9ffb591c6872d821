"""`jikim certificate verify`: the checks of the one file that people verify certificates with, and no others."""

import argparse
import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from jikim.cli.types import Parsers, command_of
from jikim.domain.errors import Refused

VERIFIER = Path(__file__).resolve().parents[3] / "verify" / "jikim_verify.py"
ABOUT = """\
Verify certificates of destruction offline: no home, no key daemon, no network. This runs verify/jikim_verify.py, the
file that anybody can verify with who has no Jikim.

Exit codes: 0 all hold, 1 one does not, 2 wrong use.
"""


def add(parsers: Parsers) -> None:
    certificate: argparse.ArgumentParser = parsers.add_parser(
        "certificate", help="verify certificates of destruction, offline"
    )
    verbs = certificate.add_subparsers(metavar="VERB", required=True)
    command = command_of(verbs, "verify", help="say whether certificates hold", about=ABOUT)
    command.add_argument("file", nargs="+", metavar="FILE")
    command.add_argument("--log-key", required=True, metavar="KEY", help="the journal's key, or a file that holds it")
    command.add_argument("--witness", action="append", default=[], metavar="KEY", help="who must have signed as well")
    command.add_argument("--envelope", metavar="FILE", help="an encrypted value of an old backup: one of these?")
    command.add_argument("--journal", metavar="FILE", help="an export of the journal: is it still whole?")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Hand the words on; raises Refused when the verifier is not beside the program."""
    words = [f"--log-key={args.log_key}", *(f"--witness={key}" for key in args.witness)]
    words += [f"--envelope={args.envelope}"] if args.envelope else []
    words += [f"--journal={args.journal}"] if args.journal else []
    code: int = verifier().main([*words, "--", *args.file], "jikim certificate verify")
    return code


@cache
def verifier() -> ModuleType:
    """Return the verifier, loaded from its own file as anybody does who was given it; raises Refused."""
    spec = importlib.util.spec_from_file_location("jikim_verify", VERIFIER)
    if spec is None or spec.loader is None or not VERIFIER.is_file():
        raise Refused(
            f"{VERIFIER.name} is not beside this program",
            hint="take it from the repository, folder verify/, and run it",
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)
    spec.loader.exec_module(module)
    return module
