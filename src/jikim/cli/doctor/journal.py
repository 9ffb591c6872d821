"""The journal: all of it is what was signed, a checkpoint stands beside it, and the clock is not behind it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jikim import environment, sealing
from jikim.cli.doctor.finding import Finding, fail, ok, warn
from jikim.cli.journal import verify
from jikim.clock import policy_now, wall_now
from jikim.domain.checkpoint import NotACheckpoint, read_checkpoint, read_note
from jikim.sealing.journal.folder import CHECKPOINT_FILE

STEP_BACK = timedelta(hours=1)  # entries tell whole hours
CLOSED_LONG = timedelta(days=35)


def journal_holds() -> Iterator[Finding]:
    found = verify()
    if found.trouble:
        yield fail("journal", found.trouble, found.hint)
    else:
        yield ok("journal", f"all {found.entries} entries are what was signed")


def checkpoint_stands_beside() -> Iterator[Finding]:
    """An older journal put in place of this one would not match it."""
    name, path = "checkpoint", environment.keys().journal / CHECKPOINT_FILE
    now = read_checkpoint(read_note(sealing.current().checkpoint()).text)
    try:
        kept = read_checkpoint(read_note(path.read_text(encoding="utf-8")).text)
    except (NotACheckpoint, FileNotFoundError, UnicodeDecodeError):
        yield fail(name, f"{path.name} does not stand beside the journal", "restore it from the newest copy you have")
        return
    if (kept.origin, kept.size) > (now.origin, now.size):
        yield fail(name, f"it covers {kept.size} entries of {kept.origin}, there are {now.size}", "restore the journal")
    else:
        yield ok(name, f"{path.name} covers {kept.size} of {now.size} entries; keep copies of it elsewhere")


def clock_goes_on(last: datetime | None = None) -> Iterator[Finding]:
    """Periods end by this clock.

    last: when the newest entry was told; asked for if not given
    """
    name, now = "clock", max(wall_now(), policy_now())  # a demo's days go by the one, its keys by the other
    last = last or _last()
    if last is None:
        yield ok(name, "the journal tells nothing yet")
    elif now < last - STEP_BACK:
        fact = f"{now:%Y-%m-%d %H:%M} UTC, before the newest entry of the journal ({last:%Y-%m-%d %H}h)"
        yield fail(name, fact, "set the machine's clock (timedatectl), and look at why it was wrong")
    elif now - last > CLOSED_LONG and not environment.is_demo():
        fact = f"{(now - last).days} days after the newest entry of the journal"
        yield warn(name, fact, "if the house was not closed so long, look at the clock and at the worker")
    else:
        yield ok(name, f"{now:%Y-%m-%d %H:%M} UTC, not before the newest entry of the journal")


def _last() -> datetime | None:
    size = read_checkpoint(read_note(sealing.current().checkpoint()).text).size
    return sealing.current().leaf(size - 1).at if size else None
