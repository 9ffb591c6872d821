"""What the program takes up: packages, disk, and memory while it serves."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from jikim.cli.bench import load, site
from jikim.cli.bench.harness import Bench
from jikim.cli.bench.results import Bar, Result

PACKAGES, MEGABYTES, MEMORY = Bar(60, 40, at_most=True), Bar(350, 200, at_most=True), Bar(300, 200, at_most=True)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def measure(bench: Bench) -> Iterator[Result]:
    packages = installed("jikim")
    disk = sum(size(one) for one in packages.values()) / 1e6
    yield _line("packages installed for it to run, itself included", f"{len(packages)}", len(packages), PACKAGES)
    yield _line("megabytes on disk, of all of them", f"{disk:.0f} MB", disk, MEGABYTES)
    with site.running(bench, {}) as house:
        memory = load.memory(house.number) / 1e6
    what = "memory of all processes of `jikim serve`, what they share counted once, right after its start"
    yield _line(what, f"{memory:.0f} MB", memory, MEMORY)


def installed(name: str, found: dict[str, Distribution] | None = None) -> dict[str, Distribution]:
    """Return a package and all that it needs here, extras of its own left out."""
    known = {} if found is None else found
    try:
        one = distribution(name)
    except PackageNotFoundError:
        return known  # needed elsewhere: another system, another Python
    if (key := one.metadata["Name"].lower().replace("_", "-")) in known:
        return known
    known[key] = one
    for line in one.requires or ():
        needed = NAME.match(line)
        if needed and "extra ==" not in line:
            installed(needed[0], known)
    return known


def size(one: Distribution) -> int:
    """Return the bytes of a package's files."""
    files = (Path(str(one.locate_file(file))) for file in one.files or ())
    return sum(path.stat().st_size for path in files if path.is_file())


def _line(what: str, ours: str, figure: float, bar: Bar) -> Result:
    return Result("footprint", what, ours, "", float(figure), bar, bar.verdict(figure))
