"""`jikim journal`: what the key daemon's journal holds, and whether all of it is what was signed."""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from jikim import environment, sealing
from jikim.cli.keyring import close_keyring, open_keyring
from jikim.cli.terminal import Ink, indented, inked
from jikim.cli.types import Parsers, command_of, prints_json
from jikim.domain.checkpoint import (
    DEMO,
    NOTE_CHARS,
    Checkpoint,
    NotACheckpoint,
    encode,
    read_checkpoint,
    read_note,
)
from jikim.domain.errors import JikimError, Misused
from jikim.sealing.journal.errors import JournalAltered, JournalCut

ABOUT = """\
Read every entry of the journal and hold all of it against its hashes and its signed checkpoints. With --older, also
against a checkpoint that somebody kept: the journal must still begin with what was signed then.

Exit codes: 0 it holds, 1 it does not, 2 the file is no checkpoint, 3 the key daemon refuses or does not answer.
"""
EVIDENCE_OF_NOTHING = "DEMO: this journal is a demonstration with made-up data; it is evidence of nothing."
BROKEN = (JournalAltered, JournalCut)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. trouble: "" when everything holds; older: how many entries the kept checkpoint covers."""

    origin: str
    demo: bool
    log_key: str
    entries: int
    root: str
    older: int | None = None
    trouble: str = ""
    hint: str = ""

    @property
    def holds(self) -> bool:
        return not self.trouble


def add(parsers: Parsers) -> None:
    journal: argparse.ArgumentParser = parsers.add_parser("journal", help="verify the journal of what was done")
    verbs = journal.add_subparsers(metavar="VERB", required=True)
    command = command_of(verbs, "verify", help="hold every entry against what was signed", about=ABOUT)
    command.add_argument("--older", type=Path, metavar="FILE", help="a checkpoint that somebody kept")
    prints_json(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and print. Needs the key daemon and nothing else: a broken database does not stand in its way."""
    older = _kept(args.older) if args.older else ""
    environment.read_home()
    sealing.use(open_keyring, close_keyring)
    try:
        found = verify(older)
    finally:
        sealing.close()
    print(json.dumps({"holds": found.holds, **asdict(found)}, indent=2) if args.json else "\n".join(_lines(found)))
    return 0 if found.holds else 1


def verify(older: str = "") -> Verified:
    """Have the key daemon read its journal; raises what it refuses, but tells what does not hold as a result."""
    keyring = sealing.current()
    hello, now = keyring.hello(), _read(keyring.checkpoint())
    trouble: JikimError | None = None
    try:
        keyring.verify_journal()
        if older:
            keyring.check_older(older)
    except BROKEN as error:
        trouble = error
    return Verified(
        origin=hello.origin,
        demo=hello.origin.startswith(DEMO),
        log_key=hello.key,
        entries=now.size,
        root=encode(now.root),
        older=_read(older).size if older else None,
        trouble=trouble.message if trouble else "",
        hint=trouble.hint if trouble else "",
    )


def _kept(path: Path) -> str:
    """Return the checkpoint in a file; raises Misused for anything else."""
    try:
        with path.open("rb") as file:
            words = file.read(NOTE_CHARS + 1).decode("utf-8")
        words = "\n".join(words.strip().splitlines()) + "\n"  # as a receipt is saved from a page, by any editor
        _read(words)
    except OSError as error:
        raise Misused(f"{path.name} cannot be read: {error.strerror}", hint="check the path and its mode") from None
    except (UnicodeDecodeError, NotACheckpoint):
        raise Misused(
            f"{path.name} is not a checkpoint", hint="name the file that holds the signed note, unchanged"
        ) from None
    return words


def _read(note: str) -> Checkpoint:
    return read_checkpoint(read_note(note).text)


def _lines(found: Verified) -> list[str]:
    lines = [inked(EVIDENCE_OF_NOTHING, Ink.YELLOW)] if found.demo else []
    lines += [
        f"journal  {found.origin}",
        f"entries  {found.entries}",
        f"root     {found.root}",
        f"log key  {found.log_key}",
    ]
    if found.trouble:
        return [
            *lines,
            inked("DOES NOT HOLD", Ink.RED),
            *indented(found.trouble),
            *indented(found.hint, label="hint: "),
        ]
    if found.older is not None:
        lines.append(f"older    its {found.older} entries are the first of these")
    return [*lines, inked("holds: every entry was read, and is what was signed", Ink.GREEN)]
