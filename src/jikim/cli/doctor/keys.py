"""The key daemon, the places of its root, and what a failed disk or a copied one would mean."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from jikim import environment, sealing
from jikim.cli.doctor.finding import Finding, fail, ok, warn
from jikim.environment import RootPlaces
from jikim.sealing.examination import look
from jikim.sealing.keyd.values import Hello
from jikim.sealing.medium import Medium, MediumClass

MEANS = {
    MediumClass.HARDWARE: "a chip erases the old root",
    MediumClass.MAGNETIC: "the same sectors are overwritten",
    MediumClass.FLASH: "the same blocks are overwritten; the device below may keep what lay there",
    MediumClass.CANNOT: "keys cannot be effaced here",
}
SNAPSHOTS = (".snapshots", ".snapshot", ".zfs")  # where btrfs tools, servers of files and ZFS keep older states


def daemon_answers(hello: Hello | None = None) -> Iterator[Finding]:
    found = hello or sealing.current().hello()
    yield ok("key daemon", f"answers; its journal is {found.origin}")


def memory_is_closed(hello: Hello | None = None) -> Iterator[Finding]:
    """No key reaches a swap area or a core dump, and no other program of this user reads it."""
    found, name = hello or sealing.current().hello(), "memory of the keys"
    if not found.closed:
        yield fail(name, "other programs of this user may read it", "start the key daemon by `jikim serve` or systemd")
    elif not found.locked:
        yield warn(name, "closed to others, and not locked: it may reach swap", "raise `ulimit -l`, and turn swap off")
    else:
        yield ok(name, "locked, in no core dump, closed to other programs")


def one_daemon() -> Iterator[Finding]:
    """Whoever answers holds the lock; if it can be taken, a second daemon could open the same keys."""
    name, keys = "one daemon", environment.keys()
    sealing.current().hello()
    if _is_held(keys.lock):
        yield ok(name, "the one that answers holds the lock")
    elif _is_held(keys.folder):
        yield warn(
            name, f"{keys.lock.name} was taken away; the folder is held", "stop `jikim serve`, and start it again"
        )
    else:
        yield fail(name, "nobody holds the lock of the keys", "stop every process of the home, then serve")


def media(hello: Hello | None = None, places: RootPlaces | None = None) -> Iterator[Finding]:
    """Say of each copy of the root what destroying does to it."""
    letters = (hello or sealing.current().hello()).medium
    found = places or environment.roots()
    for number, group in enumerate(found.groups):
        told = letters[number] if number < len(letters) else ""
        for path in group:
            yield _medium(path, told if len(group) == 1 else "", anywhere=found.anywhere)


def mirrors_are_settled(hello: Hello | None = None) -> Iterator[Finding]:
    """Name the mirrors that still hold an older root, or lack the present one."""
    found, name = hello or sealing.current().hello(), "mirrors of the root"
    if found.unsettled:
        fact = f"{', '.join(found.unsettled)}: may hold an older root, or lack the present one"
        yield fail(name, fact, "make it reachable and writable; the key daemon settles it within a minute")
    else:
        yield ok(name, "each holds the present root and no other")


def copies(values: int, places: RootPlaces | None = None, *, is_demo: bool | None = None) -> Iterator[Finding]:
    """Say what a failed disk would cost.

    values: how many are held now
    """
    found, name = places or environment.roots(), "copies of the keys"
    demo = environment.is_demo() if is_demo is None else is_demo
    disks = min(len({path.stat().st_dev for path in group if path.exists()}) for group in found.groups)
    held = f"all {values} values held here are" if values else "whatever is held here by then is"
    cost = f"when a disk fails, {held} lost for good"
    if disks < 2:
        fact, hint = f"the root lies on one disk: {cost}", "name a file on a second disk in JIKIM_ROOTS, after a comma"
        yield warn(name, fact, hint, costly=True) if demo else fail(name, fact, hint)
    else:
        fact = f"the root lies on {disks} disks, the tree of keys on one: {cost}"
        yield warn(
            name, fact, "copy keys/keyring.sqlite3 elsewhere, often; a second host is not built yet", costly=True
        )


def slots_stay_single(places: RootPlaces | None = None) -> Iterator[Finding]:
    """A copied root undoes destruction: nothing may copy it, whether a backup or a snapshot."""
    name, home = "root, not copied", os.path.realpath(environment.home())
    for path in (path for group in (places or environment.roots()).groups for path in group):
        real = Path(os.path.realpath(path))
        kept = next((folder / mark for folder in real.parents for mark in SNAPSHOTS if (folder / mark).is_dir()), None)
        if kept:
            fact = f"{real} lies where snapshots are kept ({kept})"
            yield fail(
                name, fact, "name a file on a volume without snapshots in JIKIM_ROOTS, and remove those there are"
            )
        elif real.is_relative_to(home):
            hint = "leave it out of every backup, or put it elsewhere with JIKIM_ROOTS"
            yield warn(name, f"{real.name} lies in the home: who backs the home up copies it", hint)
        else:
            yield ok(name, f"{real} lies apart from the home; no snapshots are to be seen")


def _is_held(path: Path) -> bool:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _medium(path: Path, told: str, *, anywhere: bool) -> Finding:
    name = f"root {path.parent.name}/{path.name}"
    try:
        seen = look(path)
    except OSError as error:
        return fail(name, f"cannot be reached: {error.strerror}", "mount it: until then no destruction is complete")
    letter = MediumClass(told) if told else seen.medium_class
    fact = f"class {letter}: {MEANS[letter]} ({_facts(seen, letter)})"
    if letter is not MediumClass.CANNOT:
        return ok(name, fact)
    hint = "put it on ext4, xfs, or btrfs with chattr +C (JIKIM_ROOTS)"
    return warn(name, fact, hint, costly=True) if anywhere else fail(name, fact, hint)


def _facts(seen: Medium, letter: MediumClass) -> str:
    return "; ".join(seen.facts) if seen.medium_class is letter else "by the key daemon's own test"
