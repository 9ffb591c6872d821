"""Who used the processors: this program with what it started, or others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
BUSY = (0, 1, 2, 5, 6, 7)  # user, nice, system, interrupts, and what the host took; idling and waiting are left out


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds of processor time since the machine and this program began."""

    every: float  # of all processors, idle ones included
    busy: float
    own: float


@dataclass(slots=True)
class Processes:
    """What this program started and still runs; once such a process has ended, the system adds its time to ours."""

    numbers: set[int] = field(default_factory=set)

    @contextmanager
    def counting(self, number: int) -> Iterator[None]:
        self.numbers.add(number)
        try:
            yield
        finally:
            self.numbers.discard(number)

    def now(self) -> Moment:
        """Return how much time was used until now."""
        times = os.times()
        ours = times.user + times.system + times.children_user + times.children_system
        return moment(_words(PROC / "stat"), ours + sum(used(number) for number in self.numbers))


def used(number: int) -> float:
    """Return the seconds that a process and all it started have used, those included that ended meanwhile."""
    return sum(_used_by(one) for one in family(number))


def family(number: int) -> list[int]:
    """Return a process and all that it and its children started and that still run."""
    children = "".join(_words(task / "children") for task in (PROC / str(number) / "task").glob("*"))
    return [number, *(one for child in children.split() for one in family(int(child)))]


def memory(number: int) -> int:
    """Return the bytes that a process and all it started hold, what they share counted once (PSS)."""
    told = (_words(PROC / str(one) / "smaps_rollup") for one in family(number))
    lines = (line.split() for words in told for line in words.splitlines() if line.startswith("Pss:"))
    return sum(int(line[1]) * 1024 for line in lines)


def moment(stat: str, own: float) -> Moment:
    """Read /proc/stat. own: seconds used by this program and what it started."""
    ticks = [int(word) for word in stat.splitlines()[0].split()[1:9]]
    return Moment(sum(ticks) / TICKS, sum(ticks[place] for place in BUSY) / TICKS, own)


def others(before: Moment, after: Moment) -> float:
    """Return which part of all processors other programs used, between 0 and 1; 1 where no time passed."""
    passed = after.every - before.every
    used = (after.busy - before.busy) - (after.own - before.own)
    return min(max(used / passed, 0.0), 1.0) if passed > 0 else 1.0


def _used_by(number: int) -> float:
    """Return the seconds a process, its threads and its children that ended have used; none when it has ended."""
    words = _words(PROC / str(number) / "stat").rpartition(")")[2].split()
    return sum(int(word) for word in words[11:15]) / TICKS


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
